/** One object of which nobody knew, while Exchange was out of reach, that its name and its GUID mean the same. */
import { describe, expect, it } from 'vitest';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { recordChange } from '#recording/record-change.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { duration, plus } from '#time/instant.ts';
import { approve, policy, sam, told } from '../lifecycle/examples.ts';
import { auditRecord, start } from '../exchange/surroundings.ts';
import { exchanges } from '../exchange/tenant-life.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Tenants } from '#exchange/tenants.ts';

const guid = 'b3a1f6a4-3c55-4f0e-9a3e-2d5f1c7e8a90';
const settings = { Name: 'Alpha', SetSCL: '-1' };
const down: Tenants = () => Promise.reject(new ExchangeError('unavailable', 'Exchange is down.'));
const up = exchanges['with what is there']({
  records: [],
  present: [{ found: true, guid, name: 'Alpha', enabled: true, settings }],
} as never);
const rule = (verb: string, minute: number, by: string, parameters: Readonly<Record<string, string>>) =>
  auditRecord(`${verb}-TransportRule`, parameters, {
    CreationTime: `2026-11-20T08:0${minute}:00`,
    UserId: `${by}@fabrikam.example`,
  });

async function whileDown(...records: readonly AuditRecord[]) {
  const register = createInMemoryRegister();
  const record = (one: AuditRecord, tenants: Tenants = up) =>
    recordChange(one, { register, tenants, policy, now: start, enough: () => AbortSignal.timeout(10_000) });
  for (const one of records) await record(one, down);
  const all = () => Array.fromAsync(register.list());
  const living = async () => (await all()).filter(({ state }) => state !== 'removed');
  return {
    register,
    record,
    living,
    one: async (isIt: (one: Exception) => boolean) => (await all()).find(isIt) as Exception,
    give: (id: string, command: Command, receipt: string) =>
      execute(register, { id, receipt, command, now: start, policy }),
  };
}

const named = rule('New', 1, 'mallory', { Name: 'Alpha', SetSCL: '-1' });
const byGuid = rule('Set', 2, 'toni', { Identity: guid, SetSCL: '-1' });
const seen = rule('Set', 3, 'zoe', { Identity: 'Alpha', Comments: 'reviewed' });

describe.each([
  ['its name came first', [named, byGuid]],
  ['its GUID came first', [byGuid, named]],
])('an object that was changed under both, where %s', (_, records) => {
  it('has one exception from the first look on, made by everybody who changed it under either', async () => {
    const { record, living } = await whileDown(...records);
    expect(await living()).toHaveLength(2);
    await record(seen);
    const [one, ...others] = await living();
    expect(others).toEqual([]);
    expect(one).toMatchObject({ name: 'Alpha', guid });
    expect(one?.makers?.map(({ id }) => id)).toEqual(
      ['mallory', 'toni', 'zoe'].map((name) => `${name}@fabrikam.example`),
    );
  });

  it('says of the other where to answer', async () => {
    const { register, record, one } = await whileDown(...records);
    const alone = await one((each) => each.guid === undefined);
    const kept = await one((each) => each.guid !== undefined);
    await record(seen);
    const trail = await Array.fromAsync(register.trail(alone.id));
    expect(trail.at(-1)).toMatchObject({ type: 'ExceptionJoined', into: kept.id });
  });

  it('is not kept by an approval of who changed it under the name', async () => {
    const { record, one, give } = await whileDown(...records);
    const kept = await one((each) => each.guid !== undefined);
    const makers = [
      { id: 'toni@fabrikam.example', slackUser: 'UTONI', sought: true },
      { id: 'mallory@fabrikam.example', slackUser: sam.slackUser, sought: true },
    ] as const;
    await give(kept.id, { ...told(kept), makers: makers.slice(0, 1) } as Command, 'told');
    const asked = await one(({ id }) => id === kept.id);
    const term = { expiresAt: plus(start, duration('P20D')), reviewEvery: duration('P10D') };
    const { events } = await give(kept.id, approve(asked, start, { by: sam, ...term }), 'approve');
    expect(events).toMatchObject([{ type: 'ExceptionApproved' }]);
    await record(seen);
    await give(kept.id, { type: 'ReportMakers', makers }, 'makers');
    expect(await one(({ id }) => id === kept.id)).toMatchObject({ state: 'unconfirmed' });
  });
});

it('what Lapse is switching off under the name is worked through there', async () => {
  const { record, one, give } = await whileDown(named, byGuid);
  const alone = await one((each) => each.guid === undefined);
  await give(alone.id, { type: 'Decline', by: sam, seen: alone.asOf }, 'decline');
  expect(await one(({ id }) => id === alone.id)).toMatchObject({ state: 'disabling' });
  await record(seen);
  expect(await one(({ id }) => id === alone.id)).toMatchObject({ state: 'disabling' });
});
