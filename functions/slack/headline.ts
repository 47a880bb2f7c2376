/**
 * What a card says first: how it stands (a sign and words, never a colour), its risk, its name, and the date that
 * counts.
 */
import { isAskedWhileOff } from '#lifecycle/asked.ts';
import { leftToPeople } from '#lifecycle/decide/due-now.ts';
import { modeOf } from '#policy/enforcement-mode.ts';
import { presentDeadlineOf } from '#lifecycle/due.ts';
import { renewableFrom } from './renewable.ts';
import { findDeadline, nameOf } from './words.ts';
import type { Confirmed, Exception, Unconfirmed } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { Line } from './lines.ts';

export interface Headed {
  readonly exception: Exception;
  readonly policy: Policy;
  readonly now: Instant;
  /** Then its end is what counts, however early. */
  readonly reminder?: boolean;
}

/** "⏳ CRITICAL · Partner newsletter · off 4 Dec 14:00 unless approved" */
export function createHeadline(headed: Headed): Line {
  const { exception } = headed;
  const { sign, words } = standingIn(headed);
  return [
    { bold: `${sign} ${exception.risk.toUpperCase()} · ${nameOf(exception)} · ` },
    ...words.map((piece) =>
      typeof piece === 'string' ? { bold: piece } : 'at' in piece ? { ...piece, bold: true as const } : piece,
    ),
  ];
}

/** The same for a notification, which is cut off after a few words: the name first. */
export function createNotificationStart(headed: Headed): Line {
  const { exception } = headed;
  const { words } = standingIn(headed);
  return [`${nameOf(exception)} · ${exception.risk.toUpperCase()} · `, ...words, '.'];
}

interface Standing {
  readonly sign: string;
  readonly words: Line;
}

function standingIn(headed: Headed): Standing {
  const { exception, policy } = headed;
  const deadline = { at: findDeadline(exception) ?? exception.openedAt };
  const isSafe = leftToPeople(exception, policy);
  switch (exception.state) {
    case 'unconfirmed':
      return {
        sign: '⏳',
        words: isSafe ? ['answer due ', deadline] : silence(exception, policy, 'approved'),
      };
    case 'confirmed':
      if (exception.acting?.act === 'restore') return { sign: '⏳', words: ['being switched on again'] };
      if (!endsSoon(headed, exception)) return { sign: '✅', words: ['approved until ', deadline] };
      return {
        sign: '⏳',
        words: isSafe ? ['renewal due ', deadline] : silence(exception, policy, 'renewed'),
      };
    case 'held':
      return { sign: '⏸', words: ['on hold until ', { at: exception.until }] };
    case 'disabling':
      return modeOf(policy, exception).type === 'live'
        ? { sign: '⏳', words: ['being switched off'] }
        : { sign: '⏸', words: ['waits to be switched off'] };
    case 'disabled':
      return {
        sign: '⛔',
        words: [
          isAskedWhileOff(exception)
            ? 'off until approved'
            : exception.cause === 'at source'
              ? 'switched off in the tenant'
              : 'off',
        ],
      };
    case 'removed':
      return { sign: '➖', words: [exception.harmless ? 'lets nothing past any more' : 'gone'] };
  }
}

/** Where Lapse may not act, a date alone would say that it does. */
function silence(exception: Unconfirmed | Confirmed, policy: Policy, unless: string): Line {
  const deadline = { at: presentDeadlineOf(exception) };
  if (modeOf(policy, exception).type === 'live') return ['off ', deadline, ` unless ${unless}`];
  const { spared } = exception;
  return spared
    ? ['would have been off since ', { at: spared.at }]
    : ['would be off ', deadline, ` unless ${unless}`];
}

/** From when on a renewal is not early. */
export const endsSoon = (
  { policy, now, reminder }: Pick<Headed, 'policy' | 'now' | 'reminder'>,
  exception: Confirmed,
): boolean => reminder === true || now >= renewableFrom(exception, policy);
