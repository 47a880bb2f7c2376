/** Takes guards out, one at a time, and tells which of them nobody would miss. */
import type { Guard } from './guard.ts';

/** What a run of tests told. */
export interface TestRun {
  /** Files whose tests ran, and all passed. */
  readonly green: readonly string[];
  readonly failed: readonly { readonly file: string; readonly title: string; readonly message: string }[];
  /** Why tests could not run at all, by file; under "" what concerns no single file. */
  readonly unrun: ReadonlyMap<string, string>;
}

/** A copy of the project in which guards can be taken out. */
export interface Bench {
  /** `undefined` where there is no such file. */
  read(file: string): Promise<string | undefined>;
  /** Runs test files with one file's text replaced, and puts that back. May stop at the first failure. */
  run(tests: readonly string[], changed?: { readonly file: string; readonly text: string }): Promise<TestRun>;
}

export type Outcome =
  | { readonly outcome: 'noticed'; readonly by: string }
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

  // A test that fails anyway notices nothing.
  const tests = [...new Set(ready.flatMap(({ guard }) => guard.tests))].sort();
  const before = tests.length === 0 ? undefined : await first.run(tests);
  const open = ready.values();
  await Promise.all(
    benches.map(async (bench) => {
      for (const { guard, text } of open) {
        const red = before && whyRed(guard.tests, before);
        settle(
          guard,
          red === undefined
            ? outcomeOf(await bench.run(guard.tests, { file: guard.file, text }))
            : { outcome: 'untested', why: red },
        );
      }
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

function whyRed(tests: readonly string[], { green, failed, unrun }: TestRun): string | undefined {
  const file = tests.find((one) => !green.includes(one));
  if (tests.length === 0) return 'the list names no test for it';
  if (file === undefined) return undefined;
  const failure = failed.find((one) => one.file === file);
  return failure
    ? `"${failure.title}" (${file}) fails with the guard in place`
    : `${file}: ${unrun.get(file) ?? unrun.get('') ?? 'no test ran'}`;
}

function outcomeOf({ failed, unrun }: TestRun): Outcome {
  const [unable] = unrun;
  if (unable) return { outcome: 'broken', why: unable[0] === '' ? unable[1] : `${unable[0]}: ${unable[1]}` };
  const [failure] = failed;
  if (!failure) return { outcome: 'survived' };
  // A name that is not there any more is no finding of a test.
  return /^(Reference|Syntax)Error\b/.test(failure.message)
    ? { outcome: 'broken', why: failure.message }
    : { outcome: 'noticed', by: failure.title };
}
