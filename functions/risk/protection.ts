/**
 * The law that no silence may break: what disabling would let more mail in, or have less of it looked at, is never
 * disabled by Lapse, whatever else it lets past. People must act.
 */
import { asked, inspects, mayRefuse, refusesOthers } from './findings-inbound-connector.ts';
import { carriesToFilter, forcesTls } from './findings-outbound-connector.ts';
import { guardingActions, guardsMail } from './findings-transport-rule.ts';
import { isSet } from './settings.ts';
import type { Assessable } from './finding-row.ts';
import type { Exception, Kind } from '#lifecycle/exception.ts';
import type { Settings } from './settings.ts';

/** Disabling it would take protection away, were it switched on. */
export function protects({ kind, settings }: Pick<Assessable, 'kind' | 'settings'>): boolean {
  switch (kind) {
    case 'transport-rule':
      return guardsMail(settings);
    case 'inbound-connector':
      return refusesOthers(settings) || inspects(settings);
    case 'outbound-connector':
      return forcesTls(settings) || carriesToFilter(settings);
    default:
      // Entries that allow, and switches that leave a door open: without them only less gets in.
      return false;
  }
}

/** The settings by which an object of the kind protects, or may protect together with others. */
export function guardsIn(kind: Kind, settings: Settings): readonly string[] {
  switch (kind) {
    case 'transport-rule':
      return guardingActions(settings);
    case 'inbound-connector':
      return asked.filter((name) => isSet(settings, name));
    case 'outbound-connector':
      return ['TlsSettings', 'IsTransportRuleScoped'].filter((name) => isSet(settings, name));
    default:
      return [];
  }
}

/** Nobody has seen yet whether it protects. */
export const mayProtect = (object: Assessable): boolean =>
  object.kind === 'inbound-connector' && mayRefuse(object);

const goneIds: ReadonlySet<string> = new Set(['LAPSE-TR-014', 'LAPSE-IC-010', 'LAPSE-OC-008']);
/** What protected was removed, and is still on record, for people to see to. */
export const isFoundGone = ({ state, findings }: Pick<Exception, 'state' | 'findings'>): boolean =>
  state !== 'removed' && findings.some(({ id }) => goneIds.has(id));
