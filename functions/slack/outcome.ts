/**
 * The state and what silence leads to: the sentences at the end of a card. "Disabled" is said only in the state that
 * follows a read-back.
 */
import { protects } from '#kinds/protection.ts';
import { isAskedWhileOff } from '#lifecycle/asked.ts';
import { clip } from './escape.ts';
import { channelOf } from '#policy/owner.ts';
import { modeOf } from '#policy/enforcement-mode.ts';
import { classOf } from '#policy/policy.ts';
import { answerBehind, approvalOf, describeDecision } from './decision.ts';
import { plus } from '#time/instant.ts';
import { authorName, causes, findDeadline, quoted, spareds } from './words.ts';
import type { Event } from '#lifecycle/events.ts';
import type {
  Author,
  Confirmed,
  Disabled,
  Disabling,
  Exception,
  Removed,
  Unconfirmed,
} from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { Line } from './lines.ts';

export function describeOutcome(
  exception: Exception,
  history: readonly Event[],
  policy: Policy,
): readonly Line[] {
  switch (exception.state) {
    case 'confirmed':
      return [
        describeDecision(approvalOf(exception, history)),
        term(exception),
        ...switchingOn(exception),
        silence(exception, policy),
        ...notAsItWas(exception, history),
      ];
    case 'disabled': {
      const standing = describeStanding(exception, history, policy);
      return isAskedWhileOff(exception) || exception.cause === 'at source'
        ? standing
        : [...standing, ['Mail may follow the old setting for 30 minutes or more.']];
    }
    default:
      return describeStanding(exception, history, policy);
  }
}

/** The same in at most two lines, for the card. */
export function describeStanding(
  exception: Exception,
  history: readonly Event[],
  policy: Policy,
): readonly Line[] {
  switch (exception.state) {
    case 'unconfirmed':
      return [silence(exception, policy), ...notAsItWas(exception, history)];
    case 'confirmed': {
      const [switching] = switchingOn(exception);
      return [
        describeDecision(approvalOf(exception, history)),
        switching ?? silence(exception, policy),
        ...notAsItWas(exception, history),
      ];
    }
    case 'held':
      return [
        ...answer(exception, history),
        ...switchingOn(exception),
        [
          'Lapse does nothing about it until ',
          { at: exception.until },
          '. After that its owner is asked again.',
        ],
      ];
    case 'disabling':
      return [...answer(exception, history), disabling(exception, policy)];
    case 'disabled':
      if (isAskedWhileOff(exception))
        return [
          [
            'Switched off at ',
            { at: exception.disabledAt },
            `, because ${causes[exception.cause]}: configuration disabled, read back.`,
          ],
          ['It stays off until somebody approves it; then Lapse switches it on again.'],
        ];
      return exception.cause === 'at source'
        ? [
            [
              `Switched off in the tenant by ${authorName(offBy(exception, history))}, not by Lapse, at `,
              { at: exception.disabledAt },
              '.',
            ],
            ['Nobody is asked while it is off. If it is switched on again, its owner is asked.'],
          ]
        : [
            ...answer(exception, history),
            [
              `Off because ${causes[exception.cause]}: configuration disabled, read back at `,
              { at: exception.disabledAt },
              '.',
              ...undoing(exception, policy),
            ],
          ];
    case 'removed':
      return over(exception, history);
  }
}

/** Where a person ordered it: they may find out within minutes that it was a mistake. */
function undoing({ undo, disabledAt }: Disabled, { undoWithin }: Policy): Line {
  return undo && 'slackUser' in undo.by
    ? [' ', { user: undo.by.slackUser }, ' can undo that until ', { at: plus(disabledAt, undoWithin) }, '.']
    : [];
}

function over({ removedAt }: Removed, history: readonly Event[]): readonly Line[] {
  const end = history.findLast(({ type }) => type === 'ExceptionRemoved' || type === 'ExceptionJoined');
  if (end?.type === 'ExceptionJoined')
    return [
      ['Exchange shows that this is the same object as ', end.into, ', which goes on: please answer there.'],
    ];
  return [
    end?.type === 'ExceptionRemoved' && end.harmless
      ? ['It was changed at ', { at: removedAt }, ' and no longer lets anything past.']
      : isRestoring(history)
        ? [
            'It was to be switched on again, but it is not in the tenant any more, so nothing can bring it back: found at ',
            { at: removedAt },
            '.',
          ]
        : ['It has been gone from the tenant since ', { at: removedAt }, '.'],
    ['There is nothing left to answer.'],
  ];
}

/** It was found gone by the attempt to switch it on again. */
const isRestoring = (history: readonly Event[]): boolean =>
  history.some(({ type }) => type === 'ExceptionFoundGone') &&
  orders.has(history.findLast(({ type }) => type === 'ExceptionDisabled' || orders.has(type))?.type ?? '');

const orders: ReadonlySet<string> = new Set(['ExceptionRestored', 'DisableUndone']);

/** Somebody may have changed it since. */
const offBy = ({ changedBy }: Exception, history: readonly Event[]): Author =>
  history.findLast((event) => event.type === 'ExceptionSwitchedOff')?.changedBy ?? changedBy;

/** What happens when nobody answers, and when. */
function silence(exception: Unconfirmed | Confirmed, policy: Policy): Line {
  const until = { at: findDeadline(exception) ?? exception.openedAt, utc: true } as const;
  const start: Line = [
    exception.state === 'unconfirmed' ? 'If nobody answers by ' : 'If nobody renews it by ',
    until,
  ];
  const people: Line = [{ channel: channelOf(policy, exception) }];
  if (exception.remedy === 'escalate' || protects(exception))
    return [
      ...start,
      ', people in ',
      ...people,
      ' are alerted. Lapse disables nothing here: switching this off would remove protection.',
    ];
  if (classOf(policy, exception).onSilence === 'escalate')
    return [...start, ', people in ', ...people, ' are alerted. It stays on.'];
  const { type } = modeOf(policy, exception);
  const { spared } = exception;
  if (spared && type !== 'live')
    return [
      'It would have been switched off at ',
      { at: spared.at },
      `, because ${causes[spared.cause]}. It stays on: ${spareds[type]}.`,
    ];
  if (type === 'observing')
    return [...start, ', Lapse would disable it in Exchange. It stays on: Lapse only observes here.'];
  if (type === 'stopped')
    return [
      ...start,
      ', Lapse would disable it in Exchange. Nothing is disabled while enforcement is stopped here.',
    ];
  return [...start, ', Lapse disables it in Exchange.'];
}

const term = ({ approval, renewals }: Confirmed): Line => [
  'It may stay until ',
  { at: approval.expiresAt },
  ', with a review by ',
  { at: approval.reviewBy },
  `. ${describeRenewalsSoFar(renewals)}`,
];

/** "not renewed", "renewed once", for the middle of a sentence. */
export const describeRenewals = (count: number): string =>
  count === 0 ? 'not renewed' : `renewed ${count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`}`;

/** The same as a sentence. */
export const describeRenewalsSoFar = (count: number): string =>
  `${describeRenewals(count).replace(/^./, (first) => first.toUpperCase())} so far.`;

function answer(exception: Exception, history: readonly Event[]): readonly Line[] {
  const decision = answerBehind(exception, history);
  return decision === undefined ? [] : [describeDecision(decision)];
}

/** Until Exchange was read back it may still be off. */
function switchingOn({ acting }: Exception): readonly Line[] {
  if (acting?.act !== 'restore') return [];
  if (acting.phase === 'waiting' && acting.failure === undefined)
    return [
      [
        'It is on. The disable that was undone had begun, so Lapse looks at it once more at ',
        { at: acting.nextAt },
        '.',
      ],
    ];
  return acting.phase === 'waiting'
    ? [
        [
          `Attempt ${acting.attempt} to switch it on again failed`,
          acting.failure === undefined ? '' : `: ${quoted(acting.failure)}`,
          '. It may still be off. Lapse tries again at ',
          { at: acting.nextAt },
          ', and keeps trying until it works.',
        ],
      ]
    : [
        [
          `It is being switched on again (attempt ${acting.attempt}). It may still be off: this card changes once Exchange has been read again.`,
        ],
      ];
}

/** What a restore could not bring back, or found changed meanwhile, until the next decision about it. */
function notAsItWas({ since }: Exception, history: readonly Event[]): readonly Line[] {
  const done = history.findLast((event) => event.type === 'ActDone' && event.act === 'restore');
  return done?.type === 'ActDone' && done.unlike && done.at >= since
    ? [[`It is on again, but not all is as it was before: ${clip(done.unlike.join('; '), 300)}.`]]
    : [];
}

function disabling(exception: Disabling, policy: Policy): Line {
  const { type } = modeOf(policy, exception);
  if (type !== 'live')
    return [
      `It was to be disabled, because ${causes[exception.cause]}, and waits: ${spareds[type]}. Nothing is done to it meanwhile. Once Lapse may act here again, it goes on by itself.`,
    ];
  if (exception.phase === 'waiting')
    return [
      `Attempt ${exception.attempt} to disable it failed`,
      exception.failure === undefined ? '' : `: ${quoted(exception.failure)}`,
      '. It may still be on. Lapse tries again at ',
      { at: exception.nextAt },
      ', and keeps trying until it works.',
    ];
  return [
    `Lapse is disabling it in Exchange, because ${causes[exception.cause]}. It may still be on: this card changes once Exchange has been read again.`,
  ];
}
