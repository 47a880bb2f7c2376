import { describe, expect, it } from 'vitest';
import { createAcceptedDomains } from '#exchange/accepted-domains.ts';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { SignInError } from '#microsoft/sign-in-error.ts';
import { neverAborts } from '#test/never-aborts.ts';
import type { ExchangeTenant } from '#exchange/tenant.ts';

function world(answer: (id: string) => Promise<readonly string[]>) {
  const asked: string[] = [];
  let now = 0;
  const domains = createAcceptedDomains(
    (id) => {
      asked.push(id);
      return Promise.resolve({ domains: () => answer(id) } as unknown as ExchangeTenant);
    },
    () => now,
  );
  return {
    asked,
    after: (minutes: number) => (now += minutes * 60_000),
    domains: (id = 'a') => domains(id, neverAborts()),
  };
}

describe('the domains that a tenant accepts mail for', () => {
  it('are asked once an hour, each tenant for itself', async () => {
    const here = world((id) => Promise.resolve([`${id}.example`]));
    expect(await here.domains()).toEqual(['a.example']);
    here.after(59);
    expect(await here.domains()).toEqual(['a.example']);
    expect(await here.domains('b')).toEqual(['b.example']);
    expect(here.asked).toEqual(['a', 'b']);
    here.after(1);
    await here.domains();
    expect(here.asked).toEqual(['a', 'b', 'a']);
  });

  it.each([
    ['Exchange says no', new ExchangeError('forbidden', 'No.')],
    ['nobody can sign in', new SignInError('forbidden', 'No.')],
  ])('are unknown where %s, and asked again a minute later', async (_why, error) => {
    const here = world(() => Promise.reject(error));
    expect(await here.domains()).toEqual([]);
    expect(await here.domains()).toEqual([]);
    expect(here.asked).toEqual(['a']);
    here.after(1);
    await here.domains();
    expect(here.asked).toEqual(['a', 'a']);
  });

  it('hide no fault of Lapse itself', async () => {
    await expect(world(() => Promise.reject(new TypeError('broken'))).domains()).rejects.toThrow('broken');
  });
});
