/** What stands around the records of one page of an answer: whether more belongs to it than the records that were read. */

export interface Around {
  /** Why not everything in the page was read. */
  readonly why?: string;
  /** The page says that others follow it. */
  readonly goesOn: boolean;
  /** What the pages of one answer have in common. */
  readonly context: unknown;
}

/** `text`: the page with an empty list in the place of its records. */
export function aroundRecords(text: string): Around {
  const page = parsed(text);
  if (page === undefined)
    return {
      why: 'the text around the records of this page is not valid JSON',
      goesOn: false,
      context: undefined,
    };
  const fields = Object.entries(page) as readonly (readonly [string, unknown])[];
  const holdsMore = fields.some(
    ([, value]) => typeof value === 'object' && value !== null && Object.keys(value).length > 0,
  );
  return {
    ...(holdsMore ? { why: 'this page holds more than its list of records, and that was not read' } : {}),
    goesOn: fields.some(([name, value]) => next.test(name) && typeof value === 'string' && value !== ''),
    context: fields.find(([name]) => name === '@odata.context')?.[1],
  };
}

export const morePages =
  'this page is not the last of its answer (@odata.nextLink): fetch the pages after it as well, and put them behind ' +
  'it in one file';

/** `@odata.nextLink` of Graph; other products leave the prefix out, or call it a page. */
const next = /(?:^|\W)next_?(?:link|page)?(?:ur[il])?$/i;

function parsed(text: string): object | undefined {
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}
