/** An object as a file holds it → as Exchange gave it, without what was lost when it was saved. */
import { isBookkeeping } from '#risk/bookkeeping.ts';
import { isSettingName, spelled } from '#risk/setting-names.ts';
import { isJsonObject } from '#values/json.ts';
import type { ExchangeObject } from '#kinds/call.ts';

export interface SavedObject {
  readonly object: ExchangeObject;
  /** Settings of which only a .NET type name, or one text for several values, is left. They are not in the object. */
  readonly lost: readonly string[];
  /** Those of them of which only a number is left, where Exchange has a word. */
  readonly numbered: readonly string[];
}

/** ConvertTo-Json writes these as numbers where it is given .NET objects. */
const words: ReadonlySet<string> = new Set([
  'State',
  'Mode',
  'ConnectorType',
  'TlsSettings',
  'MtaStsMode',
  'SmtpDaneMode',
  'Action',
  'SpoofType',
  'AutoForwardingMode',
  'Scope',
  'FromScope',
  'SentToScope',
  'HighConfidencePhishAction',
  'PhishSpamAction',
  'MailboxIntelligenceProtectionAction',
  'TargetedDomainProtectionAction',
  'TargetedUserProtectionAction',
]);

export function readSavedObject(value: Readonly<Record<string, unknown>>): SavedObject {
  const properties = Object.entries(spelled(value)).flatMap(([name, each]) =>
    // `Name@data.type` and the like describe the value beside them.
    name.includes('@') ? [] : [[name, unwrapped(each)] as const],
  );
  const isSetting = (name: string): boolean =>
    isSettingName(name) && !isBookkeeping(name) && !/^comments?$/i.test(name);
  const numbered = properties.flatMap(([name, each]) => (words.has(name) && isNumber(each) ? [name] : []));
  const lost = [
    ...properties.flatMap(([name, each]) => (isSetting(name) && isLost(name, each) ? [name] : [])),
    ...numbered,
  ];
  return { object: Object.fromEntries(properties.filter(([name]) => !lost.includes(name))), lost, numbered };
}

const isNumber = (value: unknown): boolean =>
  typeof value === 'number' || (typeof value === 'string' && /^\d+$/.test(value));

/** Windows PowerShell writes some lists as `{ value: [...], Count: 2 }`, and some words as `{ value: 0, Value: 'Enabled' }`. */
function unwrapped(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asText);
  if (!isJsonObject(value)) return value;
  // A date may come with how it is shown.
  if (typeof value['value'] === 'string' && 'DateTime' in value) return value['value'];
  if (Object.keys(value).length !== 2) return value;
  const { value: inner, Count: count, Value: word } = value;
  if (Array.isArray(inner) && typeof count === 'number') return inner.map(asText);
  return typeof inner === 'number' && typeof word === 'string' ? word : value;
}

/** A range of addresses, an address or a domain as a .NET object, with the text among its properties. */
function asText(entry: unknown): unknown {
  if (!isJsonObject(entry)) return entry;
  return (
    [entry['Expression'], entry['Address'], entry['Domain']].find((text) => typeof text === 'string') ?? entry
  );
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

/** A rule's classifications of data are hashtables. */
const holdsObjects = (name: string): boolean => name.endsWith('DataClassifications');

function isLost(name: string, value: unknown): boolean {
  // A date and a time of day would look like two addresses.
  if (/Date$/.test(name) && typeof value === 'string' && isJoined(value)) return false;
  // PowerShell shows a list as {a, b}.
  if (typeof value === 'string') return isLostText(value.trim()) || /^\{[^{}]*\}$/.test(value.trim());
  if (Array.isArray(value))
    return value.some((one) =>
      typeof one === 'string'
        ? isLostText(one.trim()) && !isJoined(one.trim())
        : isJsonObject(one) && !isEntry(one) && !holdsObjects(name),
    );
  return isJsonObject(value) && !isEntry(value);
}
