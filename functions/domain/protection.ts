/**
 * The law that no silence may break: what disabling would let more mail in, or have less of it looked at, is never
 * disabled by Lapse, whatever else it lets past. People must act.
 */
import { grantsRights, refusesOthers } from './findings-inbound-connector.ts';
import { smartHosts } from './findings-outbound-connector.ts';
import { stopsMail } from './findings-transport-rule.ts';
import { flag, isSet, text } from './settings.ts';
import type { Assessable } from './finding-row.ts';
import type { Settings } from './exception.ts';

/** Disabling it would take protection away, were it switched on. */
export function protects({ kind, settings }: Pick<Assessable, 'kind' | 'settings'>): boolean {
  switch (kind) {
    case 'transport-rule':
      return stopsMail(settings);
    case 'inbound-connector':
      return refusesOthers(settings) || (!grantsRights(settings) && inspects(settings));
    case 'outbound-connector':
      return forcesTls(settings);
    default:
      // Entries that allow, and switches that leave a door open: without them only less gets in.
      return false;
  }
}

/** It makes the filter look at the true sender behind a gateway, or only asks for encryption and trusts nobody. */
const inspects = (settings: Settings): boolean =>
  flag(settings, 'EFSkipLastIP') === true ||
  isSet(settings, 'EFSkipIPs') ||
  (flag(settings, 'RequireTls') === true && !isSet(settings, 'SenderIPAddresses'));

/** Towards the recipients' own servers. Encryption on the way to a named host protects only what it diverts. */
const forcesTls = (settings: Settings): boolean =>
  smartHosts(settings).length === 0 && text(settings, 'TlsSettings') !== undefined;
