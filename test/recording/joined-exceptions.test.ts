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
import { neverAborts } from '#test/never-aborts.ts';
import { noDomains } from '#test/recording/no-domains.ts';
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
    recordChange(one, { register, tenants, policy, domains: noDomains, now: start, enough: neverAborts });
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

describe('an object whose exception under the name was over before the first look', () => {
  const harmless = rule('Set', 2, 'jan', { Identity: 'Alpha', SetSCL: '0' });
  const again = rule('Set', 3, 'ines', { Identity: guid, SetSCL: '-1' });
  const look = rule('Set', 4, 'zoe', { Identity: 'Alpha', Comments: 'reviewed' });

  it.each([
    ['in order', [named, harmless, again]],
    ['by the GUID first', [again, harmless, named]],
    ['by the GUID in between', [named, again, harmless]],
  ])('is made by everybody who changed it before: %s', async (_, records) => {
    const { record, living } = await whileDown(...records);
    await record(look);
    const [one, ...others] = await living();
    expect(others).toEqual([]);
    expect(one?.makers?.map(({ id }) => id)).toEqual(
      ['ines', 'jan', 'mallory', 'zoe'].map((name) => `${name}@fabrikam.example`),
    );
  });
});

describe('an object that Lapse switches off under its name', () => {
  const present = { found: true, guid, name: 'Alpha', enabled: true, settings };
  const shows = (object: object) =>
    exchanges['with what is there']({ records: [], present: [object] } as never);

  it('has one exception, which goes on with what was decided there', async () => {
    const { record, living, one, give } = await whileDown(named, byGuid);
    const alone = await one((each) => each.guid === undefined);
    await give(alone.id, { type: 'Decline', by: sam, seen: alone.asOf }, 'decline');
    await record(seen);
    expect(await living()).toMatchObject([{ id: alone.id, state: 'disabling', guid }]);
    expect((await living())[0]?.makers?.map(({ id }) => id)).toContain('toni@fabrikam.example');
  });

  it('is asked about as switched on again by somebody, who is a maker as all others are', async () => {
    const { record, living, one, give } = await whileDown(named, byGuid);
    const alone = await one((each) => each.guid === undefined);
    await give(alone.id, { type: 'Decline', by: sam, seen: alone.asOf }, 'decline');
    await give(alone.id, { type: 'ReportDisabled', attempt: 1, guid, before: settings }, 'disabled');
    await record(
      rule('Set', 3, 'zoe', { Identity: 'Alpha', Comments: 'reviewed' }),
      shows({ ...present, enabled: false }),
    );
    expect(await living()).toMatchObject([{ id: alone.id, state: 'disabled' }]);
    const on = auditRecord(
      'Enable-TransportRule',
      { Identity: 'Alpha' },
      { CreationTime: plus(start, duration('PT1H')).slice(0, 19), UserId: 'toni@fabrikam.example' },
    );
    await record(on, shows(present));
    expect(await living()).toMatchObject([{ id: alone.id, state: 'unconfirmed', question: 're-enabled' }]);
    const makers = (await living())[0]?.makers?.map(({ id }) => id.split('@')[0]);
    expect(makers).toEqual(expect.arrayContaining(['mallory', 'toni']));
  });
});

it('a record that was kept under the name and under the GUID is placed once', async () => {
  const { register, record, living } = await whileDown();
  const off = { found: true, guid, name: 'Beta', enabled: false };
  const there = exchanges['with what is there']({
    records: [],
    present: [{ ...off, settings: { Name: 'Beta', SenderDomainIs: 'wingtip.example' } }],
  } as never);
  const disabled = rule('Disable', 2, 'jan', { Identity: guid });
  await record(disabled, there);
  await expect(record(disabled, down)).rejects.toThrow('Exchange is down');
  await record(rule('Set', 1, 'ines', { Identity: guid, SetSCL: '0' }), down);
  const made = rule('New', 0, 'ines', { Name: 'Beta', Enabled: 'False', SenderDomainIs: 'wingtip.example' });
  await expect(record(made, there)).resolves.toMatchObject({
    outcome: 'done',
  });
  const risky = exchanges['with what is there']({
    records: [],
    present: [{ ...off, enabled: true, settings: { Name: 'Beta', SetSCL: '-1' } }],
  } as never);
  await record(rule('Set', 5, 'mallory', { Identity: 'Beta', SetSCL: '-1' }), risky);
  await record(rule('Enable', 6, 'mallory', { Identity: 'Beta' }), risky);
  const [one, ...others] = await living();
  expect(others).toEqual([]);
  expect(one).toMatchObject({ state: 'unconfirmed', risk: 'critical' });
  expect(one?.makers?.map(({ id }) => id)).toContain('mallory@fabrikam.example');
  expect(await register.load(one?.id ?? '')).toEqual(one);
});

it('a record that was kept under both is placed once where an exception opens, too', async () => {
  const { record, living } = await whileDown();
  const there = (more: object) =>
    exchanges['with what is there']({
      records: [],
      present: [{ found: true, guid, name: 'Beta', enabled: true, ...more }],
    } as never);
  const noted = rule('Set', 2, 'jan', { Identity: guid, Comments: 'x' });
  await record(noted, there({ settings: { Name: 'Beta' } }));
  await expect(record(noted, down)).rejects.toThrow('Exchange is down');
  await record(
    rule('Set', 3, 'ines', { Identity: guid, SetSCL: '-1' }),
    there({ settings: { Name: 'Beta', SetSCL: '-1' } }),
  );
  expect((await living())[0]?.makers?.map(({ id }) => id.split('@')[0])).toEqual(['ines', 'jan']);
});

it('another object that bore the name before is not the same one', async () => {
  const shows = (shown: string) =>
    exchanges['with what is there']({
      records: [],
      present: [{ found: true, guid: shown, name: 'Alpha', enabled: true, settings }],
    } as never);
  const other = '0f5c2b1e-1c7f-4a39-9a64-2f6f6b0b7d11';
  const { record, living } = await whileDown();
  await record(named, shows(guid));
  await record(rule('Set', 2, 'toni', { Identity: other, SetSCL: '-1' }), down);
  await record(rule('Set', 3, 'zoe', { Identity: other, Comments: 'x' }), shows(other));
  const makers = new Map((await living()).map((one) => [one.guid, one.makers?.map(({ id }) => id)]));
  expect(Object.fromEntries(makers)).toEqual({
    [guid]: ['mallory@fabrikam.example'],
    [other]: ['toni@fabrikam.example', 'zoe@fabrikam.example'],
  });
});
