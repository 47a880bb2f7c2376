import { PolicyGone, UnreadableAnswer } from '#kinds/call.ts';
import { ExchangeError, quote } from './exchange-error.ts';

/** Has a kind read an answer. If it cannot, the answer counts as unexpected; what it belongs to may be gone. */
export function readAnswer<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof UnreadableAnswer) throw new ExchangeError('unexpected-answer', error.message);
    if (error instanceof PolicyGone) throw new ExchangeError('not-found', quote(error.message));
    throw error;
  }
}
