import { expect, it } from 'vitest';
import { toldNobody } from '#test/register/turn-at.ts';
import { duration, type Instant } from '#time/instant.ts';
import { isPolicyPending } from '#deadlines/new-policy.ts';
import { sweepDeadlines } from '#functions/sweep-deadlines.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { createInMemoryVersionedValues } from '#test/register/in-memory-versioned-values.ts';
import type { Policy } from '#policy/policy.ts';
import type { ScheduledTurn } from '#runtime/schedule-function.ts';
import { after, noon, observe, policy, told } from '../lifecycle/examples.ts';
import { release } from './release.ts';

const quiet = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};
const turn = (now: Instant): ScheduledTurn => ({
  now,
  delivery: 1,
  remaining: () => 55_000,
  logger: quiet,
  metrics: { addMetric: () => undefined },
});

it('a policy does not bring the numbers by which the breaker judges it', async () => {
  const inForce: Policy = { ...policy, breaker: { ...policy.breaker, most: 1 } };
  const register = createInMemoryRegister();
  const values = createInMemoryVersionedValues();
  const ids = ['a', 'b', 'c'].map((letter) => `ex-${letter.repeat(16)}`);
  for (const [index, id] of ids.entries()) {
    const seen = observe({ name: `P${index}`, guid: `0f5c2b1e-1c7f-4a39-9a64-2f6f6b0b7d1${index}` });
    const given = { id, now: noon, policy: inForce };
    const { exception } = await execute(register, {
      ...given,
      receipt: `${id}#seen`,
      command: seen.type === 'Observe' ? { ...seen, id } : seen,
    });
    if (!exception) throw new Error('nothing was opened');
    await execute(register, { ...given, receipt: `${id}#told`, command: told(exception) });
  }
  const deadlines = async () =>
    (await Promise.all(ids.map((id) => register.load(id)))).map((one) =>
      one?.state === 'unconfirmed' ? one.confirmBy : undefined,
    );
  expect(await isPolicyPending({ values, policy: inForce })).toBe(true);
  await sweepDeadlines(
    { register, values, policy: inForce, usual: 'live', tell: toldNobody },
    turn(after('PT1H')),
  );
  expect(await isPolicyPending({ values, policy: inForce })).toBe(false);
  const before = await deadlines();

  const trial: Policy = {
    ...policy,
    breaker: { ...policy.breaker, most: 100_000, share: 100 },
    risk: { ...policy.risk, high: { ...policy.risk.high, confirmWithin: duration('P1D') } },
  };
  expect(await isPolicyPending({ values, policy: trial })).toBe(true);
  await sweepDeadlines(
    { register, values, policy: trial, usual: 'live', tell: toldNobody },
    turn(after('PT2H')),
  );

  expect(await deadlines()).toEqual(before);
  // All of it waits for an approver: until one has looked, a sweep has nothing to do for it.
  expect(await isPolicyPending({ values, policy: trial })).toBe(false);
  await release(values, 'policy', after('PT3H'), trial);
  expect(await isPolicyPending({ values, policy: trial })).toBe(true);
});
