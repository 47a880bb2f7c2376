/**
 * react(event, exception as it is now) → effects: what a recorded fact calls for outside. Effects are carried out at
 * least once, by those who listen on the bus, and are safe to repeat.
 */
import { kindOf } from '#kinds/registry.ts';
import { isAskedWhileOff } from './asked.ts';
import { isNearer } from './apply-policy.ts';
import { noticesOf, presentDeadlineOf } from './due.ts';
import { protects } from '#kinds/protection.ts';
import { duration, minus, momentInWords } from '#time/instant.ts';
import { explainReopening } from './reopening.ts';
import { expiryEvents } from './native-expiry.ts';
import { isKnownEvent } from './events.ts';
import type {
  ActFailed,
  ApprovalVoided,
  BreakerReleased,
  BreakerTripped,
  DeadlinePostponed,
  EnforcementChanged,
  Event,
  EventType,
  ExceptionEscalated,
  ExceptionReopened,
} from './events.ts';
import type { Exception } from './exception.ts';
import type { Instant } from '#time/instant.ts';

export type Effect =
  /** Post a card with the question to the owner. */
  | { readonly type: 'ask' }
  /** Post the card again, because a deadline is near. */
  | { readonly type: 'remind'; readonly deadline: Instant }
  /** Tell the owner in a new message what became of the exception. */
  | { readonly type: 'tell' }
  /** Tell whom a decision concerns of it in one line, unless it was theirs: nobody is notified of an updated card. */
  | { readonly type: 'inform' }
  /** Put somebody’s question to whom it is for. */
  | { readonly type: 'pass-on' }
  /** Ask those who may approve, if only the owner, who may not, was asked. */
  | { readonly type: 'ask-approvers'; readonly deadline?: Instant }
  /** Ask somebody besides the owner, who has not answered. */
  | { readonly type: 'ask-next' }
  /** Look up its makers in Slack. */
  | { readonly type: 'identify' }
  /** Update every posted card to the present state. */
  | { readonly type: 'refresh' }
  /** Alert the fallback channel. The text is plain: whoever posts it escapes it. */
  | { readonly type: 'alert'; readonly text: string }
  | { readonly type: 'disable'; readonly attempt: number }
  | { readonly type: 'restore'; readonly attempt: number }
  /** Look whether it is still off. */
  | { readonly type: 'look'; readonly attempt: number }
  /** Have Exchange itself stop acting on it when its approval ends: the second lock. */
  | { readonly type: 'set-expiry'; readonly attempt: number };

/**
 * After the first failure, people are alerted again each time the count reaches the next of these, then every tenth
 * time.
 */
const worthTelling = (attempt: number): boolean => [1, 3, 6].includes(attempt) || attempt % 10 === 0;

const refresh = { type: 'refresh' } as const;
const identify = { type: 'identify' } as const;
const inform = { type: 'inform' } as const;

export function react(event: Event, exception: Exception): readonly Effect[] {
  if (!isKnownEvent(event)) return [];
  const effects = reactTo(event, exception);
  // If it is being switched on, its end is written afterwards.
  return 'expireBy' in event && exception.acting?.act !== 'restore'
    ? [...effects, { type: 'set-expiry', attempt: 1 }]
    : effects;
}

function reactTo(event: Event, exception: Exception): readonly Effect[] {
  const what = `${kindOf(exception.kind).name} "${exception.name}"`;
  switch (event.type) {
    case 'ExceptionOpened':
      // What was there before Lapse is announced in one message, and asked about when its reminder is due. What is
      // gone by now is not asked about.
      return event.confirmBy === undefined || event.imported || exception.state === 'removed'
        ? []
        : [{ type: 'ask' }];
    case 'ExceptionReopened':
      return [
        refresh,
        { type: 'ask' },
        ...(event.alert
          ? [
              {
                type: 'alert',
                text: reopenedText(what, event, exception),
              } as const,
            ]
          : []),
      ];
    case 'ExceptionChanged':
      return event.confirmBy !== undefined || (event.ladder && exception.state === 'unconfirmed')
        ? [refresh, { type: 'ask' }]
        : [identify, refresh];
    case 'ChangeNoted':
      if (event.ours) return [];
      return event.owner && exception.state === 'unconfirmed'
        ? [refresh, { type: 'ask' }]
        : [identify, refresh];
    case 'OwnerReassigned':
      if (exception.state === 'unconfirmed') return [refresh, { type: 'ask' }, inform];
      // Its reminders went to somebody else.
      return exception.state === 'confirmed' && (exception.reminded ?? exception.since) > exception.since
        ? [refresh, { type: 'remind', deadline: presentDeadlineOf(exception) }, inform]
        : [identify, refresh, inform];
    case 'OwnerTold':
    case 'ApproversTold':
      // Answered while the card was on its way: the card is already out of date.
      return exception.asOf > event.of ? [refresh] : [];
    case 'NextAsked':
      return [{ type: 'ask-next' }];
    case 'ReminderDue':
      return [{ type: event.approvers ? 'ask-approvers' : 'remind', deadline: event.deadline }];
    case 'DeadlinePostponed':
      return isTold(event, exception)
        ? [refresh]
        : [
            { type: 'remind', deadline: event.to },
            {
              type: 'alert',
              text: `The deadline of the ${what} was postponed to ${momentInWords(event.to)}: its owner could not be told in time.`,
            },
          ];
    case 'ExceptionEscalated':
      return [
        { type: 'remind', deadline: event.next },
        {
          type: 'alert',
          text: escalatedText(what, event, exception),
        },
      ];
    case 'ExceptionApproved':
      return event.restore ? [refresh, { type: 'restore', attempt: 1 }, inform] : [refresh, inform];
    case 'ApprovalVoided':
      return [
        refresh,
        ...(exception.state === 'held' ? [] : [{ type: 'ask' } as const]),
        { type: 'alert', text: voidedText(what, event) },
      ];
    case 'ExceptionRenewed':
    case 'ExceptionHeld':
      return [refresh, inform];
    case 'HelpAsked':
      return [refresh, { type: 'pass-on' }];
    case 'ReminderWished':
      return [refresh];
    case 'ExceptionRemoved':
    case 'ExceptionSwitchedOff':
    case 'ExceptionFoundGone':
    case 'ExceptionJoined':
      return [refresh];
    case 'HoldEnded':
      return [refresh, { type: 'remind', deadline: event.deadline }];
    case 'ExceptionDeclined':
    case 'ExceptionRevoked':
    case 'ExceptionLapsed':
    case 'DisableOrdered':
      return [refresh, { type: 'disable', attempt: 1 }];
    case 'PolicyApplied':
      if (!event.moved) return [];
      return isNearer(event) ? [{ type: 'remind', deadline: event.moved.to }, refresh] : [refresh];
    case 'BreakerTripped':
      return [
        {
          type: 'alert',
          text:
            event.policy !== undefined
              ? nearerText(event)
              : `Lapse has stopped itself: ${event.why}. ${event.waiting} would be disabled now, including the ${what}. Nothing in this tenant lapses until an approver has looked: press Review and release, or type /lapse release. Only what they tick lapses then.`,
        },
      ];
    case 'BreakerReleased':
      return [
        {
          type: 'alert',
          text:
            event.policy === undefined
              ? releasedText(event)
              : `An approver has released the earlier deadlines that a new policy sets in this tenant: the next sweep applies them, and each owner is told.`,
        },
      ];
    case 'LapseObserved':
      return [refresh];
    case 'DeadlineRestarted':
      return [{ type: 'remind', deadline: event.to }, refresh];
    case 'EnforcementChanged':
      return [{ type: 'alert', text: enforcementText(event) }];
    case 'DisableRetried':
      return [refresh, { type: 'disable', attempt: event.attempt }];
    case 'DisableFailed':
      return worthTelling(event.attempt)
        ? [
            refresh,
            {
              type: 'alert',
              text: `The ${what} should be off, but attempt ${event.attempt} to disable it failed: ${event.why}. Lapse tries again at ${momentInWords(event.nextAt)}, and keeps trying until it works.`,
            },
          ]
        : [refresh];
    case 'ExceptionDisabled':
      // Off first: now the question is asked.
      return isAskedWhileOff(exception) ? [refresh, { type: 'ask' }] : [refresh, { type: 'tell' }];
    case 'LookOrdered':
      return [{ type: 'look', attempt: event.attempt }];
    case 'LookFailed':
      // The first may fail because Exchange is busy, and nothing is known to be wrong.
      return event.attempt > 1 && worthTelling(event.attempt)
        ? [
            {
              type: 'alert',
              text: `Lapse has disabled the ${what} and cannot see whether it has stayed off: attempt ${event.attempt} to look failed: ${event.why}. Lapse tries again at ${momentInWords(event.nextAt)}; until then, look in the Exchange admin center.`,
            },
          ]
        : [];
    case 'StayedDisabled':
      return [];
    case 'ExceptionRestored':
      return [refresh, { type: 'restore', attempt: 1 }, inform];
    case 'DisableUndone':
      return [
        refresh,
        { type: 'restore', attempt: 1 },
        inform,
        ...(event.deadline === undefined ? [] : [{ type: 'remind', deadline: event.deadline } as const]),
      ];
    case 'ActDone':
      return event.act === 'restore' ? [refresh] : [];
    case 'ActRetried':
      return event.act === 'restore'
        ? [refresh, { type: 'restore', attempt: event.attempt }]
        : [{ type: 'set-expiry', attempt: event.attempt }];
    case 'ActFailed':
      return [
        ...(event.act === 'restore' ? [refresh] : []),
        ...(worthTelling(event.attempt)
          ? [
              {
                type: 'alert',
                text: `${actFailedText(what, event)} Lapse tries again at ${momentInWords(event.nextAt)}, and keeps trying until it works.`,
              } as const,
            ]
          : []),
      ];
    case 'LookUpRepeated':
      return [identify, refresh];
    case 'QuestionRepeated':
      if (event.approvers)
        return [
          {
            type: 'ask-approvers',
            ...(event.deadline !== undefined && { deadline: event.deadline }),
          },
        ];
      return event.deadline === undefined
        ? [{ type: 'ask' }]
        : [{ type: 'remind', deadline: event.deadline }];
    case 'MakersIdentified':
      return event.approvers ? [{ type: 'ask-approvers' }] : [];
    case 'AnswerRefused':
    case 'SettingsKept':
    case 'OwnerUnreachable':
      return [];
  }
}

/** About the deadline as it now is; and about the disable, if nobody was told of that. */
const isTold = ({ untold }: DeadlinePostponed, exception: Exception): boolean =>
  (exception.state === 'unconfirmed' || exception.state === 'confirmed') &&
  noticesOf(exception, untold === true).length > 0;

function escalatedText(what: string, { cause }: ExceptionEscalated, exception: Exception): string {
  const why =
    exception.remedy === 'escalate' || protects(exception)
      ? 'disabling it would remove protection'
      : 'policy says so';
  return `${unansweredText(what, cause)} Lapse leaves it as it is, because ${why}: somebody must look at it.`;
}

function unansweredText(what: string, cause: ExceptionEscalated['cause']): string {
  switch (cause) {
    case 'expired':
      return `The approval of the ${what} has ended, and nobody renewed it.`;
    case 'review missed':
      return `The review of the ${what} was due, and nobody renewed it.`;
    case 'reopened without approval':
      return `The ${what} was switched on again, and nobody approved that.`;
    default:
      return `Nobody has answered about the ${what} in time.`;
  }
}

/** `where`: as the beginning of a sentence goes on. */
export function enforcementText(
  { to, by, since, why = '', again }: Pick<EnforcementChanged, 'to' | 'by' | 'since' | 'why' | 'again'>,
  where = 'this tenant',
): string {
  switch (to) {
    case 'stopped':
      return again
        ? `Enforcement in ${where} is still stopped, since ${momentInWords(since)}, by ${by}: ${why}. Nothing is disabled here, whatever its deadline, until an approver types /lapse resume.`
        : `Enforcement in ${where} was stopped at ${momentInWords(since)} by ${by}: ${why}. Nothing is disabled here until an approver types /lapse resume; what comes due meanwhile gets full notice afterwards.`;
    case 'resumed':
      return `Enforcement in ${where} was resumed at ${momentInWords(since)} by ${by}. What came due meanwhile gets full notice, and each owner is told.`;
    case 'live':
      return `Enforcement in ${where} was extended at ${momentInWords(since)} by ${by}: from now on, what lapses there is disabled. Every deadline starts afresh with full notice, and each owner is told.`;
    case 'observing':
      return `Enforcement in ${where} was reduced at ${momentInWords(since)} by ${by}: of what it no longer covers, Lapse disables nothing and says what it would have disabled.`;
  }
}

function nearerText({ why, waiting, soonest = [] }: BreakerTripped): string {
  const shown = soonest
    .map(({ name, from, to }) => `"${name}" at ${momentInWords(to)} instead of ${momentInWords(from)}`)
    .join('; ');
  return `Lapse has not put a new policy into force completely: ${why}. ${waiting} deadlines in this tenant are waiting, the soonest being: ${shown}. They stay as they are until an approver has looked (lapse policy diff, run in the folder of the Lapse project, lists them all) and typed /lapse release; the rest of the policy is in force. If it was a mistake, deploy the previous policy again.`;
}

function releasedText({ picked = [], left = 0 }: BreakerReleased): string {
  const named = picked
    .slice(0, mostNamed)
    .map(({ name }) => `"${name}"`)
    .join(', ');
  const more = picked.length > mostNamed ? ` and ${picked.length - mostNamed} more` : '';
  const released =
    picked.length === 0
      ? 'An approver has lifted the stop in this tenant: nothing waited there any more.'
      : `An approver has let lapse what Lapse had held back in this tenant: ${named}${more}.`;
  return left === 0
    ? released
    : `${released} Still held back, until each is renewed, held, switched off or released: ${left}.`;
}

/** As many names as a sentence bears. */
const mostNamed = 10;

const actFailedText = (what: string, { act, attempt, why }: ActFailed): string =>
  act === 'restore'
    ? `The ${what} should be on again, but attempt ${attempt} to switch it on failed: ${why}.`
    : `The end of the approval of the ${what} should be set in Exchange too, but attempt ${attempt} to set it there failed: ${why}. Until it is set, only Lapse will end it.`;

function voidedText(what: string, { of, why }: ApprovalVoided): string {
  const [given, word] = of === 'hold' ? ['held', 'hold'] : ['approved', 'approval'];
  const who =
    why === 'chosen' ? 'was named by somebody who made or changed it' : 'had made or changed it themselves';
  return `The ${word} of the ${what} no longer counts: the audit log now shows that whoever ${given} it ${who}. The question is asked again, and somebody independent must answer.`;
}

/** A person undoes a disable once or twice; a tool does so each time it runs. */
const likelyTool = 3;

function reopenedText(
  what: string,
  { changedBy, times = 1, at }: ExceptionReopened,
  { reopenings = [] }: Exception,
): string {
  const monthAgo = minus(at, duration('P30D'));
  const why = explainReopening(reopenings.filter((one) => one.at > monthAgo));
  const again = why === undefined ? '' : ` ${why}`;
  const who = changedBy.type === 'unknown' ? 'somebody the log has not named yet' : changedBy.id;
  const asked = 'Its owner is asked again; without an answer, it is disabled again.';
  return times < likelyTool
    ? `The ${what} is on again: ${who} enabled it after Lapse had disabled it.${again} ${asked}`
    : `The ${what} is on again, for the ${ordinal(times)} time within 30 days: a tool probably re-applies it. This time it was ${who}.${again} ${asked}`;
}

const ordinal = (count: number): string => {
  const last = [11, 12, 13].includes(count % 100) ? 0 : count % 10;
  return `${count}${['th', 'st', 'nd', 'rd'][last] ?? 'th'}`;
};

/** Event types that can call for something in Slack: the filter of that side's queue. */
export const slackEvents = [
  'ExceptionOpened',
  'ExceptionReopened',
  'ExceptionChanged',
  'ChangeNoted',
  'OwnerReassigned',
  'HelpAsked',
  'ReminderWished',
  'OwnerTold',
  'ApproversTold',
  'NextAsked',
  'ReminderDue',
  'DeadlinePostponed',
  'ExceptionEscalated',
  'ExceptionApproved',
  'ExceptionRenewed',
  'ApprovalVoided',
  'ExceptionHeld',
  'ExceptionRemoved',
  'ExceptionSwitchedOff',
  'ExceptionFoundGone',
  'ExceptionJoined',
  'HoldEnded',
  'ExceptionDeclined',
  'ExceptionRevoked',
  'ExceptionLapsed',
  'DisableOrdered',
  'LapseObserved',
  'DeadlineRestarted',
  'EnforcementChanged',
  'PolicyApplied',
  'BreakerTripped',
  'BreakerReleased',
  'DisableRetried',
  'DisableFailed',
  'ExceptionDisabled',
  'LookFailed',
  'ExceptionRestored',
  'DisableUndone',
  'ActDone',
  'ActFailed',
  'ActRetried',
  'QuestionRepeated',
  'LookUpRepeated',
  'MakersIdentified',
] as const satisfies readonly EventType[];

/** Event types that can call for something in Exchange. */
export const enforcementEvents = [
  'ExceptionDeclined',
  'ExceptionRevoked',
  'ExceptionLapsed',
  'DisableOrdered',
  'DisableRetried',
  'ActRetried',
  'LookOrdered',
  ...expiryEvents,
] as const satisfies readonly EventType[];
