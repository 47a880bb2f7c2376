/** A guard: a line of the product that keeps something from going wrong, and how to take it out. */
export interface Guard {
  /** What would go wrong without it, in plain words. */
  readonly without: string;
  readonly file: string;
  /** As the file has it, once. Short and characteristic, so that it outlives changes around it. */
  readonly find: string;
  /** What stands there when the guard is gone. */
  readonly replace: string;
  /** The test files nearest to it: one of their tests must fail then. */
  readonly tests: readonly string[];
}
