/**
 * The second lock: an end that Exchange itself keeps, so that an approved exception stops acting even if nothing of
 * Lapse runs any more. It must never come before the end that its owner was told of, so it follows every event that
 * moves that end: what stands in Exchange already, also where policy has it written there no longer.
 */
import { canExpire } from '#kinds/form.ts';
import { presentDeadline } from './due.ts';
import { latest } from '#time/instant.ts';
import type { Event, EventType } from './events.ts';
import type { Approval, Exception } from './exception.ts';
import type { Instant } from '#time/instant.ts';

/** Events after which the end can be another. */
export const expiryEvents = [
  'ExceptionApproved',
  'ExceptionRenewed',
  'ApprovalVoided',
  'ExceptionRestored',
  'ExceptionHeld',
  'HoldEnded',
  'ExceptionChanged',
  'ExceptionReopened',
  'DeadlinePostponed',
  'ExceptionEscalated',
  'PolicyApplied',
  // What is on again can have an end again.
  'ActDone',
] as const satisfies readonly EventType[];

const moving: ReadonlySet<EventType> = new Set(expiryEvents);
export const movesEnd = (event: Event): boolean =>
  moving.has(event.type) && !(event.type === 'ActDone' && event.act === 'expiry');

/** Whether an end that was written into Exchange would cut it off before the one that its people go by now. */
export function endsTooSoon(event: Event, after: Exception): boolean {
  if (after.keptEnd === undefined || after.acting || !moving.has(event.type)) return false;
  return after.keptEnd < (nativeEnd(after) ?? after.keptEnd);
}

/**
 * When Exchange should stop acting on it; `undefined` where it should not by itself: Exchange keeps
 * no such date for its kind, nobody has approved it yet, or its end would take protection away.
 */
export function nativeEnd(exception: Exception): Instant | undefined {
  const { approval, kind, remedy } = exception;
  if (!canExpire(kind) || remedy !== 'disable' || approval === undefined) return undefined;
  switch (exception.state) {
    case 'confirmed':
    case 'unconfirmed':
      return latest(chosenEnd(approval), presentDeadline(exception));
    case 'held':
      return latest(chosenEnd(approval), exception.until);
    case 'disabling':
    case 'disabled':
    case 'removed':
      return undefined;
  }
}

/** A policy that shortens a term may be taken back, and the end it brings may be put off until somebody was told. */
const chosenEnd = ({ chosen, expiresAt }: Approval): Instant => chosen ?? expiresAt;
