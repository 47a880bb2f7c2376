/** May pass by itself, whatever the service. */
const passing: ReadonlySet<string> = new Set(['throttled', 'unavailable', 'timeout']);

/**
 * What can go wrong with a service, by what follows from it (`code`). `message` is a sentence for people: what
 * happened, why, what to do. It holds no secret, key, token or record.
 */
export abstract class ServiceError<Code extends string = string> extends Error {
  readonly code: Code;

  constructor(code: Code, message: string) {
    super(message);
    this.code = code;
  }

  /** Whether the same may succeed a little later without anybody doing anything. */
  get retryable(): boolean {
    return passing.has(this.code);
  }
}
