/**
 * Sends what was gathered for one person or channel. Each message of the digest is put down before the next one goes
 * out, and what it names counts as told then, no sooner: a crash on the way costs a second message, never a name.
 */
import { isApprovable } from '#lifecycle/asked.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import {
  findDigestDue,
  letGo,
  settleDigest,
  takeTurn,
  type Digest,
  type Gathering,
  type Waiting,
} from '#lifecycle/gathering.ts';
import { toMillis } from '#time/instant.ts';
import { channelOf, ownerKey } from '#policy/owner.ts';
import { byDanger, createDigest, findSoonest, mostNames, mostRows } from './digest.ts';
import { SlackUnreachable } from './failure.ts';
import { changeGathering } from './gather.ts';
import { isUser } from './lines.ts';
import { findDeadline } from './words.ts';
import type { Card, Exception, Owner } from '#lifecycle/exception.ts';
import type { AskDependencies } from './dependencies.ts';
import type { About } from './slack.ts';

/** As many states as the register reads in one request. */
const mostStates = 100;
/** More is left for the next digest. */
const mostReplies = 25;
/** Milliseconds that a message and putting down what it names take at most. */
const leastRemaining = 15_000;

interface Row {
  readonly exception: Exception;
  readonly waiting: Waiting;
}

/** Throws `SlackUnreachable` with `retryAfter` where the rest must come later. */
export async function sendDigest(dependencies: AskDependencies, to: string): Promise<void> {
  const { now, callDigest } = dependencies;
  const { mine, gathering } = await changeGathering(dependencies, to, (before) => {
    const due = findDigestDue(before);
    return due === undefined || due > now
      ? { mine: false, gathering: before }
      : { mine: true, gathering: { ...before, sending: now } };
  });
  if (mine) {
    await release(dependencies, to, () => sendAll(dependencies, to, gathering));
    return;
  }
  const due = findDigestDue(gathering);
  if (due !== undefined) await callDigest(to, due);
}

/** Whatever happens, the next one who comes may go on. */
async function release(dependencies: AskDependencies, to: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    await changeGathering(dependencies, to, (before) => ({ gathering: letGo(before) }));
    throw error;
  }
}

async function sendAll(dependencies: AskDependencies, to: string, gathering: Gathering): Promise<void> {
  const { now, policy, remaining, log, callDigest } = dependencies;
  const rows = (await readRows(dependencies, gathering.waiting)).filter(isStillDue);
  let rest = rows.toSorted((a, b) => byDanger(a.exception, b.exception));
  let open = gathering.last?.done === false ? gathering.last : undefined;
  const named: Row[] = [];

  if (!open && rest.length > 0) {
    const soonest = findSoonest(rows.map(({ exception }) => exception));
    const head = { total: rows.length, ...(soonest !== undefined && { soonest }) };
    const first = rest.slice(0, mostRows);
    // When it was due stays the same until it was sent.
    const about = { exception: 'digest', version: toMillis(gathering.due ?? now), to };
    const card = await post(dependencies, to, first, { head }, undefined, about);
    open = { ...card, at: now, done: false };
    const last = open;
    await changeGathering(dependencies, to, (before) => ({ gathering: { ...before, last } }));
    await putDown(dependencies, to, first, card, card);
    named.push(...first);
    rest = rest.slice(mostRows);
  }
  for (let replies = 0; open && rest.length > 0 && replies < mostReplies; replies += 1) {
    if (remaining() < leastRemaining)
      throw new SlackUnreachable('chat.postMessage', 'no time is left for the rest of a digest', 1);
    const some = rest.slice(0, mostNames);
    const card = await post(dependencies, to, some, {}, open);
    await putDown(dependencies, to, some, card, open);
    named.push(...some);
    rest = rest.slice(mostNames);
  }
  const left = new Set(rest.map(({ waiting }) => waiting));
  const settled = gathering.waiting.filter((one) => !left.has(one));
  const after = await changeGathering(dependencies, to, (before) => ({
    gathering: settleDigest(before, settled, { now, policy }),
  }));
  if (named.length > 0) log('digest sent', { names: named.length, left: rest.length });
  if (after.gathering.due !== undefined) await callDigest(to, after.gathering.due);
}

async function readRows(
  { exceptions }: AskDependencies,
  waiting: readonly Waiting[],
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let from = 0; from < waiting.length; from += mostStates) {
    const some = waiting.slice(from, from + mostStates);
    const states = await exceptions.states(some.map(({ id }) => id));
    for (const [index, one] of some.entries()) {
      const exception = states[index];
      if (exception && !(exception instanceof UnreadableState)) rows.push({ exception, waiting: one });
    }
  }
  return rows;
}

/** Whether it still has to be said, and to them. */
function isStillDue({ exception, waiting }: Row): boolean {
  const { unheard, owner } = exception;
  if (waiting.about === 'next')
    return isApprovable(exception) && whoIsNext({ exception, waiting }) !== undefined;
  const isOwners = waiting.owner !== undefined;
  if (isOwners && waiting.owner !== ownerKey(owner)) return false;
  switch (waiting.about) {
    case 'tell':
      return exception.state === 'disabled' && exception.version >= waiting.of;
    case 'ask':
    case 'remind':
      if (!unheard || (unheard.approvers === true) === isOwners) return false;
      return isApprovable(exception) || findDeadline(exception) !== undefined;
  }
}

/** Whom it is for, of those who are asked besides its owner. */
const whoIsNext = ({ exception: { alsoAsked = [] }, waiting }: Row): Owner | undefined =>
  alsoAsked.map(({ owner }) => owner).find((owner) => ownerKey(owner) === waiting.owner);

async function post(
  { slack, gatherings, policy, now }: AskDependencies,
  to: string,
  rows: readonly Row[],
  { head }: Pick<Digest, 'head'>,
  under?: Card,
  about?: About,
): Promise<Card> {
  const exceptions = rows.map(({ exception }) => exception);
  const digest = { ...(isUser(to) ? { to } : { channel: true as const }), ...(head && { head }) };
  const message = createDigest({ exceptions, digest, policy, now });
  const card = await slack.post(to, { ...message, ...(about && { about }) }, under?.ts);
  await gatherings.keepDigest(card, { ids: exceptions.map(({ id }) => id), ...digest }, now);
  return card;
}

/** What a message names counts as told. Who else must be asked about it waits for a digest of theirs. */
async function putDown(
  dependencies: AskDependencies,
  to: string,
  rows: readonly Row[],
  card: Card,
  head: Card,
): Promise<void> {
  const alone: Exception[] = [];
  for (const { exception, waiting } of rows) {
    const after = await report(dependencies, to, exception, waiting, card, head);
    if (after?.unheard?.approvers && waiting.owner !== undefined) alone.push(after);
  }
  const { policy } = dependencies;
  for (const [channel, those] of Map.groupBy(alone, (one) => channelOf(policy, one)))
    await askTogether(dependencies, channel, those);
}

async function report(
  { exceptions, now, log }: AskDependencies,
  to: string,
  exception: Exception,
  waiting: Waiting,
  card: Card,
  head: Card,
): Promise<Exception | undefined> {
  const isOwed = waiting.about === 'ask' || waiting.about === 'remind';
  const of = isOwed ? (exception.unheard?.of ?? waiting.of) : waiting.of;
  const told = { of, card, digest: head.ts };
  const owner = (waiting.about === 'next' && whoIsNext({ exception, waiting })) || exception.owner;
  const deadline = findDeadline(exception);
  const { exception: after } = await exceptions.execute({
    id: exception.id,
    receipt: `digest#${exception.id}#${of}#${to}#${card.ts}`,
    now,
    command:
      waiting.owner === undefined
        ? { type: 'ReportApproversTold', ...told }
        : {
            type: 'ReportTold',
            ...told,
            owner,
            ...(deadline === undefined ? {} : { deadline }),
            ...(owner.type === 'person' ? { slackUser: to } : { fallback: owner.why }),
          },
  });
  log(waiting.owner === undefined ? 'approvers told' : 'owner told', {
    exception: exception.id,
    version: of,
  });
  return after;
}

/** In one write: a card each would be just what the digest is for avoiding. */
async function askTogether(
  dependencies: AskDependencies,
  channel: string,
  those: readonly Exception[],
): Promise<void> {
  const { now, policy, callDigest } = dependencies;
  const { gathering } = await changeGathering(dependencies, channel, (before) => ({
    gathering: those.reduce(
      (so, exception) =>
        takeTurn(
          so,
          { id: exception.id, of: exception.unheard?.of ?? exception.version, about: 'ask' },
          {
            now,
            // None of them goes out by itself.
            policy: { ...policy, digest: { ...policy.digest, above: 0 } },
            risk: exception.risk,
            deadline: findDeadline(exception),
          },
        ).gathering,
      before,
    ),
  }));
  await callDigest(channel, gathering.due ?? now);
}
