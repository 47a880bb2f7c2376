import { describe, expect, it } from 'vitest';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { lookAtObject, lookAtList } from '#exchange/look.ts';
import { tenantId } from './surroundings.ts';

const enough = new AbortController().signal;

describe('a look that fails', () => {
  it.each([
    ['what passes by itself', new ExchangeError('throttled', 'Slow down.'), true],
    ['what nobody foresaw, which may pass', new TypeError('no'), true],
    ['what a person must mend', new ExchangeError('forbidden', 'No.'), false],
  ])('for %s says whether the same may succeed later', async (_why, error, again) => {
    const tenants = () => Promise.reject(error);
    expect(await lookAtObject(tenants, tenantId, [{ kind: 'transport-rule', name: 'x' }], enough)).toEqual({
      seen: 'nothing',
      error,
      again,
    });
    expect(await lookAtList(tenants, tenantId, 'ip-allow', enough)).toEqual({
      seen: undefined,
      error,
      again,
    });
  });
});
