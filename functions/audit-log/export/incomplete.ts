/** Whether an answer says that it is incomplete. */

type Fields = readonly (readonly [name: string, value: unknown])[];

/** Why it is incomplete: the names of the fields that say so, never their values. */
export function whyIncomplete(fields: Fields): string | undefined {
  const saying = fields.filter(([name, value]) => saysIncomplete(name, value)).map(([name]) => name);
  return saying.length === 0
    ? undefined
    : `the answer says that it is incomplete (${saying.join(', ')}): ask again, for less at a time`;
}

const saysIncomplete = (name: string, value: unknown): boolean =>
  (unfinished.test(name) && isTrue(value)) ||
  (failed.test(name) && holdsAnything(value)) ||
  (parts.test(name) &&
    isObjectOrList(value) &&
    Object.entries(value).some(([of, count]) => isLost(name, of, count)));

/** Elasticsearch, Azure Monitor, Splunk and the like. */
const unfinished =
  /^(?:timed_?out|terminated_?early|(?:is_?)?(?:partial|running|truncated|preview)|(?:has_?)?more(?:_?(?:data|items|pages|records|results))?)$/i;
const failed = /^(?:(?:partial_?)?errors?|warnings?|failures?)$/i;
const parts = /^_(?:shards|clusters)$/;

/** A shard is skipped if nothing in it can match; a cluster, if it cannot be reached. */
const isLost = (of: string, part: string, count: unknown): boolean =>
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

/** Graph's `@odata.nextLink`; other products omit the prefix or call it a page. */
const next = /(?:^|\W)next_?(?:link|page)?(?:ur[il])?$/i;

/** Whether more pages follow. */
export const hasNext = (fields: Fields): boolean =>
  fields.some(([name, value]) => next.test(name) && typeof value === 'string' && value !== '');

/** How many records there are in total, if it says so. */
export function findTotal(fields: Fields): number | undefined {
  const value = fields.find(([name]) => total.test(name))?.[1];
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
const total = /^(?:(?:@?odata\.)?count|total(?:_?(?:count|results|records|items))?)$/i;
