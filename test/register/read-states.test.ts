import { describe, expect, it } from 'vitest';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { readStates } from '#register/read-states.ts';
import { examples } from '../lifecycle/examples.ts';
import { collected } from './commits.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { IndexRow } from '#register/contract.ts';

async function* rows(...ids: readonly string[]): AsyncGenerator<IndexRow> {
  await Promise.resolve();
  for (const id of ids) yield { id };
}

const named = (id: string): Exception => ({ ...examples.confirmed.state, id });

describe('the exceptions that an index names', () => {
  it('are read a hundred at a time', async () => {
    const asked: number[] = [];
    const states = (ids: readonly string[]) => {
      asked.push(ids.length);
      return Promise.resolve(ids.map(named));
    };
    const ids = Array.from({ length: 201 }, (_, index) => `ex-${index}`);
    const found = await collected(readStates({ states }, rows(...ids)));
    expect(found.map(({ id }) => id)).toEqual(ids);
    expect(asked).toEqual([100, 100, 1]);
  });

  it('are left out where they were removed since, and told where they cannot be read', async () => {
    const unreadable = new UnreadableState('b', undefined, 'unexpected values in kind');
    const removed = { ...examples.removed.state, id: 'c' };
    const states = () => Promise.resolve([named('a'), unreadable, removed, undefined]);
    const told: UnreadableState[] = [];
    const found = await collected(readStates({ states }, rows('a', 'b', 'c', 'd'), (one) => told.push(one)));
    expect(found).toEqual([named('a')]);
    expect(told).toEqual([unreadable]);
  });
});
