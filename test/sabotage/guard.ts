/** A guard: a line of the product that keeps something from going wrong, and how to take it out. */
export interface Guard {
  /** What would go wrong without it, in plain words. */
  readonly without: string;
  readonly file: string;
  /** As the file has it, once. Short and characteristic, so that it outlives changes around it. */
  readonly find: string;
  /** What stands there when the guard is gone. */
  readonly replace: string;
  /** Test files, the nearest first: one of their tests must fail then. */
  readonly tests: readonly string[];
}

/** Guards of one file. By default the text found is left out, and the tests are those of the file. */
export const inFile = (
  file: string,
  tests: readonly string[],
  guards: readonly (Pick<Guard, 'without' | 'find'> & Partial<Guard>)[],
): readonly Guard[] => guards.map((guard) => ({ file, tests, replace: '', ...guard }));
