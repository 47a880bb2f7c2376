/** Takes guards out, one at a time, and tells which of them nobody would miss. */
import type { Guard } from './guard.ts';

export interface Failed {
  readonly file: string;
  readonly title: string;
  /** Name and first line. */
  readonly message: string;
}

/** What a run of tests told. */
export interface TestRun {
  /** Files whose tests ran, and all passed. */
  readonly green: readonly string[];
  readonly failed: readonly Failed[];
  /** Why tests could not run at all, by file; under "" what concerns no single file. */
  readonly unrun: ReadonlyMap<string, string>;
  /** Set where the run was ended, because it would not have ended by itself. */
  readonly unending?: string;
}

/** A copy of the project in which guards can be taken out. */
export interface Bench {
  /** `undefined` where there is no such file. */
  read(file: string): Promise<string | undefined>;
  /** Runs test files with one file's text replaced, and puts that back. */
  run(tests: readonly string[], changed?: { readonly file: string; readonly text: string }): Promise<TestRun>;
}

export type Outcome =
  /** By the test of this title, in this file. */
  | { readonly outcome: 'noticed'; readonly by: string; readonly in: string }
  /** Without it something waits or loops until a limit ends it: whoever runs the tests notices, but no assertion does. */
  | { readonly outcome: 'unending'; readonly why: string }
  /** Nobody would miss it: a test is missing. */
  | { readonly outcome: 'survived' }
  /** The text to find is not there, or not only once: the list has to be brought up to date. */
  | { readonly outcome: 'stale'; readonly why: string }
  /** Without the guard the code does not run at all, which says nothing about the tests. */
  | { readonly outcome: 'broken'; readonly why: string }
  /** Its tests fail, or are not there, although the guard is in place. */
  | { readonly outcome: 'untested'; readonly why: string };

export type Verdict = Outcome & { readonly guard: Guard };

/** One verdict a guard, in the order of the list. Works on as many at a time as there are benches. */
export async function takeOut(
  guards: readonly Guard[],
  benches: readonly [Bench, ...(readonly Bench[])],
  tell: (verdict: Verdict) => void,
): Promise<readonly Verdict[]> {
  const [first] = benches;
  const verdicts = new Map<Guard, Verdict>();
  const settle = (guard: Guard, outcome: Outcome): void => {
    const verdict = { guard, ...outcome };
    verdicts.set(guard, verdict);
    tell(verdict);
  };

  // What is stale is told before anything runs: it is mended in the list, not by waiting.
  const ready: { readonly guard: Guard; readonly text: string }[] = [];
  for (const guard of guards) {
    const without = await textWithout(guard, first);
    if ('why' in without) settle(guard, { outcome: 'stale', why: without.why });
    else ready.push({ guard, text: without.text });
  }

  // A test that fails anyway notices nothing. Each file is run once with every guard in place.
  const before = new Map<string, Promise<string | undefined>>();
  const whyRed = (test: string, bench: Bench): Promise<string | undefined> => {
    const known = before.get(test) ?? bench.run([test]).then((run) => whyNotGreen(test, run));
    before.set(test, known);
    return known;
  };

  /** The nearest tests first: most often one file is enough. */
  const tried = async ({ file, tests }: Guard, text: string, bench: Bench): Promise<Outcome> => {
    if (tests.length === 0) return { outcome: 'untested', why: 'the list names no test for it' };
    for (const test of tests) {
      const red = await whyRed(test, bench);
      if (red !== undefined) return { outcome: 'untested', why: red };
      const outcome = outcomeOf(await bench.run([test], { file, text }));
      if (outcome.outcome !== 'survived') return outcome;
    }
    return { outcome: 'survived' };
  };

  const open = ready.values();
  await Promise.all(
    benches.map(async (bench) => {
      for (const { guard, text } of open) settle(guard, await tried(guard, text, bench));
    }),
  );
  return guards.flatMap((guard) => verdicts.get(guard) ?? []);
}

async function textWithout(
  { file, find, replace }: Guard,
  bench: Bench,
): Promise<{ readonly text: string } | { readonly why: string }> {
  const text = await bench.read(file);
  if (text === undefined) return { why: `there is no ${file}` };
  const [head = '', ...rest] = text.split(find);
  if (rest.length === 0) return { why: `${file} does not have the text to find` };
  if (rest.length > 1) return { why: `${file} has the text to find ${rest.length} times` };
  return find === replace ? { why: 'it is replaced by itself' } : { text: head + replace + (rest[0] ?? '') };
}

function whyNotGreen(test: string, { green, failed, unrun, unending }: TestRun): string | undefined {
  if (green.includes(test)) return undefined;
  const [failure] = failed;
  return failure
    ? `"${failure.title}" (${test}) fails with the guard in place`
    : `${test}: ${unending ?? unrun.get(test) ?? unrun.get('') ?? 'no test ran'}`;
}

/** Vitest's words for a test or hook that took longer than it may. */
const isLimit = (message: string): boolean => /\b(?:Test|Hook) timed out in \d+ms\b/.test(message);

function outcomeOf({ failed, unrun, unending }: TestRun): Outcome {
  if (unending !== undefined) return { outcome: 'unending', why: unending };
  const [failure] = failed;
  if (failure && isLimit(failure.message))
    return { outcome: 'unending', why: `"${failure.title}" (${failure.file}): ${failure.message}` };
  if (failure)
    // A name that is not there any more is no finding of a test.
    return /^ReferenceError\b/.test(failure.message)
      ? { outcome: 'broken', why: failure.message }
      : { outcome: 'noticed', by: failure.title, in: failure.file };
  const [unable] = unrun;
  if (!unable) return { outcome: 'survived' };
  const [file, why] = unable;
  if (isLimit(why)) return { outcome: 'unending', why: `${file}: ${why}` };
  return { outcome: 'broken', why: file === '' ? why : `${file}: ${why}` };
}
