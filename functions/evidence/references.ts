/**
 * How `EmailEvents` names rules and connectors. No row with such a value has been published, so everything that is likely
 * is understood: a name, a GUID, a name with its GUID, or JSON with any of them. What matches nothing does no harm.
 */
import { isJsonObject, tryParseJson } from '#values/json.ts';
import { guidPattern } from './fields.ts';

export interface Reference {
  readonly guid?: string;
  readonly name?: string;
}

export function referencesIn(text: string | undefined): readonly Reference[] {
  if (text === undefined) return [];
  const value = /^[[{"]/.test(text) ? tryParseJson(text) : undefined;
  if (value === undefined) return referenceOf(text);
  return (Array.isArray(value) ? value : [value]).flatMap((one: unknown) =>
    isJsonObject(one) ? referenceIn(one) : typeof one === 'string' ? referenceOf(one) : [],
  );
}

function referenceIn(value: Readonly<Record<string, unknown>>): readonly Reference[] {
  const field = (wanted: RegExp): string | undefined =>
    Object.entries(value).flatMap(([name, one]) =>
      wanted.test(name) && typeof one === 'string' && one !== '' ? [one] : [],
    )[0];
  const guid = guidPattern.exec(field(/^(?:rule|connector)?_?(?:gu)?id$/i) ?? '')?.[0].toLowerCase();
  const name = field(/^(?:rule|connector|display)?_?name$/i);
  return guid === undefined && name === undefined
    ? []
    : [{ ...(guid !== undefined && { guid }), ...(name !== undefined && { name }) }];
}

function referenceOf(text: string): readonly Reference[] {
  const plain = text.trim();
  const guid = guidPattern.exec(plain)?.[0];
  if (guid === undefined) return plain === '' ? [] : [{ name: plain }];
  const name = plain.replace(guid, '').replace(/[\s(){}[\]|:;,-]+$|^[\s(){}[\]|:;,-]+/g, '');
  return [{ guid: guid.toLowerCase(), ...(name !== '' && { name }) }];
}
