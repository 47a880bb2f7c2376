/** Transport rules. Whether one is on is the text `State`, never a boolean `Enabled`. */
import { settingsOf, switchedOn } from './adapter.ts';
import type { Adapter } from './adapter.ts';

export const transportRule: Adapter = {
  noun: 'transport rule',
  reads: (identity) => [{ cmdlet: 'Get-TransportRule', parameters: { Identity: identity } }],
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
};
