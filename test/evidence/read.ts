/** Helpers of the tests of evidence. */
import { joinMessages, type Joined } from '#evidence/join-messages.ts';
import { readEvidence } from '#evidence/read-evidence.ts';
import { instant } from '#time/instant.ts';
import type { MessageRow } from '#evidence/message-row.ts';
import type { UnreadRow } from '#evidence/row.ts';

const now = instant('2026-11-28T09:00:00Z');

export interface ReadFile {
  readonly rows: readonly MessageRow[];
  readonly unread: readonly UnreadRow[];
  readonly others: number;
}

/** As a stream in pieces of that many bytes. */
export async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array, void> {
  for (let at = 0; at < bytes.length; at += size) {
    await Promise.resolve();
    yield bytes.subarray(at, at + size);
  }
}

export async function read(given: string | Uint8Array, size = 65_536): Promise<ReadFile> {
  const bytes = typeof given === 'string' ? Buffer.from(given) : given;
  const rows: MessageRow[] = [];
  const unread: UnreadRow[] = [];
  let others = 0;
  for await (const piece of readEvidence(inPieces(bytes, size), now))
    for (const one of piece)
      if (one === undefined) others += 1;
      else if ('reason' in one) unread.push(one);
      else rows.push(one);
  return { rows, unread, others };
}

export function joined(rows: readonly MessageRow[]): readonly Joined[] {
  const join = joinMessages();
  return [...rows.flatMap((row) => join.add(row)), ...join.end()];
}
