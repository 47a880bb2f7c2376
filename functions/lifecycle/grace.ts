/** What was there before Lapse is not disabled before its grace is over, as long as nobody has answered. */
import { latest, type Instant } from '#time/instant.ts';
import type { Exception } from './exception.ts';

/** A deadline that silence may not beat: people have had no chance yet to find out what it is for. */
export const withinGrace = (state: Exception, deadline: Instant): Instant =>
  state.graceEnd !== undefined && isUnanswered(state) ? latest(deadline, state.graceEnd) : deadline;

/** A hold answers nothing, and the answer of somebody who was no second pair of eyes does not count. */
export const isUnanswered = (state: Exception): boolean =>
  (state.state === 'unconfirmed' && state.question === 'voided') ||
  (state.approval === undefined && (state.answered === undefined || state.answered.answer === 'held'));
