/** Reading an object of Exchange's: whether it is on, and what was set. */
import { isBookkeeping } from '#risk/bookkeeping.ts';
import { UnreadableAnswer } from './call.ts';
import type { Settings } from '#risk/settings.ts';
import type { ExchangeObject } from './call.ts';

/** True and false also come as words. */
export function isSwitchedOn(object: ExchangeObject, property: string, on: string, off: string): boolean {
  const value = object[property];
  const word = typeof value === 'string' ? value.trim().toLowerCase() : String(value);
  if (word === on) return true;
  if (word === off) return false;
  throw new UnreadableAnswer(
    `Exchange gave an object whose ${property} is neither ${on} nor ${off}, so it is unknown whether it is switched on.`,
  );
}

/** What was set. Unset settings come as null or an empty list, about 180 of a rule's 200, and are left out. */
export function settingsOf(object: ExchangeObject): Settings {
  return Object.fromEntries(
    Object.entries(object).filter(
      ([name, value]) =>
        !isBookkeeping(name) &&
        value !== null &&
        value !== undefined &&
        value !== '' &&
        !(Array.isArray(value) && value.length === 0),
    ),
  );
}

/** "smtp:contoso.com;1" → "contoso.com": a domain is passed in plain but read with its address type and cost. */
export function plainDomains(settings: Settings, property: string): Settings {
  const domains = settings[property];
  if (!Array.isArray(domains)) return settings;
  const plain = domains.map((domain: unknown) =>
    typeof domain === 'string' ? domain.replace(/^smtp:/i, '').replace(/;\d*$/, '') : domain,
  );
  return { ...settings, [property]: plain };
}
