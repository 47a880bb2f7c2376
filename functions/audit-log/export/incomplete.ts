/** What the envelope of an answer says of itself: whether it is all that was asked for. */

type Fields = readonly (readonly [name: string, value: unknown])[];

/** Why this is not all, by the names of the fields that say so; never what stands in them. */
export function whyIncomplete(fields: Fields): string | undefined {
  const saying = fields.filter(([name, value]) => saysSo(name, value)).map(([name]) => name);
  return saying.length === 0
    ? undefined
    : `the answer says that it is not all that was asked for (${saying.join(', ')}): ask again, for less at once`;
}

const saysSo = (name: string, value: unknown): boolean =>
  (unfinished.test(name) && isTrue(value)) ||
  (failed.test(name) && holdsAnything(value)) ||
  (parts.test(name) &&
    isObjectOrList(value) &&
    Object.entries(value).some(([of, count]) => lost(name, of, count)));

/** Elasticsearch, Azure Monitor, Splunk and their kind. */
const unfinished =
  /^(?:timed_?out|terminated_?early|(?:is_?)?(?:partial|running|truncated|preview)|(?:has_?)?more(?:_?(?:data|items|pages|records|results))?)$/i;
const failed = /^(?:(?:partial_?)?errors?|warnings?|failures?)$/i;
const parts = /^_(?:shards|clusters)$/;

/** A shard is skipped where nothing in it can match; a cluster, where it cannot be reached. */
const lost = (of: string, part: string, count: unknown): boolean =>
  typeof count === 'number' &&
  count > 0 &&
  (part === 'failed' || (of === '_clusters' && ['skipped', 'partial', 'running'].includes(part)));

const isTrue = (value: unknown): boolean =>
  value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true');

const holdsAnything = (value: unknown): boolean =>
  isObjectOrList(value)
    ? Object.keys(value).length > 0
    : typeof value === 'string'
      ? value.trim() !== ''
      : typeof value === 'number'
        ? value > 0
        : value === true;

const isObjectOrList = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** `@odata.nextLink` of Graph; other products leave the prefix out, or call it a page. */
const next = /(?:^|\W)next_?(?:link|page)?(?:ur[il])?$/i;

/** Whether others follow it. */
export const hasNext = (fields: Fields): boolean =>
  fields.some(([name, value]) => next.test(name) && typeof value === 'string' && value !== '');

/** How many records there are in all, as far as it says. */
export function totalIn(fields: Fields): number | undefined {
  const value = fields.find(([name]) => total.test(name))?.[1];
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
const total = /^(?:(?:@?odata\.)?count|total(?:_?(?:count|results|records|items))?)$/i;
