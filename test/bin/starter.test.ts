import { describe, expect, it } from 'vitest';

interface SleepWatch {
  readonly broken: (now: number, wakings: string | undefined) => boolean;
  readonly resumed: () => void;
}
/** Plain JavaScript, for it must run before the project's own Node does. */
const { watchSleep } = (await import(new URL('../../bin/starter.mjs', import.meta.url).href)) as {
  readonly watchSleep: () => SleepWatch;
};

/** Looks four times a second; each look finds so many wakings. */
function looks(watch: SleepWatch, wakings: readonly (string | undefined)[], from = 0): boolean[] {
  return wakings.map((count, index) => watch.broken(from + 250 * index, count));
}

describe('the sleep of the shell between npm and Lapse', () => {
  it('is whole as long as the shell does not wake up', () => {
    expect(looks(watchSleep(), ['2', '2', '2', '2'])).toEqual([false, false, false, false]);
  });

  it('is broken when the shell woke up, which two looks say', () => {
    expect(looks(watchSleep(), ['2', '3', '3'])).toEqual([false, false, true]);
  });

  it('is not judged before the shell has fallen asleep', () => {
    expect(looks(watchSleep(), [undefined, undefined, '4', '4'])).toEqual([false, false, false, false]);
  });

  it('is not judged while the shell is stopped', () => {
    expect(looks(watchSleep(), ['2', undefined, undefined, '2'])).toEqual([false, false, false, false]);
  });

  it('is whole where Ctrl-Z and fg woke everybody, and can be broken after', () => {
    const watch = watchSleep();
    expect(looks(watch, ['2', '4'])).toEqual([false, false]);
    watch.resumed();
    expect(looks(watch, ['4', '4', '4'], 500)).toEqual([false, false, false]);
    expect(looks(watch, ['5', '5'], 1250)).toEqual([false, true]);
  });

  it('is whole where the machine was suspended and woke everybody', () => {
    const watch = watchSleep();
    looks(watch, ['2', '2']);
    // The shell may go to sleep again only after this look.
    expect(looks(watch, ['3', '4', '4', '4'], 60_000)).toEqual([false, false, false, false]);
  });
});
