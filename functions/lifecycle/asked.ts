/** Which exceptions wait for a yes. */
import type { Disabled, Exception } from './exception.ts';

type AskedWhileOff = Disabled & { readonly cause: 'disable first' };

/**
 * Policy had it switched off before anybody was asked: the question is open while it is off, and a yes switches it
 * on.
 */
export const isAskedWhileOff = (exception: Exception): exception is AskedWhileOff =>
  exception.state === 'disabled' && exception.cause === 'disable first';

/** Waits for a first yes: unanswered, or switched off by policy until somebody approves it. */
export const isApprovable = (exception: Exception): boolean =>
  exception.state === 'unconfirmed' || isAskedWhileOff(exception);
