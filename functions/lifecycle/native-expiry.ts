/**
 * The second lock: an end that Exchange itself enforces, so that an approved exception stops acting even if no part
 * of Lapse is running. It must never come before the end that its owner was told, so it follows every event that
 * moves that end, and what Exchange holds already does so even if policy no longer wants an end there.
 */
import { canExpire } from '#kinds/form.ts';
import { presentDeadlineOf } from './due.ts';
import { latest } from '#time/instant.ts';
import type { Event, EventType } from './events.ts';
import type { Approval, Exception } from './exception.ts';
import type { Instant } from '#time/instant.ts';

/** Events that can change the end. */
export const expiryEvents = [
  'ExceptionApproved',
  'ExceptionRenewed',
  'ApprovalVoided',
  'ExceptionRestored',
  'DisableUndone',
  'ExceptionHeld',
  'HoldEnded',
  'ExceptionChanged',
  'ExceptionReopened',
  'DeadlinePostponed',
  'ExceptionEscalated',
  'LapseObserved',
  'DeadlineRestarted',
  'PolicyApplied',
  // What is on again can have an end again.
  'ActDone',
] as const satisfies readonly EventType[];

const moving: ReadonlySet<EventType> = new Set(expiryEvents);
export const movesEnd = (event: Event): boolean =>
  moving.has(event.type) && !(event.type === 'ActDone' && event.act === 'expiry');

/** Whether an end that was written into Exchange would come before the one that people now go by. */
export function endsTooSoon(event: Event, after: Exception): boolean {
  if (after.keptEnd === undefined || after.acting || !moving.has(event.type)) return false;
  return after.keptEnd < (nativeEndOf(after) ?? after.keptEnd);
}

/**
 * When Exchange should stop acting on it; `undefined` if it should not by itself: Exchange has no such date for its
 * kind, nobody has approved it yet, or its end would remove protection.
 */
export function nativeEndOf(exception: Exception): Instant | undefined {
  const { approval, kind, remedy } = exception;
  if (!canExpire(kind) || remedy !== 'disable' || approval === undefined) return undefined;
  switch (exception.state) {
    case 'confirmed':
    case 'unconfirmed':
      return latest(chosenEnd(approval), presentDeadlineOf(exception));
    case 'held':
      return latest(chosenEnd(approval), exception.until);
    case 'disabling':
    case 'disabled':
    case 'removed':
      return undefined;
  }
}

/**
 * A policy that shortens a term may be taken back, and the end it brings may be postponed until somebody was told.
 */
const chosenEnd = ({ chosen, expiresAt }: Approval): Instant => chosen ?? expiresAt;
