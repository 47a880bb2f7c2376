/**
 * What may be logged of an error: what it is and where it arose. Its other fields stay out, because SDK errors
 * carry the items and bodies they were about.
 */
export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly because?: Failure;
}

/** Causes are followed three deep: enough to reach a socket's error, too few to loop. */
export function describeFailure(error: unknown, depth = 3): Failure {
  if (!(error instanceof Error))
    return { name: typeof error, message: 'something other than an error was thrown' };
  return {
    name: error.name,
    message: error.message,
    ...(error.stack === undefined ? {} : { stack: error.stack }),
    ...(error.cause instanceof Error && depth > 0
      ? { because: describeFailure(error.cause, depth - 1) }
      : {}),
  };
}
