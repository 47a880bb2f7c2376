import { describe, expect, it } from 'vitest';
import { collectBlob } from '#collection/collect-blob.ts';
import { fromMillis } from '#time/instant.ts';
import { record, start } from './surroundings.ts';

/** As an answer may bring it: a record at a time. */
async function* inPieces(records: readonly unknown[]): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from('['));
  for (const [index, one] of records.entries())
    yield Buffer.from(`${index === 0 ? '' : ','}${JSON.stringify(one)}`);
  yield Buffer.from(']');
}

function taker() {
  const handed: number[] = [];
  return {
    handed,
    publish: (records: readonly unknown[]) => {
      handed.push(records.length);
      return Promise.resolve({ untakeable: 0 });
    },
  };
}

const many = (count: number, more = {}) => Array.from({ length: count }, (_, n) => record(`r${n}`, more));
const now = fromMillis(start);

describe('The records of a blob', () => {
  it('are handed over a hundred at a time, however many there are', async () => {
    const { handed, publish } = taker();
    expect(await collectBlob(inPieces(many(250)), publish, now)).toEqual({
      read: 250,
      published: 250,
      failed: 0,
    });
    expect(handed).toEqual([100, 100, 50]);
  });

  it('are handed over before half a megabyte of them is held', async () => {
    const { handed, publish } = taker();
    const large = many(8, { Comment: 'x'.repeat(200_000) });
    await collectBlob(inPieces(large), publish, now);
    expect(handed.length).toBeGreaterThan(1);
    expect(Math.max(...handed)).toBeLessThanOrEqual(3);
  });

  it('that can never be taken count as failed, not as published', async () => {
    const publish = () => Promise.resolve({ untakeable: 1 });
    expect(await collectBlob(inPieces(many(3)), publish, now)).toEqual({ read: 3, published: 2, failed: 1 });
  });
});
