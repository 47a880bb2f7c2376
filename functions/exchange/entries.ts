/** Reading entries out of Exchange's lists, and changing one entry of a list while leaving the others alone. */
import { createHash } from 'node:crypto';
import { ExchangeError } from './exchange-error.ts';
import type { Kind } from '#lifecycle/exception.ts';
import type { ExchangeObject } from './answer.ts';

/**
 * Stands in for the GUID that an entry does not have: the same for the same entry on every read, so that everything
 * that goes by GUID (aliases, comparing before an act) goes by it. Version 8 in the sense of RFC 9562: made up.
 */
export function standInId(kind: Kind, name: string): string {
  const hex = createHash('sha256')
    .update([kind, name.normalize('NFC').toLowerCase()].join('\n'))
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/**
 * The entries of a list. Seen as texts, as one text with commas (ARC sealers), and as objects that hold the text
 * further in (`{ Domain }`, `{ Sender: { Address } }` in the PowerShell form of the filter policies); which of these
 * this interface uses is not documented. Throws where the property is not there at all: an answer without the list
 * is no empty list.
 */
export function entriesOf(object: ExchangeObject, property: string): readonly string[] {
  const value = object[property];
  if (value === undefined)
    throw new ExchangeError(
      'unexpected-answer',
      `Exchange gave an object without ${property}, so what is on that list cannot be told.`,
    );
  const parts = Array.isArray(value) ? value : [value];
  return [...new Set(parts.flatMap(entryTexts))];
}

function entryTexts(value: unknown): readonly string[] {
  if (typeof value === 'string')
    return value
      .split(/[,;]/)
      .map((part) => part.trim())
      .filter((part) => part !== '');
  if (typeof value !== 'object' || value === null) return [];
  for (const name of ['Address', 'Domain', 'Sender', 'Value'])
    if (name in value) return entryTexts((value as Record<string, unknown>)[name]);
  return [];
}

/**
 * A parameter that adds to or removes from a list instead of replacing it. The annotation is what public clients
 * send for hashtables; that it works for each of these lists is an inference, which the look afterwards tests.
 */
export const editedList = (
  edit: 'Add' | 'Remove',
  entry: string,
): Readonly<Record<string, string | readonly string[]>> => ({
  '@odata.type': '#Exchange.GenericHashTable',
  [edit]: [entry],
});

export const sameEntry = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const textAt = (object: ExchangeObject, property: string): string | undefined => {
  const value = object[property];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
};
