/** One blob, from Microsoft to whoever wants its records; memory never holds more of it than a batch. */
import { readRecords } from '#audit-log/export/read-records.ts';
import { recogniseMailboxChange } from '#audit-log/mailbox-change.ts';
import { operationNamed } from '#audit-log/operations.ts';
import { UnreadableExport } from '#audit-log/export/unreadable-export.ts';
import { FeedError } from './feed-error.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { BlobCounts } from './coverage.ts';
import type { Instant } from '#time/instant.ts';

/**
 * Hands records over, and answers how many of them can never be taken because they are too large. Throws where they
 * could not be handed over now: the blob then counts as not read and all of it comes again.
 */
export type Publish = (records: readonly AuditRecord[]) => Promise<{ readonly untakeable: number }>;

/** How many records, and roughly bytes, are collected before they are handed over. A record is at most 4 MB. */
const batch = { records: 100, bytes: 512 * 1024 };

/** Throws `FeedError` (`broken` where the content cannot be read to its end) and whatever `publish` throws. */
export async function collectBlob(
  content: AsyncIterable<Uint8Array>,
  publish: Publish,
  now: Instant,
): Promise<BlobCounts> {
  const ends = new Ends();
  let [read, published, failed] = [0, 0, 0];
  let waiting: AuditRecord[] = [];
  let since = 0;
  const handOver = async (): Promise<void> => {
    const { untakeable } = await publish(waiting);
    published += waiting.length - untakeable;
    failed += untakeable;
    waiting = [];
    since = ends.size;
  };

  try {
    for await (const found of readRecords(ends.watch(content), 'content of the audit log', { now })) {
      read += 1;
      if (!found.ok) failed += 1;
      else if (isWanted(found.record)) waiting.push(found.record);
      if (waiting.length >= batch.records || (waiting.length > 0 && ends.size - since >= batch.bytes))
        await handOver();
    }
  } catch (error) {
    if (error instanceof UnreadableExport)
      throw new FeedError('broken', `Content of the audit log cannot be read: ${error.message}.`);
    throw error;
  }
  if (!ends.areList())
    throw new FeedError('broken', 'Content of the audit log ends before its list of records does.');
  if (waiting.length > 0) await handOver();
  return { read, published, failed };
}

/** Most changes to mailboxes are Microsoft's own, or about something else: they need not go over the bus. */
const isWanted = (record: AuditRecord): boolean =>
  operationNamed(record.Operation) !== undefined || recogniseMailboxChange(record) !== undefined;

/**
 * The reader of exports makes do with a file that was cut off. Here the rest can still be fetched, so it must be
 * reported.
 */
class Ends {
  size = 0;
  #first: number | undefined;
  #last: number | undefined;

  async *watch(content: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void> {
    for await (const piece of content) {
      this.size += piece.byteLength;
      this.#first ??= piece.find(isInk);
      this.#last = piece.findLast(isInk) ?? this.#last;
      yield piece;
    }
  }

  areList(): boolean {
    return this.#first === code('[') && this.#last === code(']');
  }
}

const code = (character: string): number => character.charCodeAt(0);
/** Neither white space nor the bytes of a UTF-8 byte order mark, which no JSON text begins with otherwise. */
const isInk = (byte: number): boolean => byte > 32 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf;
