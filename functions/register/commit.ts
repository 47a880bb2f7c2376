/** What a commit must look like, whatever stores it. A violation is a bug, and nothing is written. */
import type { Commit } from './contract.ts';

/**
 * DynamoDB takes 100 actions in one transaction: state, receipt, four aliases and what is remembered under three names
 * leave 91 for the trail and the receipts of what was remembered.
 */
const mostEvents = 91;

export function checkCommit(commit: Commit): Commit {
  const { id, receipt, before, events, after, placed = [] } = commit;
  const say = (fault: string): never => {
    throw new RangeError(`commit to exception ${id}: ${fault}`);
  };
  if (events.length === 0) say('no events');
  const size = events.length + placed.length;
  if (size > mostEvents) say(`${size} events and receipts, at most ${mostEvents} fit one transaction`);
  // DynamoDB refuses a transaction that writes one item twice.
  if (new Set([receipt, ...placed]).size <= placed.length) say('a receipt is in it twice');
  if (after.id !== id || (before && before.id !== id)) say('its state is that of another exception');
  const version = (before?.version ?? 0) + events.length;
  if (after.version !== version) say(`its state is at version ${after.version}, its events make ${version}`);
  return commit;
}
