import { UnreadableAnswer } from '#kinds/call.ts';
import { ExchangeError } from './exchange-error.ts';

/** Runs what a kind makes of an answer. What it cannot read is an answer that was not expected. */
export function readAnswer<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableAnswer) throw new ExchangeError('unexpected-answer', error.message);
    throw error;
  }
}
