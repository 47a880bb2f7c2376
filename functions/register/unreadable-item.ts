/** What is wrong with one exception, and only with that one: others must not be kept waiting by it. */
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { UnreadableEntry } from './unreadable-entry.ts';

export type UnreadableItem = UnreadableState | UnreadableEntry;

export const isUnreadable = (error: unknown): error is UnreadableItem =>
  error instanceof UnreadableState || error instanceof UnreadableEntry;
