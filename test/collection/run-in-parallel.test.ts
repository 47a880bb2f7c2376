import { describe, expect, it } from 'vitest';
import { runInParallel } from '#collection/run-in-parallel.ts';

describe('several things at once', () => {
  it('begins nothing new after a failure, waits for what is under way, and throws the failure', async () => {
    const steps: string[] = [];
    const slow = Promise.withResolvers<undefined>();
    const work = async (thing: string) => {
      steps.push(`${thing} begun`);
      if (thing === 'bad') throw new Error('bad went wrong');
      await slow.promise;
      steps.push(`${thing} done`);
    };
    const all = runInParallel(['slow', 'bad', 'late'], 2, work).finally(() => steps.push('over'));
    slow.resolve(undefined);
    await expect(all).rejects.toThrow('bad went wrong');
    expect(steps).toEqual(['slow begun', 'bad begun', 'slow done', 'over']);
  });
});
