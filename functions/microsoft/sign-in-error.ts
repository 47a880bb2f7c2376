import { ServiceError } from './service-error.ts';

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

export class SignInError extends ServiceError<SignInErrorCode> {
  override readonly name = 'SignInError';
}
