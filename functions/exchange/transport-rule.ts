/** Transport rules. Whether one is on is the text `State`, never a boolean `Enabled`. */
import { settingsOf, switchedOn } from './adapter.ts';
import type { ObjectAdapter } from './adapter.ts';

export const transportRule: ObjectAdapter = {
  form: 'object',
  noun: 'transport rule',
  calls: [{ cmdlet: 'Get-TransportRule', parameters: {} }],
  enabled: (rule) => switchedOn(rule, 'State', 'enabled', 'disabled'),
  // A rule carries some thirty switches that are false unless somebody set them.
  settings: (rule) =>
    Object.fromEntries(
      Object.entries(settingsOf(rule)).filter(
        ([name, value]) => value !== false && !(name === 'DlpPolicyId' && /^[0-]+$/.test(String(value))),
      ),
    ),
  // Set-TransportRule has no parameter that switches a rule off.
  disable: (guid) => ({ cmdlet: 'Disable-TransportRule', parameters: { Identity: guid, Confirm: false } }),
  // Without `Mode` the rule keeps the one it had.
  enable: (guid) => ({ cmdlet: 'Enable-TransportRule', parameters: { Identity: guid, Confirm: false } }),
  // Past that date a rule does nothing, while its State stays "Enabled" (no page says otherwise). Without a zone the
  // date would be read in the caller's regional form; that UTC with its letter is taken as UTC is an inference, so it
  // is read back.
  expire: (guid, until) => ({
    cmdlet: 'Set-TransportRule',
    parameters: { Identity: guid, ExpiryDate: until, Confirm: false },
  }),
};
