/** Inbound connectors. */
import { plainDomains, settingsOf, switchedOn } from './adapter.ts';
import type { Adapter } from './adapter.ts';

const set = (guid: string, enabled: boolean) => ({
  cmdlet: 'Set-InboundConnector',
  parameters: { Identity: guid, Enabled: enabled, Confirm: false },
});

export const inboundConnector: Adapter = {
  noun: 'inbound connector',
  reads: (identity) => [{ cmdlet: 'Get-InboundConnector', parameters: { Identity: identity } }],
  enabled: (connector) => switchedOn(connector, 'Enabled', 'true', 'false'),
  settings: (connector) => plainDomains(settingsOf(connector), 'SenderDomains'),
  disable: (guid) => set(guid, false),
  enable: (guid) => set(guid, true),
};
