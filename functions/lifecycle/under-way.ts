/**
 * What is still to happen outside: what Exchange has not confirmed, who has not been told, whom Slack has not
 * identified.
 */
import { hasUnidentified } from '#policy/authority.ts';
import { isAskedWhileOff } from './asked.ts';
import { nativeEndOf } from './native-expiry.ts';
import { ownerKey } from '#policy/owner.ts';
import { react } from './react.ts';
import type { Event, OwnerTold } from './events.ts';
import type { Act, Acting, Exception, Seeking, Unheard } from './exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Effect } from './react.ts';

/** What `event` leaves under way, and what it starts; `after` is the state it makes. */
export function trackUnderWay(before: Exception | undefined, event: Event, after: Exception): Exception {
  const acting = actingAfter(before?.acting, event, after);
  const unheard = unheardAfter(event, after);
  const seeking = seekingAfter(event, after);
  const keptEnd = keptEndAfter(event, after, acting);
  if (
    acting === after.acting &&
    unheard === after.unheard &&
    seeking === after.seeking &&
    keptEnd === after.keptEnd
  )
    return after;
  const others = Object.entries(after).filter(([name]) => !fields.has(name));
  return {
    ...(Object.fromEntries(others) as unknown as Exception),
    ...(acting && { acting }),
    ...(unheard && { unheard }),
    ...(seeking && { seeking }),
    ...(keptEnd !== undefined && { keptEnd }),
  };
}

const fields: ReadonlySet<string> = new Set([
  'acting',
  'unheard',
  'seeking',
  'keptEnd',
] satisfies (keyof Exception)[]);

/** A new answer, or undoing it in the tenant, supersedes it; a longer or shorter term alone does not. */
function actingAfter(present: Acting | undefined, event: Event, after: Exception): Acting | undefined {
  if (after.state !== 'unconfirmed' && after.state !== 'confirmed' && after.state !== 'held')
    return undefined;
  const begun = (act: Act, reportBy: Instant): Acting => ({
    act,
    of: after.version,
    attempt: 1,
    phase: 'running',
    nextAt: reportBy,
  });
  if (event.type === 'ActDone' && present?.settledAt !== undefined && event.at < present.settledAt) {
    const { act, of, attempt, settledAt } = present;
    return { act, of, attempt, settledAt, phase: 'waiting', nextAt: settledAt };
  }
  if (event.type === 'ActFailed')
    return present && { ...present, phase: 'waiting', nextAt: event.nextAt, failure: event.why };
  if (event.type === 'ActRetried')
    return present && { ...present, phase: 'running', attempt: event.attempt, nextAt: event.reportBy };
  if ('restoreBy' in event) {
    const settledAt = event.type === 'DisableUndone' ? event.settledAt : undefined;
    return { ...begun('restore', event.restoreBy), ...(settledAt !== undefined && { settledAt }) };
  }
  const left = event.type === 'ActDone' ? undefined : present;
  // Its end is written once it is on.
  return left?.act !== 'restore' && 'expireBy' in event ? begun('expiry', event.expireBy) : left;
}

/**
 * An attempt writes the end that holds at its moment, and its report may get lost: then Exchange keeps an end that
 * nobody reported.
 */
function keptEndAfter(event: Event, after: Exception, acting: Acting | undefined): Instant | undefined {
  const shown = event.type === 'ActDone' ? (event.until ?? after.keptEnd) : after.keptEnd;
  const coming = acting?.act === 'expiry' ? nativeEndOf(after) : undefined;
  return [shown, coming].filter((end) => end !== undefined).sort()[0];
}

function unheardAfter(event: Event, after: Exception): Unheard | undefined {
  const present = after.unheard;
  switch (event.type) {
    case 'QuestionRepeated':
      return present && { ...present, at: event.at, repeated: present.repeated + 1 };
    case 'OwnerTold':
      // Late news about an earlier question, or about a former owner.
      if (!present || event.of < present.of || isOthers(event, after)) return present;
      return event.approvers ? { ...present, approvers: true } : undefined;
    case 'ApproversTold':
      return present?.approvers && event.of >= present.of ? undefined : present;
    case 'MakersIdentified':
      if (event.approvers)
        return present ?? { of: after.version, at: event.at, repeated: 0, approvers: true };
      return present?.approvers ? undefined : present;
    case 'ReminderDue':
      // What is owed to the owner comes first: it goes to the approvers too.
      if (event.approvers && (!present || present.approvers))
        return {
          of: after.version,
          at: event.at,
          repeated: 0,
          deadline: event.deadline,
          approvers: true,
        };
      return calledFor(event, after) ?? present;
    default:
      return calledFor(event, after) ?? present;
  }
}

function calledFor(event: Event, after: Exception): Unheard | undefined {
  for (const effect of react(event, after)) {
    if (effect.type === 'ask') return { of: after.version, at: event.at, repeated: 0 };
    if (effect.type === 'remind')
      return { of: after.version, at: event.at, repeated: 0, deadline: effect.deadline };
  }
  return undefined;
}

const isOthers = ({ to }: OwnerTold, { owner }: Exception): boolean =>
  to !== undefined && to !== ownerKey(owner);

/** Slack is asked together with each message: who are the makers. */
const seekers: ReadonlySet<string> = new Set(['ask', 'remind', 'identify'] satisfies Effect['type'][]);

/** What is over needs nobody's yes, and whoever restores it is checked then. */
const takesYes = (after: Exception): boolean =>
  after.state === 'disabled'
    ? isAskedWhileOff(after)
    : after.state !== 'removed' && after.state !== 'disabling';

function seekingAfter(event: Event, after: Exception): Seeking | undefined {
  const present = after.seeking;
  if (!takesYes(after) || !hasUnidentified(after)) return undefined;
  if (event.type === 'LookUpRepeated') return present && { at: event.at, repeated: present.repeated + 1 };
  return react(event, after).some(({ type }) => seekers.has(type)) ? { at: event.at, repeated: 0 } : present;
}
