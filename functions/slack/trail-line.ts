/** What happened to an exception, one line an event: "2 Nov 2026 12:00: Approved by @ann: “Our partner sends it.”." */
import { toTitle } from '#lifecycle/events.ts';
import { clip } from './escape.ts';
import { answers, actorName, authorName, causes, quotedEnd, spareds } from './words.ts';
import type { Event, EventType, Seen } from '#lifecycle/events.ts';
import type { Answering } from '#lifecycle/commands.ts';
import type { Owner } from '#lifecycle/exception.ts';
import type { Line } from './lines.ts';

type Tellers = { readonly [Type in EventType]: (event: Extract<Event, { type: Type }>) => Line };

const by = (event: Event): Line => [' by ', actorName(event.actor)];
const changedBy = ({ changedBy }: Seen): string => ` by ${clip(authorName(changedBy), 200)}`;
const because = (reason: string | undefined): string => {
  const said = quotedEnd(reason);
  return said === '' ? '.' : `: ${said}`;
};
const whom = (owner: Owner): string =>
  owner.type === 'person' ? clip(owner.address, 200) : (owner.channel ?? 'the fallback channel');
const failed = (what: string, why: string): Line => [`${what} failed${because(why)}`];

const attempts: Readonly<Record<Answering, string>> = {
  Approve: 'approve it',
  Renew: 'renew it',
  Decline: 'disable it',
  Revoke: 'disable it',
  Reassign: 'name another owner',
  Hold: 'put it on hold',
  Restore: 'restore it',
  Undo: 'undo its disable',
  ReleaseBreaker: 'release the breaker',
  AskForHelp: 'ask others about it',
  WishReminder: 'be reminded of it',
};

const enforcements = {
  live: 'went live',
  observing: 'was reduced',
  stopped: 'was stopped',
  resumed: 'was resumed',
} as const;

const tellers: Tellers = {
  ExceptionOpened: (event) => [`Found: made or changed${changedBy(event)}.`],
  ChangeNoted: (event) => [`A change that alters nothing that was approved${changedBy(event)}.`],
  ExceptionChanged: (event) => [
    event.confirmBy === undefined ? 'Looked at again.' : `Changed${changedBy(event)}.`,
  ],
  ExceptionReopened: (event) => [`Switched on again${changedBy(event)}.`],
  ExceptionRemoved: (event) => [
    event.harmless
      ? `Changed${changedBy(event)}: it lets nothing past any more.`
      : `Removed${changedBy(event)}.`,
  ],
  ExceptionSwitchedOff: (event) => [`Switched off in the tenant${changedBy(event)}.`],
  ExceptionJoined: (event) => [`Found to be the same object as ${clip(event.into, 64)}.`],
  ExceptionFoundGone: () => ['Found gone from the tenant.'],
  OwnerTold: (event) =>
    event.slackUser === undefined
      ? [event.besides ? 'The next channel was told in Slack.' : 'Its owner was told in Slack.']
      : event.besides
        ? [{ user: event.slackUser }, ', who was asked as well, was told in Slack.']
        : ['Its owner, ', { user: event.slackUser }, ', was told in Slack.'],
  ApproversTold: () => ['The approvers were told in Slack.'],
  OwnerUnreachable: (event) => [`${whom(event.owner)} could not be reached${because(event.why)}`],
  NextAsked: (event) => [
    event.why === undefined
      ? `Nobody had answered, so ${whom(event.next)} was asked as well.`
      : `Nobody had answered, so ${whom(event.next)} was asked as well (the one before could not be reached${because(event.why).replace(/\.$/, '')}).`,
  ],
  MakersIdentified: () => ['Slack said who made or changed it.'],
  ReminderDue: (event) => ['A reminder was due of the deadline ', { at: event.deadline }, '.'],
  DeadlinePostponed: (event) => ['The deadline was moved to ', { at: event.to }, ': notice was owed.'],
  ExceptionEscalated: (event) => [`People were alerted, because ${causes[event.cause]}.`],
  ExceptionApproved: (event) => [
    'Approved',
    ...by(event),
    ' until ',
    { at: event.approval.expiresAt },
    because(event.approval.reason),
  ],
  ExceptionRenewed: (event) => [
    'Renewed',
    ...by(event),
    ' until ',
    { at: event.approval.expiresAt },
    because(event.approval.reason),
  ],
  ApprovalVoided: (event) => [
    `The ${event.of} by `,
    actorName(event.by),
    ' no longer counts: they were not independent of it.',
  ],
  ExceptionDeclined: (event) => ['Declined', ...by(event), because(event.reason)],
  ExceptionRevoked: (event) => ['Ordered to be switched off', ...by(event), because(event.reason)],
  ExceptionLapsed: (event) => [`Lapsed, because ${causes[event.cause]}.`],
  LapseObserved: (event) => [`Would have lapsed, because ${causes[event.cause]}: ${spareds[event.why]}.`],
  DeadlineRestarted: (event) => ['Its deadline starts afresh: it is now ', { at: event.to }, '.'],
  EnforcementChanged: (event) => [
    `Enforcement in its tenant ${event.again ? 'is still stopped, ' : enforcements[event.to]} by ${clip(event.by, 80)}`,
    because(event.why),
  ],
  DisableOrdered: (event) => [`Ordered to be switched off, because ${causes[event.cause]}.`],
  PolicyApplied: (event) =>
    event.moved
      ? ['A new policy moved the deadline to ', { at: event.moved.to }, '.']
      : ['A new policy came into force.'],
  BreakerTripped: (event) => [`Lapse stopped itself${because(event.why)}`],
  BreakerReleased: (event) => [
    'The breaker was released',
    ...by(event),
    event.picked === undefined
      ? '.'
      : ` for ${event.picked.map(({ name }) => `“${clip(name, 60)}”`).join(', ') || 'what comes next'}; still held back: ${event.left ?? 0}.`,
  ],
  AnswerRefused: (event) => [
    actorName(event.actor),
    ` tried to ${(attempts as Readonly<Record<string, string>>)[event.answer] ?? 'answer'} and was refused.`,
  ],
  OwnerReassigned: (event) => [`Handed to ${whom(event.owner)}`, ...by(event), because(event.reason)],
  HelpAsked: (event) => [
    actorName(event.actor),
    ' asked ',
    event.colleague === undefined ? 'the approvers' : { user: event.colleague },
    because(event.question),
  ],
  ReminderWished: (event) => [actorName(event.actor), ' wants a reminder at ', { at: event.remindAt }, '.'],
  ExceptionHeld: (event) => [
    `${answers.held.charAt(0).toUpperCase()}${answers.held.slice(1)}`,
    ...by(event),
    ' until ',
    { at: event.until },
    because(event.reason),
  ],
  HoldEnded: () => ['The hold ended.'],
  DisableFailed: (event) => failed(`Attempt ${event.attempt} to disable it`, event.why),
  DisableRetried: (event) => [`Attempt ${event.attempt} to disable it began.`],
  SettingsKept: () => ['What Exchange showed of it was kept for a restore.'],
  ExceptionDisabled: ({ at }) => ['Configuration disabled, read back at ', { at }, '.'],
  LookOrdered: ({ after }) => [
    `${after === 'hour' ? 'An hour' : 'A day'} has passed: Lapse looks whether it is still off.`,
  ],
  LookFailed: ({ attempt, why }) => failed(`Look ${attempt} at whether it is still off`, why),
  StayedDisabled: ({ at }) => ['It stayed off: configuration disabled, read back at ', { at }, '.'],
  ExceptionRestored: (event) => [
    'Ordered to be switched on again',
    ...by(event),
    ' until ',
    { at: event.approval.expiresAt },
    because(event.approval.reason),
  ],
  DisableUndone: (event) => ['Disabling it was undone', ...by(event), ': everything is as it was before.'],
  ActDone: ({ act, unlike = [] }) => [
    act === 'restore'
      ? `Exchange was read again and says it is on${unlike.length === 0 ? '' : `, but not all as it was: ${clip(unlike.join('; '), 600)}`}.`
      : 'Exchange shows its end.',
  ],
  ActFailed: ({ act, attempt, why }) =>
    failed(
      `Attempt ${attempt} to ${act === 'restore' ? 'switch it on again' : 'set its end in Exchange'}`,
      why,
    ),
  ActRetried: ({ act, attempt }) => [
    `Attempt ${attempt} to ${act === 'restore' ? 'switch it on again' : 'set its end in Exchange'} began.`,
  ],
  QuestionRepeated: () => ['Asked again: not everybody had been told.'],
  LookUpRepeated: () => ['Slack was asked again who made or changed it.'],
};

export function describeEvent(event: Event): Line {
  const tell = (tellers as Readonly<Record<string, unknown>>)[event.type] as
    ((event: Event) => Line) | undefined;
  // What a newer release recorded is shown by its name.
  return [{ at: event.at }, ': ', ...(tell ? tell(event) : [`${clip(toTitle(event.type), 80)}.`])];
}
