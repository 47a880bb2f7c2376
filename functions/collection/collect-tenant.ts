/**
 * One run over one tenant. Its content types share Microsoft's rate limit, so they are fetched one after the other.
 */
import { duration, type Duration } from '#time/instant.ts';
import { collectFeed, type FeedReport } from './collect-feed.ts';
import { FeedError } from './feed-error.ts';
import type { Collecting } from './collect-window.ts';

/**
 * Where the audit records of Exchange are: administration in `Audit.Exchange`, the cmdlets of the Defender portal
 * (RecordType 18, whose workload is SecurityComplianceCenter) in `Audit.General`. The second is an inference from
 * that workload, to be confirmed on a tenant.
 */
export const contentTypes = ['Audit.Exchange', 'Audit.General'] as const;

/** Exchange's own housekeeping alone fills `Audit.Exchange` all day; `Audit.General` may have nothing for days. */
const alwaysBusy = new Set<string>(['Audit.Exchange']);

/** Clocks closer than this are the same: `Date` headers have whole seconds and take a moment to arrive. */
const sameClock = 60_000;

/** Never throws: each report says what went wrong with its feed. */
export async function collectTenant(
  tenant: string,
  collecting: Collecting,
  silentAfter: Duration = duration('PT12H'),
): Promise<readonly FeedReport[]> {
  const { api, note } = collecting;
  let noted = false;
  const now = (): number => {
    const ahead = api.skew();
    if (Math.abs(ahead) < sameClock) return collecting.now();
    if (!noted) note({ type: 'clock', ahead });
    noted = true;
    return collecting.now() + ahead;
  };
  const reports: FeedReport[] = [];
  let hindrance: FeedError | undefined;
  for (const contentType of contentTypes) {
    const rules = { silentAfter: alwaysBusy.has(contentType) ? silentAfter : undefined };
    const report = await collectFeed({ tenant, contentType }, { ...collecting, now }, rules, hindrance);
    reports.push(report);
    // Asking for the next content type would only be turned away again.
    if (isPostponed(report.error)) hindrance = report.error;
  }
  return reports;
}

/** Ended early without anything being wrong: the next run goes on. */
export const isPostponed = (error: unknown): error is FeedError =>
  error instanceof FeedError && (error.code === 'throttled' || error.code === 'out-of-time');
