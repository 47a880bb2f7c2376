import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeSorted } from '#register/merge-sorted.ts';
import { collected } from './commits.ts';

async function* each(list: readonly number[], took: () => void = () => undefined) {
  for (const one of list) {
    took();
    yield await Promise.resolve(one);
  }
}
const isBefore = (a: number, b: number): boolean => a < b;

it('several lists that are in order are one that is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(fc.integer())), async (lists) => {
      const sorted = lists.map((list) => list.toSorted((a, b) => a - b));
      const all = await collected(
        mergeSorted(
          sorted.map((list) => each(list)),
          isBefore,
        ),
      );
      expect(all).toEqual(lists.flat().toSorted((a, b) => a - b));
    }),
  );
});

it('no more of each is asked for than is taken, and one beyond', async () => {
  let taken = 0;
  const took = () => (taken += 1);
  const lists = [each([1, 3, 5, 7], took), each([2, 4, 6, 8], took)];
  for await (const one of mergeSorted(lists, isBefore)) if (one === 2) break;
  expect(taken).toBe(3);
});
