/** An object as a file holds it → as Exchange gave it, without what was lost when it was saved. */
import { isBookkeeping } from '#risk/bookkeeping.ts';
import { isSettingName, spelled } from '#risk/setting-names.ts';
import { isJsonObject } from '#values/json.ts';
import type { ExchangeObject } from '#kinds/call.ts';

export interface SavedObject {
  readonly object: ExchangeObject;
  /** Settings of which only a .NET type name, or one text for several values, is left. They are not in the object. */
  readonly lost: readonly string[];
}

export function readSavedObject(value: Readonly<Record<string, unknown>>): SavedObject {
  const properties = Object.entries(spelled(value)).flatMap(([name, each]) =>
    // `Name@data.type` and the like describe the value beside them.
    name.includes('@') ? [] : [[name, unwrapped(each)] as const],
  );
  const isSetting = (name: string): boolean =>
    isSettingName(name) && !isBookkeeping(name) && !/^comments?$/i.test(name);
  const lost = properties.flatMap(([name, each]) => (isSetting(name) && isLost(each) ? [name] : []));
  return { object: Object.fromEntries(properties.filter(([name]) => !lost.includes(name))), lost };
}

/** Windows PowerShell writes some lists as `{ value: [...], Count: 2 }`, and some words as `{ value: 0, Value: 'Enabled' }`. */
function unwrapped(value: unknown): unknown {
  if (!isJsonObject(value) || Object.keys(value).length !== 2) return value;
  const { value: inner, Count: count, Value: word } = value;
  if (Array.isArray(inner) && typeof count === 'number') return inner;
  return typeof inner === 'number' && typeof word === 'string' ? word : value;
}

/** What PowerShell writes in place of a value that lies too deep, and of a list in a cell of a table. */
export const isLostText = (text: string): boolean =>
  /^@\{.*\}$/s.test(text) ||
  /^(?:Deserialized\.)?(?:System|Microsoft)\.[\w.]+(?:`\d+)?(?:\[.*\])?$/s.test(text) ||
  isJoined(text);

/** Names, addresses or domains with blanks between them: a list that ConvertTo-Json took for one value. */
function isJoined(text: string): boolean {
  const words = text.split(' ');
  return words.length > 1 && words.every((word) => /^[^\s]*\w[.@:][\w.@:/*-]*\w[^\s]*$/.test(word));
}

/** One entry of a list can be an object, a setting cannot. */
const isEntry = (value: object): boolean =>
  ['Address', 'Domain', 'Sender', 'Value'].some((name) => name in value);

function isLost(value: unknown): boolean {
  if (typeof value === 'string') return isLostText(value.trim());
  if (Array.isArray(value))
    return value.some((one) => typeof one === 'string' && isLostText(one.trim()) && !isJoined(one.trim()));
  return isJsonObject(value) && !isEntry(value);
}
