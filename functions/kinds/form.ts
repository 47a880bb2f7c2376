/** What follows from the form of a kind. */
import { kindOf, kinds, type Kind } from './registry.ts';
import type { Settings } from '#risk/settings.ts';

/** Whether it is an object of its own, which is made by one cmdlet and bears a name. */
export const isObject = (kind: Kind): boolean => kindOf(kind).form === 'object';

export const isSwitch = (kind: Kind): boolean => kindOf(kind).form === 'switch';

/**
 * Whether disabling means taking away. Then an exception that Lapse disabled is missing from the tenant, and that is
 * no removal: it can still be restored, and comes back to life when somebody adds it again.
 */
export const absentIsOff = (kind: Kind): boolean => kindOf(kind).form === 'entry';

/** Whether Exchange itself can end one at a given moment. */
export function canExpire(kind: Kind): boolean {
  const one = kindOf(kind);
  return one.form === 'object' && one.exchange.expire !== undefined;
}

/** Whether an object is on if whoever made it said nothing about that. */
export function madeOn(kind: Kind): boolean {
  const one = kindOf(kind);
  return one.form !== 'object' || one.log.madeOn;
}

/** Kinds of which a tenant can have none because it has not bought them. */
export const licensedKinds: readonly Kind[] = kinds.filter((kind) => kindOf(kind).licence !== undefined);

/** The kind of settings that come without it: a rule, unless they are some that only another kind has. */
export const kindOfSettings = (settings: Settings): Kind =>
  kinds.find((kind) => {
    const one = kindOf(kind);
    return one.form === 'object' && one.ownSettings.some((name) => name in settings);
  }) ?? 'transport-rule';

/** Kinds of which each mailbox has its own: thousands in a tenant, so they are watched only where policy says so. */
export const mailboxKinds: readonly Kind[] = kinds.filter((kind) => {
  const one = kindOf(kind);
  return one.form !== 'object' && one.exchange.inMailbox !== undefined;
});

/** The mailbox in the name of what it has. */
export const mailboxIn = (name: string): string => name.split('\\', 1)[0] ?? '';

/** What an entry is called; an object bears its own name. */
export function entryName(kind: Kind, settings: Settings): string {
  const one = kindOf(kind);
  return one.form === 'object' ? '' : one.nameOf(settings);
}
