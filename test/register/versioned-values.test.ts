import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVersionedValues } from '#register/versioned-values.ts';
import { createInMemoryVersionedValues } from './in-memory-versioned-values.ts';
import type { VersionedValues } from '#register/versioned-values.ts';
import { startEngine, type Engine } from './table.ts';

const valuesContract = (name: string, create: () => Promise<VersionedValues>): void => {
  describe(`versioned values ${name}`, () => {
    it('hold what was written last', async () => {
      const notes = await create();
      expect(await notes.read('BREAKER#a')).toBeUndefined();
      expect(await notes.write('BREAKER#a', { count: 1 }, 0)).toBe(true);
      expect(await notes.read('BREAKER#a')).toEqual({ value: { count: 1 }, revision: 1 });
      expect(await notes.write('BREAKER#a', { count: 2 }, 1)).toBe(true);
      expect(await notes.read('BREAKER#a')).toEqual({ value: { count: 2 }, revision: 2 });
    });

    it('tell who is late, and keep what was first', async () => {
      const notes = await create();
      const both = await Promise.all([notes.write('POLICY', 'a', 0), notes.write('POLICY', 'b', 0)]);
      expect(both.filter(Boolean)).toHaveLength(1);
      expect(await notes.write('POLICY', 'c', 0)).toBe(false);
      expect(await notes.write('POLICY', 'c', 7)).toBe(false);
      expect((await notes.read('POLICY'))?.value).toBe(both[0] ? 'a' : 'b');
    });
  });
};

valuesContract('in memory', () => Promise.resolve(createInMemoryVersionedValues()));

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(async () => engine.close());
valuesContract('on DynamoDB', async () =>
  createVersionedValues({ client: engine.client(), tableName: await engine.table() }),
);
