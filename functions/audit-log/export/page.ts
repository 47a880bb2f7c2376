/**
 * The fields around the records of one page of an answer: they show whether more belongs to it than the records that
 * were read.
 */

import { hasNext, findTotal, whyIncomplete } from './incomplete.ts';
import { isJsonObject, tryParseJson } from '#values/json.ts';

export interface PageFields {
  /** Why part of the page was not read. */
  readonly why?: string;
  /** The page says that more pages follow. */
  readonly goesOn: boolean;
  /** How many records the answer holds, if the page says so. Some say how many the page holds. */
  readonly total: number | undefined;
  /** What the pages of one answer have in common. */
  readonly context: unknown;
}

/** `text`: the page, with an empty list instead of its records. `besides`: lists that it may have as well, in lower case. */
export function readPageFields(text: string, besides: readonly string[] = []): PageFields {
  const page = tryParseJson(text);
  if (!isJsonObject(page))
    return {
      why: 'the text around the records of this page is not valid JSON',
      goesOn: false,
      total: undefined,
      context: undefined,
    };
  const fields = Object.entries(page);
  const holdsMore = fields.some(
    ([name, value]) =>
      !besides.includes(name.toLowerCase()) &&
      typeof value === 'object' &&
      value !== null &&
      Object.keys(value).length > 0,
  );
  const why = holdsMore
    ? 'this page contains more than its list of records, and the rest was not read'
    : whyIncomplete(fields);
  return {
    ...(why === undefined ? {} : { why }),
    goesOn: hasNext(fields),
    total: findTotal(fields),
    context: fields.find(([name]) => name === '@odata.context')?.[1],
  };
}

export const morePages =
  'this page is not the last of its answer (@odata.nextLink): fetch the pages after it as well, and append them to ' +
  'it in one file';

export const describeMissingRecords = (total: number, here: number): string =>
  `the answer holds ${total.toLocaleString('en')} records by its own count, and ${here.toLocaleString('en')} of them ` +
  'are here: fetch all of its pages, and put them into one file, one after the other';
