/** What a look finds is recorded for the exception as it then is, and for no other. */
import { expect, it } from 'vitest';
import { enforce } from '#functions/enforce.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import {
  after,
  examples,
  guid,
  id,
  noon,
  observation,
  observe,
  sam,
  policy,
  told,
} from '../lifecycle/examples.ts';
import type { ExchangeTenant } from '#exchange/tenant.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';

it.each([
  ['is noted', 'Report', { state: 'unconfirmed', question: 're-enabled' }],
  ['restores it', 'Restore', { state: 'confirmed' }],
] as const)('what %s while Lapse looks', async (_what, meanwhile, becomes) => {
  const register = createInMemoryRegister();
  const give = async (receipt: string, command: Command, now: Instant): Promise<Exception> => {
    const { exception } = await execute(register, { id, receipt, command, now, policy });
    if (!exception) throw new Error('nothing was opened');
    return exception;
  };
  await give('open', observe(), noon);
  await give('told', told(examples.unconfirmed.state, after('PT1M')), after('PT1M'));
  await give('lapse', { type: 'CheckDue' }, after('P3D'));
  await give('off', { type: 'ReportDisabled', attempt: 1, guid, before: observation.settings }, after('P3D'));
  const ordered = await give('order', { type: 'CheckDue' }, after('P3DT1H'));
  const event = (await Array.fromAsync(register.trail(id))).at(-1);
  if (event?.type !== 'LookOrdered') throw new Error('no look was ordered');

  let looks = 0;
  const read = async () => {
    looks += 1;
    const command =
      meanwhile === 'Report'
        ? told(ordered, after('P3DT1H'))
        : ({ type: 'Restore', by: sam, reason: 'mail was lost', expiresAt: after('P3DT5H') } as const);
    if (looks === 1) await give('meanwhile', command, after('P3DT1H'));
    return {
      found: true,
      guid,
      name: observation.name,
      enabled: true,
      settings: observation.settings,
    } as const;
  };
  const tenant = { read, domains: () => Promise.resolve([]) } as unknown as ExchangeTenant;
  const ignore = () => undefined;
  const look = () =>
    enforce(
      { metadata: { exception_id: id }, data: event } as unknown as Parameters<typeof enforce>[0],
      {
        register,
        tenants: () => Promise.resolve(tenant),
        values: {
          read: () => Promise.resolve(undefined),
          write: () => Promise.resolve(false),
        },
        usual: 'observing',
        policy,
        now: () => after('P3DT1H'),
        wait: () => Promise.resolve(),
      },
      { info: ignore, warn: ignore, error: ignore } as unknown as Parameters<typeof enforce>[2],
    );

  await look();
  expect(await register.load(id)).toMatchObject(becomes);
  const before = (await Array.fromAsync(register.trail(id))).length;
  await look();
  expect(await Array.fromAsync(register.trail(id))).toHaveLength(before);
});
