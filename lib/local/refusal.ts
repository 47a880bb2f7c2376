/** Something a person can put right: printed without a stack trace. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly why: string;
  readonly what: string;
  readonly exitCode: number;

  /** What happened, why, and what to do. */
  constructor(happened: string, why: string, what: string, exitCode = 1) {
    super(happened);
    this.why = why;
    this.what = what;
    this.exitCode = exitCode;
  }

  override toString(): string {
    return [this.message, this.why, this.what].filter(Boolean).join('\n  ');
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
