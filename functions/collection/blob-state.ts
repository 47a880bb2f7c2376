/** What becomes of a blob that could not be read. Pure. */
import { duration, minus, type Instant } from '#time/instant.ts';
import type { FeedErrorCode } from './feed-error.ts';
import type { BlobState } from './coverage.ts';

/**
 * Content that arrives complete but cannot be read will not become readable; three attempts rule out a bad
 * connection.
 */
const mostBroken = 3;
/** Content that does not arrive: an outage at Microsoft may last hours, so it takes both many attempts and a day. */
const mostUnavailable = 5;
const unavailableFor = duration('P1D');

/** Errors that concern a single blob or window; all others concern the feed and end its run. */
const local: ReadonlySet<FeedErrorCode> = new Set([
  'gone',
  'broken',
  'unavailable',
  'timeout',
  'unexpected-answer',
  'page-lost',
  'window-refused',
]);
export const isLocal = (code: FeedErrorCode): boolean => local.has(code);

export function blobStateAfter(code: FeedErrorCode, before: BlobState | undefined, at: Instant): BlobState {
  const lost = (why: string): BlobState => ({ state: 'lost', at, why });
  if (code === 'gone') return lost('expired');
  const [tried, firstAt] = before?.state === 'failed' ? [before.attempts, before.firstAt] : [0, at];
  const attempts = tried + 1;
  if (code === 'broken' && attempts >= mostBroken) return lost('broken');
  if (attempts >= mostUnavailable && firstAt <= minus(at, unavailableFor)) return lost('unavailable');
  return { state: 'failed', at, firstAt, attempts };
}
