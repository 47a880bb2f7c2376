/**
 * react(event, exception as it is now) → effects: what a recorded fact calls for outside. Effects are carried out
 * at least once, by those who listen on the bus, and are safe to repeat.
 */
import type { Event, EventType } from './events.ts';
import type { Exception } from './exception.ts';
import type { Instant } from './instant.ts';

export type Effect =
  /** Post a card with the question to the owner. */
  | { readonly type: 'ask' }
  /** Post the card again, because a deadline is near. */
  | { readonly type: 'remind'; readonly deadline: Instant }
  /** Tell the owner what has become of the exception, as a new message. */
  | { readonly type: 'tell' }
  /** Update every posted card to what is so now. */
  | { readonly type: 'refresh' }
  /** Tell the fallback channel. The text is plain: whoever posts it escapes it. */
  | { readonly type: 'alert'; readonly text: string }
  | { readonly type: 'disable'; readonly attempt: number }
  | { readonly type: 'restore' };

/** After the first failure, people are told again each time the count reaches the next of these, then every tenth. */
const worthTelling = (attempt: number): boolean => [1, 3, 6].includes(attempt) || attempt % 10 === 0;

const refresh = { type: 'refresh' } as const;

export function react(event: Event, exception: Exception): readonly Effect[] {
  const what = `${exception.kind.replace('-', ' ')} "${exception.name}"`;
  switch (event.type) {
    case 'ExceptionOpened':
      return event.confirmBy === undefined ? [] : [{ type: 'ask' }];
    case 'ExceptionReopened':
      return [
        refresh,
        { type: 'ask' },
        ...(event.alert
          ? [
              {
                type: 'alert',
                text: `The ${what} is on again: ${event.changedBy.id} enabled it after Lapse had disabled it. Its owner is asked once more; without an answer it is disabled again.`,
              } as const,
            ]
          : []),
      ];
    case 'ExceptionChanged':
      return event.confirmBy === undefined ? [refresh] : [refresh, { type: 'ask' }];
    case 'OwnerReassigned':
      return exception.state === 'unconfirmed' ? [refresh, { type: 'ask' }] : [refresh];
    case 'OwnerTold':
      // Answered while the card was on its way: the card is already out of date.
      return exception.asOf > event.of ? [refresh] : [];
    case 'ReminderDue':
      return [{ type: 'remind', deadline: event.deadline }];
    case 'DeadlinePostponed':
      return exception.told.length > 0
        ? [refresh]
        : [
            { type: 'remind', deadline: event.to },
            {
              type: 'alert',
              text: `The deadline of the ${what} was put off to ${event.to}: its owner could not be told of it in time.`,
            },
          ];
    case 'ExceptionEscalated':
      return [
        { type: 'remind', deadline: event.next },
        {
          type: 'alert',
          text: `Nobody has answered for the ${what} (${event.cause}). Lapse leaves it as it is, because disabling it would take away protection or policy says so: somebody must look at it.`,
        },
      ];
    case 'ExceptionApproved':
    case 'ExceptionRenewed':
    case 'ExceptionHeld':
    case 'ExceptionRemoved':
    case 'ExceptionSwitchedOff':
    case 'ExceptionFoundGone':
      return [refresh];
    case 'HoldEnded':
      return [refresh, { type: 'remind', deadline: event.deadline }];
    case 'ExceptionDeclined':
    case 'ExceptionRevoked':
    case 'ExceptionLapsed':
      return [refresh, { type: 'disable', attempt: 1 }];
    case 'DisableRetried':
      return [refresh, { type: 'disable', attempt: event.attempt }];
    case 'DisableFailed':
      return worthTelling(event.attempt)
        ? [
            refresh,
            {
              type: 'alert',
              text: `The ${what} should be off, but attempt ${event.attempt} to disable it failed: ${event.why}. It is tried again at ${event.nextAt}, and so on until it works.`,
            },
          ]
        : [refresh];
    case 'ExceptionDisabled':
      return [refresh, { type: 'tell' }];
    case 'ExceptionRestored':
      return [refresh, { type: 'restore' }];
    case 'ChangeNoted':
    case 'AnswerRefused':
      return [];
  }
}

/** Event types that can call for something in Slack: the filter of that side's queue. */
export const slackEvents = [
  'ExceptionOpened',
  'ExceptionReopened',
  'ExceptionChanged',
  'OwnerReassigned',
  'OwnerTold',
  'ReminderDue',
  'DeadlinePostponed',
  'ExceptionEscalated',
  'ExceptionApproved',
  'ExceptionRenewed',
  'ExceptionHeld',
  'ExceptionRemoved',
  'ExceptionSwitchedOff',
  'ExceptionFoundGone',
  'HoldEnded',
  'ExceptionDeclined',
  'ExceptionRevoked',
  'ExceptionLapsed',
  'DisableRetried',
  'DisableFailed',
  'ExceptionDisabled',
  'ExceptionRestored',
] as const satisfies readonly EventType[];

/** Event types that can call for something in Exchange. */
export const enforcementEvents = [
  'ExceptionDeclined',
  'ExceptionRevoked',
  'ExceptionLapsed',
  'DisableRetried',
  'ExceptionRestored',
] as const satisfies readonly EventType[];
