/** Inbound connectors. */
import { plainDomains, settingsOf, switchedOn } from './adapter.ts';
import type { ObjectAdapter } from './adapter.ts';

const set = (guid: string, enabled: boolean) => ({
  cmdlet: 'Set-InboundConnector',
  parameters: { Identity: guid, Enabled: enabled, Confirm: false },
});

export const inboundConnector: ObjectAdapter = {
  form: 'object',
  noun: 'inbound connector',
  calls: [{ cmdlet: 'Get-InboundConnector', parameters: {} }],
  enabled: (connector) => switchedOn(connector, 'Enabled', 'true', 'false'),
  settings: (connector) => plainDomains(settingsOf(connector), 'SenderDomains'),
  disable: (guid) => set(guid, false),
  enable: (guid) => set(guid, true),
};
