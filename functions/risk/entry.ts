/**
 * Exceptions that are an entry of a list, or a switch of the tenant, and no object of their own. Nothing in Exchange
 * names them, so their name is made of what they are: the entry, and the policy or list it stands in.
 */
import { list, text } from './settings.ts';
import type { Kind } from '#lifecycle/exception.ts';
import type { Settings } from './settings.ts';

/** Microsoft's name of the policy that every tenant has; only entries of other policies need to say whose they are. */
export const usualPolicy = 'Default';

/** Kinds that are on as long as they are there: for them, being absent is being off. */
const onWhilePresent: ReadonlySet<Kind> = new Set([
  'ip-allow',
  'allowed-sender',
  'allowed-domain',
  'tenant-allow',
  'arc-sealer',
  'phishing-simulation',
  'secops-mailbox',
]);

/**
 * Whether disabling means taking away. Then an exception that Lapse disabled is missing from the tenant, and that is
 * no removal: it can still be restored, and comes back to life when somebody adds it again.
 */
export const absentIsOff = (kind: Kind): boolean => onWhilePresent.has(kind);

/** Whether it is an object of its own, which is made by one cmdlet and bears a name. */
export const isObject = (kind: Kind): boolean =>
  kind === 'transport-rule' || kind === 'inbound-connector' || kind === 'outbound-connector';

/** The name of an entry with these settings; for kinds with names of their own, ''. */
export function entryName(kind: Kind, settings: Settings): string {
  const entry = list(settings, 'Entry').join(', ');
  const policy = text(settings, 'Policy') ?? usualPolicy;
  switch (kind) {
    case 'ip-allow':
    case 'allowed-sender':
    case 'allowed-domain':
      return policy.toLowerCase() === usualPolicy.toLowerCase() ? entry : `${entry} (${policy})`;
    case 'tenant-allow': {
      const from = text(settings, 'SendingInfrastructure');
      return `${entry}${from === undefined ? '' : ` from ${from}`} (${text(settings, 'ListType') ?? 'Sender'})`;
    }
    case 'arc-sealer':
      return entry;
    // One of each per tenant, whatever Microsoft calls the rule behind it: it gets a new name each time it is made.
    case 'phishing-simulation':
    case 'secops-mailbox':
      return policy;
    case 'safe-list':
      return policy;
    case 'direct-send':
      return 'Direct Send';
    case 'transport-rule':
    case 'inbound-connector':
    case 'outbound-connector':
      return '';
  }
}
