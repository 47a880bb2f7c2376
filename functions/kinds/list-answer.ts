/** Reading entries out of Exchange's lists, and changing one entry of a list while leaving the others alone. */
import { foldName } from './fold-name.ts';
import { splitEntries, type Split } from '#risk/list-value.ts';
import { PolicyGone, UnreadableAnswer } from './call.ts';
import type { ExchangeObject } from './call.ts';

/**
 * The entries of a list. Seen as texts, as one text with commas (ARC sealers), and as objects that hold the text
 * further in (`{ Domain }`, `{ Sender: { Address } }` in the PowerShell form of the filter policies); which of these
 * this interface uses is not documented. Throws where the property is not there at all: an answer without the list
 * is no empty list. So does an entry that cannot be read.
 */
export function entriesOf(
  object: ExchangeObject,
  property: string,
  split: Split = splitEntries,
): readonly string[] {
  const value = object[property];
  if (value === undefined)
    throw new UnreadableAnswer(
      `Exchange gave an object without ${property}, so the content of that list is unknown.`,
    );
  const parts = Array.isArray(value) ? value : [value];
  return [...new Set(parts.flatMap((part) => entryTexts(part, split)))];
}

function entryTexts(value: unknown, split: Split): readonly string[] {
  if (typeof value === 'string') return split(value);
  if (typeof value !== 'object' || value === null) return [];
  for (const name of ['Address', 'Domain', 'Sender', 'Value'])
    if (name in value) return entryTexts((value as Record<string, unknown>)[name], split);
  throw new UnreadableAnswer('Exchange gave an entry of a list in a form that Lapse cannot read.');
}

/**
 * A parameter that adds to or removes from a list instead of replacing it. The annotation is what public clients
 * send for hashtables; that it works for each of these lists is an inference, which the look afterwards tests.
 */
export const editList = (
  edit: 'Add' | 'Remove',
  entry: string,
): Readonly<Record<string, string | readonly string[]>> => ({
  '@odata.type': '#Exchange.GenericHashTable',
  [edit]: [entry],
});

export const isSameEntry = (a: string, b: string): boolean => foldName(a) === foldName(b);

export const textAt = (object: ExchangeObject, property: string): string | undefined => {
  const value = object[property];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};

/** Throws where the policy is not among those that Exchange gave. That it gave none at all, or one without a name, proves nothing. */
export function requirePolicy(name: string, called: string, present: readonly ExchangeObject[]): void {
  const names = present.map((object) => textAt(object, 'Name'));
  if (names.length > 0 && names.every((one) => one !== undefined && !isSameEntry(one, name)))
    throw new PolicyGone(
      `The ${called} "${name}", to which this belongs, is gone from the tenant, so there is nothing in which to restore it. Once it is there again, the next attempt restores this.`,
    );
}
