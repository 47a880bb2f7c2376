/** The sign-in's token, with its failures as `ExchangeError` like any other. */
import { SignInError } from '#microsoft/sign-in-error.ts';
import { ExchangeError } from './exchange-error.ts';
import type { Token } from '#microsoft/token.ts';

export const exchangeToken =
  (token: Token): Token =>
  async (request) => {
    try {
      return await token(request);
    } catch (error) {
      throw toExchangeError(error);
    }
  };

export const toExchangeError = (error: unknown): unknown =>
  error instanceof SignInError
    ? new ExchangeError(error.code === 'no-licence' ? 'unauthorised' : error.code, error.message)
    : error;
