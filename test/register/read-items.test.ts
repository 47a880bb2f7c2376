import { describe, expect, it } from 'vitest';
import { splitIntoBatches, createReadItems } from '#register/read-items.ts';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Key } from '#register/keys.ts';

const key = (name: string): Key => ({ pk: name, sk: 'X' });
const item = (name: string) => ({ ...key(name), value: name });

interface Asked {
  readonly RequestItems?: { readonly t: { readonly Keys: readonly Key[]; readonly ConsistentRead: boolean } };
  readonly Key?: Key;
  readonly ConsistentRead?: boolean;
}

/** A table that gives at most so many items at once, and holds all but those called "none". */
function table(most = 100) {
  const asked: Asked[] = [];
  const waits: number[] = [];
  const held = ({ pk }: Key) => (pk.startsWith('none') ? undefined : item(pk));
  const db = {
    send: ({ input }: { readonly input: Asked }) => {
      asked.push(input);
      if (input.Key) return Promise.resolve({ Item: held(input.Key) });
      const { Keys = [] } = input.RequestItems?.t ?? {};
      const [given, left] = [Keys.slice(0, most), Keys.slice(most)];
      return Promise.resolve({
        Responses: { t: given.flatMap((one) => held(one) ?? []).toReversed() },
        UnprocessedKeys: left.length === 0 ? {} : { t: { Keys: left } },
      });
    },
  } as unknown as DynamoDBDocumentClient;
  const wait = (ms: number) => {
    waits.push(ms);
    return Promise.resolve();
  };
  return { asked, waits, batch: splitIntoBatches(db, 't', { random: () => 1, wait }) };
}

describe('many items', () => {
  it('come in the order they were asked for, and what is not there in its place', async () => {
    const { batch, asked } = table();
    expect(await batch(['b', 'none', 'a'].map(key))).toEqual([item('b'), undefined, item('a')]);
    expect(asked).toEqual([
      { RequestItems: { t: { Keys: ['b', 'none', 'a'].map(key), ConsistentRead: true } } },
    ]);
  });

  it('are asked for a hundred at a time', async () => {
    const { batch, asked } = table();
    const names = Array.from({ length: 201 }, (_, index) => String(index));
    expect(await batch(names.map(key))).toEqual(names.map(item));
    expect(asked.map(({ RequestItems }) => RequestItems?.t.Keys.length)).toEqual([100, 100, 1]);
  });

  it('that DynamoDB leaves out are asked for again, with waits that grow', async () => {
    const { batch, waits } = table(1);
    expect(await batch(['a', 'b', 'c'].map(key))).toEqual(['a', 'b', 'c'].map(item));
    expect(waits).toEqual([50, 100]);
  });

  it('that DynamoDB never gives are no items that are not there', async () => {
    const { batch } = table(0);
    await expect(batch([key('a'), key('b')])).rejects.toThrow('too busy');
  });

  it('are one request of its own kind where they are one', async () => {
    const { batch, asked } = table();
    expect(await batch([key('a')])).toEqual([item('a')]);
    expect(asked).toMatchObject([{ Key: key('a'), ConsistentRead: true }]);
  });
});

describe('an item', () => {
  it('is read once, also where it is not there', async () => {
    const { batch, asked } = table();
    const read = createReadItems(batch);
    await read.gather(['a', 'none', 'a'].map(key));
    expect([await read.get(key('a')), await read.get(key('none'))]).toEqual([item('a'), undefined]);
    await read.gather(['none', 'b'].map(key));
    expect(asked).toHaveLength(2);
    expect(asked.at(-1)).toMatchObject({ Key: key('b') });
  });
});
