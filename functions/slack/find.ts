/** One page of what somebody looks for. Only what they may see is ever looked at. */
import { isApprover, maySee, maySeeAll, mayApprove, risksToApprove } from '#policy/authority.ts';
import { compareForReview } from '#lifecycle/review.ts';
import { compareText } from '#values/compare-text.ts';
import { readFirstPage } from './exceptions.ts';
import { matches } from './query.ts';
import { findDeadline } from './words.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { AnswerDependencies } from './dependencies.ts';
import type { Exceptions, FirstPage, ListRow } from './exceptions.ts';
import type { Query } from './query.ts';

export interface Page extends FirstPage {
  /** From 0. */
  readonly page: number;
}

/** More are not looked at for one request: Slack waits three seconds. */
const mostLooked = 2000;

/**
 * By deadline, or, where what is switched off may be among them, the most dangerous first; what is to be reviewed by all
 * that makes it dangerous.
 */
export async function findPage(
  { exceptions, policy, now }: Pick<AnswerDependencies, 'exceptions' | 'policy' | 'now'>,
  by: Answerer,
  query: Query,
  { page, size }: { readonly page: number; readonly size: number },
): Promise<Page> {
  const end = (page + 1) * size;
  // Its order is no index’s.
  const most = query.scope === 'review' ? mostLooked : end;
  const wanted = (exception: Exception): boolean =>
    maySee(exception, by, policy) && matches(exception, query, { by, policy, now });
  const ways = waysFor(exceptions, by, policy, query);
  const lists = await Promise.all(
    ways.map((rows) => readFirstPage(exceptions, rows, wanted, most, mostLooked)),
  );
  const all = [...new Map(lists.flatMap(({ found }) => found).map((one) => [one.id, one])).values()];
  // Each list comes in its own order, and a page must follow the one before.
  const inOrder =
    query.scope === 'review'
      ? all.toSorted(compareForReview)
      : includesOff(query)
        ? all
        : compareUrgency(all);
  return {
    found: inOrder.slice(page * size, end),
    more: inOrder.length > end || lists.some(({ more }) => more),
    unreadable: lists.reduce((sum, one) => sum + one.unreadable, 0),
    cut: lists.some(({ cut }) => cut),
    page,
  };
}

const includesOff = ({ scope }: Query): boolean =>
  scope === 'off' || scope === 'all' || scope === 'review' || scope === 'unreached' || scope === 'mine';

/** An approver of everything finds their own among all; an approver of one class finds them beside it. */
function waysFor(
  exceptions: Exceptions,
  by: Answerer,
  policy: Policy,
  query: Query,
): readonly AsyncIterable<ListRow>[] {
  const offToo = includesOff(query);
  const own = exceptions.rows({ owner: by.slackUser, ...(offToo ? {} : { by: 'urgency' as const }) });
  if (query.scope === 'mine' || !isApprover(by, policy)) return [own];
  const all = approvable(exceptions, by, policy, offToo);
  return maySeeAll(by, policy) ? [all] : [all, own];
}

async function* approvable(
  exceptions: Exceptions,
  by: Answerer,
  policy: Policy,
  offToo: boolean,
): AsyncGenerator<ListRow> {
  const rows = exceptions.rows(
    offToo ? { by: 'danger' } : { by: 'urgency', risks: risksToApprove(by, policy) },
  );
  for await (const row of rows) if (mayApprove(row, by, policy)) yield row;
}

/** By deadline; those without one come last. */
const compareUrgency = (exceptions: readonly Exception[]): readonly Exception[] =>
  exceptions.toSorted((a, b) => {
    const [left, right] = [findDeadline(a) ?? '9', findDeadline(b) ?? '9'];
    return compareText(left, right) || compareText(a.id, b.id);
  });
