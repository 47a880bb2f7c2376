import { ServiceError } from '#microsoft/service-error.ts';

/**
 * What can go wrong with the Management Activity API, by what follows from it.
 * - `no-credential`, `unauthorised`, `forbidden`, `wrong-tenant`, `auditing-off`, `no-licence`,
 *   `subscription-stopped`: a person must act; the message says how.
 * - `not-subscribed`: there is no running subscription; the collector starts one.
 * - `throttled`, `unavailable`, `timeout`: may pass by itself.
 * - `gone`, `broken`: about one blob; it has expired or never was, or it cannot be read.
 * - `window-refused`, `page-lost`, `unexpected-answer`: the question or the answer makes no sense to the other side.
 * - `out-of-time`: the run ends, and the next goes on.
 */
export type FeedErrorCode =
  | 'no-credential'
  | 'unauthorised'
  | 'forbidden'
  | 'wrong-tenant'
  | 'auditing-off'
  | 'no-licence'
  | 'subscription-stopped'
  | 'not-subscribed'
  | 'throttled'
  | 'unavailable'
  | 'timeout'
  | 'gone'
  | 'broken'
  | 'window-refused'
  | 'page-lost'
  | 'unexpected-answer'
  | 'out-of-time';

export class FeedError extends ServiceError<FeedErrorCode> {
  override readonly name = 'FeedError';
}

export const createOutOfTime = (): FeedError =>
  new FeedError('out-of-time', 'The time of this run is used up; the next run goes on from here.');
