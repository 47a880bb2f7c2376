/** Outbound connectors. */
import { plainDomains, settingsOf, switchedOn } from './adapter.ts';
import type { ObjectAdapter } from './adapter.ts';

const set = (guid: string, enabled: boolean) => ({
  cmdlet: 'Set-OutboundConnector',
  parameters: { Identity: guid, Enabled: enabled, Confirm: false },
});

/**
 * The plain call leaves out connectors that only rules use, and those in test mode; each switch shows its own class
 * and nothing else (Microsoft's reference of Get-OutboundConnector). That both switches together are needed for a
 * connector of both classes is an inference: without it such a connector might never be seen.
 */
const classes: readonly Readonly<Record<string, boolean>>[] = [
  {},
  { IsTransportRuleScoped: true },
  { IncludeTestModeConnectors: true },
  { IsTransportRuleScoped: true, IncludeTestModeConnectors: true },
];

export const outboundConnector: ObjectAdapter = {
  form: 'object',
  noun: 'outbound connector',
  calls: classes.map((only) => ({ cmdlet: 'Get-OutboundConnector', parameters: only })),
  enabled: (connector) => switchedOn(connector, 'Enabled', 'true', 'false'),
  settings: (connector) => plainDomains(settingsOf(connector), 'RecipientDomains'),
  disable: (guid) => set(guid, false),
  enable: (guid) => set(guid, true),
};
