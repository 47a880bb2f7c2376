/**
 * Splits JSON documents into the records they hold, without ever having more than one record in memory: the elements
 * of a top-level array, those of the `value` array of a Graph answer, and objects that stand by themselves. Several
 * documents one after the other are read as well (`cat page1.json page2.json`).
 *
 * It looks at brackets and quotes only; what lies between a record's brackets is `JSON.parse`'s. Where a record is
 * broken so that its end cannot be told (a quote or bracket is missing), reading goes on at the next text that
 * begins like the broken record itself did, `{"CreationTime":`, which within a JSON text can only be a record.
 */
import { decodeUtf8 } from './encoding.ts';
import { notUtf8, looksLikeRecord, tooLong } from './found.ts';
import type { FoundValue } from './found.ts';
import { readPageFields, describeMissingRecords, morePages } from './page.ts';
import { longestRecord, type Pieces } from './lines.ts';

const newline = 10;
const quote = 34;
const backslash = 92;
const openList = 91;
const closeList = 93;
const openObject = 123;
const closeObject = 125;
/** Between elements, a comma counts as a blank. */
const isSeparator = (byte: number): boolean =>
  byte === 32 || byte === 9 || byte === 13 || byte === newline || byte === 44;

/** Each means reading at most one record's length again. This bounds the time that a hostile file can take. */
const mostRecoveries = 100;
const pieceBytes = 65_536;

/** Which list of an object that stands by itself holds the records, and what else it may hold. */
export interface PageShape {
  readonly lists: readonly string[];
  readonly besides: readonly string[];
}
const graphPage: PageShape = { lists: ['value'], besides: [] };

export async function* readJsonValues(
  input: AsyncIterable<Uint8Array>,
  longest = longestRecord,
  shape = graphPage,
): Pieces<FoundValue> {
  const splitter = new Splitter(longest, shape);
  for await (const chunk of input) {
    const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    for (let at = 0; at < bytes.length; at += pieceBytes)
      yield splitter.split(bytes.subarray(at, at + pieceBytes));
  }
  yield splitter.end();
}

class Splitter {
  readonly #longest: number;
  readonly #shape: PageShape;
  readonly #list: RegExp;
  /** Where the elements are: by themselves, in a list, in a page's `value`; or after the last one of a page. */
  #place: 'document' | 'list' | 'page' | 'after page' = 'document';
  #line = 1;
  #recoveries = 0;

  /** Where the page began, its text up to its records, and how many records have begun in it so far. */
  #page = { line: 1, head: '', records: 0 };
  /**
   * A page after which more should follow, until one does; how many records the answer claims to hold, and how many
   * have come.
   */
  #unfollowed:
    | { readonly line: number; readonly context: unknown; readonly total: number; readonly records: number }
    | undefined;

  /** The element being read: its open brackets, its text so far (unless it is skipped), and where it began. */
  #inside = false;
  #depth = 0;
  #inText = false;
  #escaped = false;
  #skipping = false;
  #parts: Buffer[] = [];
  #size = 0;
  #began = 1;

  constructor(longest: number, shape: PageShape) {
    this.#longest = longest;
    this.#shape = shape;
    this.#list = new RegExp(String.raw`(?<!\\)"(?:${shape.lists.join('|')})"\s*:\s*$`, 'i');
  }

  split(piece: Buffer): readonly FoundValue[] {
    const found: FoundValue[] = [];
    const queue = [piece];
    for (let bytes = queue.shift(); bytes; bytes = queue.shift()) queue.unshift(...this.#scan(bytes, found));
    return found;
  }

  end(): readonly FoundValue[] {
    const found: FoundValue[] = [];
    while (this.#inside && !this.#skipping && this.#place !== 'after page') {
      const whole = Buffer.concat(this.#parts);
      this.#inside = false;
      if (this.#depth === 0 && !this.#inText) {
        found.push(parseValue(whole, this.#began));
        break;
      }
      found.push({
        line: this.#began,
        reason: 'the file ends inside this record: it was cut off, or the record is not valid JSON',
        recordlike: looksLikeRecord(whole),
      });
      const rest = this.#recover(whole);
      if (rest) found.push(...this.split(rest));
    }
    if (this.#place === 'after page' && this.#inside && !this.#skipping)
      found.push({
        line: this.#line,
        reason: 'the file ends before the page around its records does: it was cut off',
        recordlike: false,
      });
    this.#tellUnfollowed(found);
    if (!this.#inside && (this.#place === 'list' || this.#place === 'page') && found.length === 0)
      found.push({
        line: this.#line,
        reason: 'the file ends before its list of records does: it was cut off',
        recordlike: false,
      });
    return found;
  }

  /** Reads to the end of the bytes. Returns what must be read next or again, which is rarely anything. */
  #scan(bytes: Buffer, found: FoundValue[]): readonly Buffer[] {
    /** Where the current element begins in these bytes. */
    let from = 0;
    for (let at = 0; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === newline) this.#line += 1;

      const first = !this.#inside;
      if (first) {
        if (isSeparator(byte)) continue;
        if (this.#place === 'document' && byte === openList) {
          this.#place = 'list';
          continue;
        }
        if (this.#place !== 'document' && byte === closeList) {
          if (this.#place === 'page') {
            this.#beginRestOfPage();
            from = at + 1;
          } else this.#place = 'document';
          continue;
        }
        if (this.#place === 'page') this.#page.records += 1;
        this.#begin();
        from = at;
      }

      if (this.#inText) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === backslash) this.#escaped = true;
        else if (byte === quote) this.#inText = false;
        continue;
      }
      if (byte === quote) {
        this.#inText = true;
      } else if (byte === openObject || byte === openList) {
        if (byte === openList && this.#depth === 1 && this.#isPage(bytes.subarray(from, at))) {
          const head = Buffer.concat([...this.#parts, bytes.subarray(from, at)]).toString('utf8');
          this.#page = { line: this.#began, head, records: 0 };
          this.#place = 'page';
          this.#inside = false;
          this.#parts = [];
          continue;
        }
        this.#depth += 1;
      } else if (byte === closeObject || (byte === closeList && (this.#depth > 0 || first))) {
        this.#depth -= 1;
        if (this.#depth > 0) continue;
        const rest = this.#finish(bytes.subarray(from, at + 1), found);
        if (rest) return [rest, bytes.subarray(at + 1)];
      } else if (this.#depth === 0 && (isSeparator(byte) || byte === closeList)) {
        // A bare word or a number ends where anything else begins.
        if (byte === newline) this.#line -= 1;
        this.#finish(bytes.subarray(from, at), found);
        at -= 1;
      }
    }
    if (!this.#inside || this.#skipping) return [];
    return this.#keep(bytes.subarray(from), found);
  }

  #begin(): void {
    this.#inside = true;
    this.#depth = 0;
    this.#inText = false;
    this.#escaped = false;
    this.#skipping = false;
    this.#parts = [];
    this.#size = 0;
    this.#began = this.#line;
  }

  #beginRestOfPage(): void {
    this.#begin();
    this.#place = 'after page';
    this.#depth = 1;
  }

  #finishPage(rest: string, found: FoundValue[]): void {
    const { line, head, records } = this.#page;
    const { why, goesOn, total, context } = readPageFields(`${head}[]${rest}`, this.#shape.besides);
    if (why !== undefined) found.push({ line, reason: why, recordlike: false });
    const before = this.#unfollowed?.context === context ? this.#unfollowed : undefined;
    if (before) this.#unfollowed = undefined;
    this.#tellUnfollowed(found);
    const answer = {
      records: (before?.records ?? 0) + records,
      total: Math.max(before?.total ?? 0, total === undefined || total === records ? 0 : total),
    };
    if (goesOn) this.#unfollowed = { line, context, ...answer };
    else if (answer.total > answer.records)
      found.push({ line, reason: describeMissingRecords(answer.total, answer.records), recordlike: false });
  }

  #tellUnfollowed(found: FoundValue[]): void {
    if (this.#unfollowed) found.push({ line: this.#unfollowed.line, reason: morePages, recordlike: true });
    this.#unfollowed = undefined;
  }

  /** A list under the key `value` of an object that stands by itself, as Graph has it: a page of an answer. */
  #isPage(last: Buffer): boolean {
    if (this.#place !== 'document' || this.#skipping) return false;
    // The input may arrive byte by byte, with the key spread over many parts.
    const before = Buffer.concat([...this.#parts.slice(-64), last]).subarray(-64);
    return this.#list.test(before.toString('latin1'));
  }

  #finish(last: Buffer, found: FoundValue[]): Buffer | undefined {
    this.#inside = false;
    const isPage = this.#place === 'after page';
    if (isPage) this.#place = 'document';
    if (this.#skipping) return undefined;
    const whole = this.#parts.length === 0 ? last : Buffer.concat([...this.#parts, last]);
    this.#parts = [];
    if (isPage) {
      this.#finishPage(whole.toString('utf8'), found);
      return undefined;
    }
    if (whole.length > this.#longest) {
      found.push({ line: this.#began, reason: tooLong, recordlike: looksLikeRecord(whole) });
      return undefined;
    }
    const value = parseValue(whole, this.#began);
    found.push(value);
    return 'reason' in value ? this.#recover(whole) : undefined;
  }

  #keep(last: Buffer, found: FoundValue[]): readonly Buffer[] {
    this.#parts.push(last);
    this.#size += last.length;
    if (this.#size <= this.#longest) return [];
    const whole = Buffer.concat(this.#parts);
    this.#parts = [];
    const rest = this.#recover(whole);
    if (rest) {
      found.push({ line: this.#began, reason: notJson, recordlike: true });
      return [rest];
    }
    found.push({ line: this.#began, reason: tooLong, recordlike: looksLikeRecord(whole) });
    this.#skipping = true;
    return [];
  }

  #recover(whole: Buffer): Buffer | undefined {
    const head = /^\{\s*"[^"\\]{1,64}"\s*:/.exec(whole.toString('latin1', 0, 160))?.[0];
    const at = head === undefined ? -1 : whole.indexOf(head, 1, 'latin1');
    if (at === -1 || this.#recoveries >= mostRecoveries) return undefined;
    this.#recoveries += 1;
    this.#inside = false;
    this.#line = this.#began + countNewlines(whole.subarray(0, at));
    return whole.subarray(at);
  }
}

const notJson = 'the record is not valid JSON';

function parseValue(bytes: Buffer, line: number): FoundValue {
  const text = decodeUtf8(bytes);
  if (text === undefined) return { line, reason: notUtf8, recordlike: looksLikeRecord(bytes) };
  try {
    return { line, value: JSON.parse(text) as unknown };
  } catch {
    return { line, reason: notJson, recordlike: looksLikeRecord(bytes) };
  }
}

function countNewlines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) count += 1;
  return count;
}
