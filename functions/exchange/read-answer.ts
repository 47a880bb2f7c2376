import { UnreadableAnswer } from '#kinds/call.ts';
import { ExchangeError } from './exchange-error.ts';

/** Has a kind read an answer. If it cannot, the answer counts as unexpected. */
export function readAnswer<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableAnswer) throw new ExchangeError('unexpected-answer', error.message);
    throw error;
  }
}
