/**
 * What can go wrong with signing in, by what follows from it.
 * - `unauthorised`: the credential was not accepted.
 * - `forbidden`: signed in, but without the permission that is needed; a person must grant it.
 * - `no-licence`: the tenant does not have the service that the token is for.
 * - `no-credential`: Lapse holds none for this tenant, or cannot read it.
 * - `throttled`, `unavailable`, `timeout`: may pass by itself.
 * - `unexpected-answer`: an answer that is none of the sign-in service's.
 */
export type SignInErrorCode =
  | 'unauthorised'
  | 'forbidden'
  | 'no-licence'
  | 'no-credential'
  | 'throttled'
  | 'unavailable'
  | 'timeout'
  | 'unexpected-answer';

const passing: readonly SignInErrorCode[] = ['throttled', 'unavailable', 'timeout'];

/** `message` is a sentence for people: what happened, why, what to do. It holds no secret, key or token. */
export class SignInError extends Error {
  override readonly name = 'SignInError';
  readonly code: SignInErrorCode;

  constructor(code: SignInErrorCode, message: string) {
    super(message);
    this.code = code;
  }

  /** Whether the same may succeed a little later without anybody doing anything. */
  get retryable(): boolean {
    return passing.includes(this.code);
  }
}
