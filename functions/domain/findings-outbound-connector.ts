/**
 * Signals of an outbound connector. Meaning of the parameters: Microsoft's reference of New-OutboundConnector; the
 * risk classes are this project's own judgement.
 */
import { domainName, flag, isSet, list, text } from './settings.ts';
import type { Signal } from './assess.ts';
import type { Settings } from './exception.ts';

/** Mail goes to named hosts. `UseMXRecord` is true unless smart hosts are given, so only an explicit true wins. */
const smartHosts = (settings: Settings): readonly string[] =>
  flag(settings, 'UseMXRecord') === true ? [] : list(settings, 'SmartHosts');
const everyRecipient = (settings: Settings): boolean =>
  list(settings, 'RecipientDomains').some((domain) => domainName(domain) === '*') ||
  flag(settings, 'RouteAllMessagesViaOnPremises') === true ||
  flag(settings, 'AllAcceptedDomains') === true;

export const outboundConnectorFindings: readonly Signal[] = [
  {
    id: 'LAPSE-OC-001',
    weigh: ({ settings }) =>
      smartHosts(settings).length === 0 ? undefined : everyRecipient(settings) ? 'critical' : 'high',
    say: ({ settings }) =>
      `${everyRecipient(settings) ? 'All outgoing mail' : 'Mail'} is handed to ${smartHosts(settings).slice(0, 3).join(', ')} instead of to the recipient's own mail server.`,
  },
  {
    id: 'LAPSE-OC-002',
    weigh: ({ settings }) => (flag(settings, 'IsTransportRuleScoped') === true ? 'high' : undefined),
    say: () => 'Transport rules can send any mail they choose through this connector.',
  },
  {
    id: 'LAPSE-OC-003',
    weigh: ({ settings }) =>
      smartHosts(settings).length > 0 &&
      (!isSet(settings, 'TlsSettings') || /^encryptiononly$/i.test(text(settings, 'TlsSettings') ?? ''))
        ? 'medium'
        : undefined,
    say: () => 'The receiving host need not prove who it is: its certificate is not checked.',
  },
  {
    id: 'LAPSE-OC-004',
    weigh: ({ settings }) => (flag(settings, 'CloudServicesMailEnabled') === true ? 'medium' : undefined),
    say: () => 'Internal headers are sent along, which the receiving side will believe.',
  },
];
