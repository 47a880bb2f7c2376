/** What would lapse at this moment: the breaker looks before it happens. */
import { check } from './decide/due-now.ts';
import type { Context } from './context.ts';
import type { Exception } from './exception.ts';

export const wouldLapse = (state: Exception, context: Context): boolean =>
  check(state, context).some(({ type }) => type === 'ExceptionLapsed');
