import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createActivity } from '#lib/local/activity.ts';

const minute = 60_000;

/** Time passes only where a test lets it, and with it all that waits for it. */
function timeByHand() {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  return (minutes: number) => vi.advanceTimersByTimeAsync(minutes * minute);
}

const never = () => new Promise<never>(() => undefined);

/** What became of it so far. */
function followed(settled: Promise<boolean>) {
  const outcome: unknown[] = [];
  settled.then(
    (answer) => outcome.push(answer),
    (error: unknown) => outcome.push((error as Error).message),
  );
  return outcome;
}

describe('what is under way', () => {
  it('is waited for as long as it takes, while anything moves', async () => {
    const pass = timeByHand();
    const activity = createActivity();
    const last = Promise.withResolvers<undefined>();
    void activity.during('slow', () => last.promise);
    const outcome = followed(activity.settled());
    for (let hours = 0; hours < 12; hours++) {
      await pass(15);
      await activity.during('ask-owners', () => Promise.resolve());
    }
    expect(outcome).toEqual([]);
    last.resolve(undefined);
    await pass(0);
    expect(outcome).toEqual([true]);
  });

  it('hangs where nothing has begun or ended for longer than anything may take, and is named', async () => {
    const pass = timeByHand();
    const activity = createActivity();
    activity.add({ name: 'the queue to enforce', busy: () => true });
    void activity.during('enforce', never);
    const outcome = followed(activity.settled());
    // Looking again is no movement.
    for (let looks = 0; looks < 60; looks++) {
      activity.changed();
      await pass(0.25);
    }
    expect(outcome).toEqual([]);
    await pass(2);
    expect(outcome).toEqual([
      'something hangs: nothing has moved for 16 minutes (enforce, the queue to enforce)',
    ]);
  });

  it('had all that time from when somebody began to wait for it', async () => {
    const pass = timeByHand();
    const activity = createActivity();
    void activity.during('enforce', never);
    await pass(60);
    const outcome = followed(activity.settled());
    await pass(15);
    expect(outcome).toEqual([]);
    await pass(1);
    expect(outcome).toHaveLength(1);
  });

  it('is not waited for any longer once who waits has had enough', async () => {
    const activity = createActivity();
    const enough = new AbortController();
    void activity.during('enforce', never);
    const settled = activity.settled(enough.signal);
    enough.abort();
    expect(await settled).toBe(false);
    expect(await activity.settled(enough.signal)).toBe(false);
  });

  it('is all that turns up, too', async () => {
    const activity = createActivity();
    const found = [true, true, false];
    activity.add({
      name: 'stream',
      busy: () => false,
      look: () => Promise.resolve(found.shift() ?? false),
    });
    expect(await activity.settled()).toBe(true);
    expect(found).toEqual([]);
  });
});
