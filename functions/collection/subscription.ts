/** Keeps the subscription running, without which Microsoft creates no blobs. */
import { duration, fromMillis, minus, plus, type Instant } from '#time/instant.ts';
import { FeedError } from './feed-error.ts';
import { planRules } from './plan.ts';
import type { Collecting } from './collect-window.ts';
import type { Feed, FeedProgress } from './coverage.ts';

/** Microsoft asks to leave this much between two requests to start. */
const betweenStarts = duration('PT15M');

/**
 * Starts the subscription if it is missing or disabled. What happened while it was off is in no blob: that stretch is
 * noted as blind. Returns the progress afterwards, which is not all noted yet. Throws `FeedError`.
 */
export async function keepSubscribed(
  feed: Feed,
  progress: FeedProgress,
  status: 'enabled' | 'disabled' | undefined,
  { api, ledger, now, note }: Pick<Collecting, 'api' | 'ledger' | 'now' | 'note'>,
): Promise<FeedProgress> {
  const at = fromMillis(now());
  if (status === 'enabled') return { ...progress, enabledAt: at };
  if (progress.enabledAt !== undefined && progress.enabledAt < at)
    await ledger.noteBlind(feed, { start: progress.enabledAt, end: at });
  if (progress.startedAt !== undefined && progress.startedAt > minus(at, betweenStarts)) {
    note({ type: 'subscription', feed, outcome: 'waiting' });
    return progress;
  }
  // Noted first: failed requests count, too, and Microsoft wants fifteen minutes between two.
  const asked = await ledger.noteProgress(feed, { ...progress, startedAt: at });
  await api.start(feed.contentType);
  note({ type: 'subscription', feed, outcome: 'started' });
  return asked;
}

/** Whether "no subscription" is what a subscription looks like that was started a while ago. */
export const isStarting = ({ startedAt }: FeedProgress, now: Instant): boolean =>
  startedAt !== undefined && now < plus(startedAt, planRules.firstBlobs);

/** Errors that mean that the listing was right and the subscription does not exist, or not any more. */
export const isUnsubscribed = (error: unknown): boolean =>
  error instanceof FeedError && (error.code === 'not-subscribed' || error.code === 'subscription-stopped');
