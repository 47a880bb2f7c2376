import type * as z from 'zod';

/**
 * Something at the door that cannot be read. Its message tells which fields are wrong and never what is in them:
 * records hold personal data, and `JSON.parse` quotes what it stumbled over.
 */
export class UnreadableError extends Error {
  override readonly name = 'UnreadableError';
}

/** Throws `UnreadableError`. `what` begins the message: "message body". */
export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new UnreadableError(`${what} is not JSON (${text.length} characters)`);
  }
}

/** Throws `UnreadableError`. */
export function parseAs<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const wrong = read.error.issues
    .slice(0, 5)
    .map(({ path, code }) => `${path.join('.') || '(whole)'}: ${code}`);
  throw new UnreadableError(`${what} is not as expected at ${wrong.join(', ')}`);
}
