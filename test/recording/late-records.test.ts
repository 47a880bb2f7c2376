/** Records that come later than others about the same object: what they tell is put where it belongs. */
import { describe, expect, it } from 'vitest';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { recordChange } from '#recording/record-change.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { policy, sam, told as toldOf } from '../lifecycle/examples.ts';
import { idAt } from '#test/audit-log/records.ts';
import { auditRecord, riskyRule, start, tenantId } from '../exchange/surroundings.ts';
import { exchanges } from '../exchange/tenant-life.ts';
import { neverAborts } from '#test/never-aborts.ts';
import { noDomains } from '#test/recording/no-domains.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Unconfirmed } from '#lifecycle/exception.ts';
import type { FoundObject } from '#exchange/tenant.ts';
import type { Tenants } from '#exchange/tenants.ts';

const minute = (count: number) => ({ CreationTime: `2026-11-20T08:${String(count).padStart(2, '0')}:00` });
const rule = (verb: string, at: number, parameters: Readonly<Record<string, string>>, UserId?: string) =>
  auditRecord(`${verb}-TransportRule`, parameters, { ...minute(at), ...(UserId && { UserId }) });
const down: Tenants = () => Promise.reject(new ExchangeError('unavailable', 'Exchange is down.'));
const withObjects = (...present: readonly Omit<FoundObject, 'found'>[]): Tenants =>
  exchanges['with what is there']({
    records: [],
    present: present.map((one) => ({ found: true, ...one })),
  } as never);

async function recorded(records: readonly AuditRecord[], tenants: Tenants = down) {
  const register = createInMemoryRegister();
  const record = async (one: AuditRecord, also: Partial<Parameters<typeof recordChange>[1]> = {}) =>
    recordChange(one, {
      register,
      tenants,
      policy,
      domains: noDomains,
      now: start,
      enough: neverAborts,
      ...also,
    });
  for (const one of records)
    await record(one).catch((error: unknown) => expect(error).toBeInstanceOf(ExchangeError));
  const all = Object.fromEntries((await Array.fromAsync(register.list())).map((one) => [one.name, one]));
  const trail = async (name: string) => Array.fromAsync(register.trail(all[name]?.id ?? ''));
  return { register, record, all, trail };
}

describe('a finding for want of knowledge', () => {
  const made = rule('New', 1, { Name: 'Alpha', SenderDomainIs: 'wingtip.example' });
  const altered = rule('Set', 2, { Identity: 'Alpha', SetSCL: '0' });

  it('is over when what made the object is told', async () => {
    const before = await recorded([altered]);
    expect(before.all['Alpha']).toMatchObject({ state: 'unconfirmed', findings: [{ id: 'LAPSE-TR-016' }] });
    const { all } = await recorded([altered, made]);
    expect(all['Alpha']).toMatchObject({ state: 'removed', harmless: true, findings: [] });
  });

  const risky = rule('Set', 3, { Identity: 'Alpha', SetSCL: '-1' }, 'kira.lund@fabrikam.example');

  it('leaves an exception for what else is found, with the deadline and the owner of that', async () => {
    const inOrder = await recorded([made, altered, risky]);
    const { all, trail } = await recorded([altered, risky, made]);
    const { confirmBy, owner, findings, makers, question } = all['Alpha'] as never;
    expect(inOrder.all['Alpha']).toMatchObject({ confirmBy, owner, findings, makers, question });
    const changes = await trail('Alpha');
    expect(changes).toHaveLength(3);
    expect(changes.at(-1)).toHaveProperty('corrected');
  });

  it('gives the time that its risk has once that is known', async () => {
    const narrow = rule('New', 1, {
      Name: 'Alpha',
      SenderDomainIs: 'tailspin.example',
      SenderIpRanges: '192.0.2.1',
    });
    const before = await recorded([risky]);
    const inOrder = await recorded([narrow, risky]);
    const { all } = await recorded([risky, narrow]);
    const { confirmBy, risk } = inOrder.all['Alpha'] as Unconfirmed;
    expect(all['Alpha']).toMatchObject({ state: 'unconfirmed', confirmBy, byPolicy: confirmBy, risk });
    expect(confirmBy > (before.all['Alpha'] as Unconfirmed).confirmBy).toBe(true);
  });

  describe('and then another that nobody had heard of', () => {
    const open = rule('New', 1, { Name: 'Alpha', SetSCL: '-1' });
    const narrowed = rule('Set', 2, { Identity: 'Alpha', SenderIpRanges: '192.0.2.1' });
    const again = rule('Set', 3, { Identity: 'Alpha', SetSCL: '-1' });
    const deadline = ({ all }: Awaited<ReturnType<typeof recorded>>) =>
      (all['Alpha'] as Unconfirmed).confirmBy;

    it('takes the time back that its risk never had', async () => {
      const inOrder = await recorded([open, narrowed, again]);
      const putOff = await recorded([again, narrowed]);
      expect(deadline(putOff) > deadline(inOrder)).toBe(true);
      const { all } = await recorded([again, narrowed, open]);
      expect(all['Alpha']).toMatchObject({ confirmBy: deadline(inOrder) });
      expect(all['Alpha']).not.toHaveProperty('byPolicy');
    });

    it('leaves its owner the time they were told of', async () => {
      const { register, record, all } = await recorded([again, narrowed]);
      const state = all['Alpha'] as Unconfirmed;
      await execute(register, {
        ...{ id: state.id, receipt: 'told', now: start, policy },
        command: toldOf(state),
      });
      await record(open);
      expect(await register.load(state.id)).toMatchObject({ confirmBy: state.confirmBy });
    });

    it('leaves the time of what somebody looked at', async () => {
      const settings = { SetSCL: '-1', SenderIpRanges: ['192.0.2.1'] };
      const shown = { guid: 'b3a1f6a4-3c55-4f0e-9a3e-2d5f1c7e8a90', name: 'Alpha', enabled: true, settings };
      const { register, record, all } = await recorded([again], withObjects(shown));
      const state = all['Alpha'] as Unconfirmed;
      await record(open);
      expect(await register.load(state.id)).toMatchObject({ confirmBy: state.confirmBy });
    });
  });

  it('is kept where somebody has answered: nothing is taken back then', async () => {
    const { register, record, all } = await recorded([altered, risky]);
    const { id = '' } = all['Alpha'] ?? {};
    await execute(register, {
      ...{ id, receipt: 'handed', now: start, policy },
      command: { type: 'Reassign', by: sam, address: 'jan.kowal@fabrikam.example' },
    });
    await record(made);
    expect(await register.load(id)).toMatchObject({ owner: { address: 'jan.kowal@fabrikam.example' } });
    const trail = await Array.fromAsync(register.trail(id));
    expect(trail.at(-1)).not.toHaveProperty('corrected');
  });
});

describe('a look', () => {
  it('is not remembered with a record of which nothing can be said: it may be of another object', async () => {
    const shown = { guid: 'guid of another', name: 'Alpha', enabled: true, settings: { Name: 'Alpha' } };
    const { register } = await recorded(
      [rule('New', 1, { Name: 'Alpha', SenderDomainIs: 'wingtip.example' })],
      withObjects(shown),
    );
    const { records } = await register.remembered({
      tenant: tenantId,
      kind: 'transport-rule',
      name: 'Alpha',
    });
    expect(records).toMatchObject([
      { observation: { complete: false, settings: { SenderDomainIs: 'wingtip.example' } } },
    ]);
    expect(records[0]?.observation).not.toHaveProperty('guid');
  });

  it('is newer than a record that comes after it and tells of a change from before it', async () => {
    const settings = { SetSCL: '-1', SenderIpRanges: ['192.0.2.1', '198.51.100.1'] };
    const shown = { guid: 'b3a1f6a4-3c55-4f0e-9a3e-2d5f1c7e8a90', name: 'Alpha', enabled: true, settings };
    const { register, record, all } = await recorded(
      [rule('New', 1, { Name: 'Alpha', SetSCL: '-1' })],
      withObjects(shown),
    );
    await record(rule('Set', 2, { Identity: 'Alpha', SenderIpRanges: '192.0.2.1' }), { tenants: down });
    expect(await register.load(all['Alpha']?.id ?? '')).toMatchObject({ complete: true, settings });
  });

  it.each([
    ['cleared', [{ Comments: 'owner: dora@fabrikam.example' }, { Comments: '' }], undefined],
    ['changed', [{ Comments: 'owner: dora@fabrikam.example' }, { Comments: 'checked' }], 'checked'],
    ['there in between', [{}, { Comments: 'owner: dora@fabrikam.example' }, { Comments: 'x' }], 'x'],
  ])('does not hide whom a comment named that was %s since', async (_, comments, Comments) => {
    const settings = { Name: 'Alpha', SetSCL: '-1', ...(Comments !== undefined && { Comments }) };
    const guid = 'b3a1f6a4-3c55-4f0e-9a3e-2d5f1c7e8a90';
    const shown = withObjects({ guid, name: 'Alpha', enabled: true, settings });
    const [made, ...later] = comments.map((given, at) =>
      at === 0
        ? rule('New', 1, { Name: 'Alpha', SetSCL: '-1', ...given })
        : rule('Set', at + 1, { Identity: 'Alpha', ...given }),
    );
    if (!made) throw new Error('nothing was made');
    for (const records of [
      [made, ...later],
      [...later, made],
    ]) {
      const { all } = await recorded(records, shown);
      expect(all['Alpha']?.chosen).toMatchObject([{ id: 'dora@fabrikam.example' }]);
    }
  });

  describe('that shows another name', () => {
    const GUID = 'b3a1f6a4-3c55-4f0e-9a3e-2d5f1c7e8a90';
    const shown = { guid: GUID, name: 'Beta', enabled: true, settings: { Name: 'Beta', SetSCL: '-1' } };
    const byGuid = auditRecord(
      'Set-TransportRule',
      { Identity: GUID, SetSCL: '-1' },
      { ...minute(5), ObjectId: 'Alpha' },
    );
    const names = async (register: Awaited<ReturnType<typeof recorded>>['register']) =>
      (await Array.fromAsync(register.list())).map(({ name }) => name).toSorted();

    it('leaves late news under the former name to the object', async () => {
      const { register, record } = await recorded([byGuid], withObjects(shown));
      await record(rule('Set', 2, { Identity: 'Alpha', SetSCL: '-1' }), { tenants: down });
      expect(await names(register)).toEqual(['Beta']);
    });

    it('leaves the former name to whatever is made later', async () => {
      const { register, record } = await recorded([byGuid], withObjects(shown));
      await record(rule('New', 7, { Name: 'Alpha', SetSCL: '-1' }));
      expect(await names(register)).toEqual(['Alpha', 'Beta']);
    });
  });

  it('is not taken again for a record that was dealt with', async () => {
    const record = riskyRule('Alpha', minute(1));
    const { record: again } = await recorded([record]);
    let looks = 0;
    const tenants: Tenants = (tenant) => {
      looks += 1;
      return down(tenant);
    };
    expect(await again(record, { tenants })).toMatchObject({ outcome: 'duplicate' });
    expect(looks).toBe(0);
  });
});

describe('what was done to an earlier object of the name', () => {
  it('is no change to the present one', async () => {
    const { register, record, all } = await recorded([
      rule('Remove', 3, { Identity: 'Alpha' }),
      rule('New', 4, { Name: 'Alpha', SetSCL: '-1', SenderDomainIs: 'tailspin.example' }),
    ]);
    const { id = '', settings } = all['Alpha'] ?? {};
    await execute(register, {
      ...{ id, receipt: 'handed', now: start, policy },
      command: { type: 'Reassign', by: sam, address: 'jan.kowal@fabrikam.example' },
    });
    await record(rule('Set', 2, { Identity: 'Alpha', SetSCL: '9' }, 'kira.lund@fabrikam.example'));
    expect(await register.load(id)).toMatchObject({
      state: 'unconfirmed',
      settings,
      makers: [{ id: 'ines.moreau@fabrikam.example' }],
    });
  });

  it('is not what a look shows of the present one', async () => {
    const { all } = await recorded(
      [
        rule('New', 1, { Name: 'Alpha', SenderDomainIs: 'wingtip.example' }),
        rule('Set', 2, { Identity: 'Alpha', SetSCL: '-1' }),
        rule('Remove', 3, { Identity: 'Alpha' }),
        rule('New', 4, { Name: 'Alpha', SetSCL: '0' }),
      ],
      withObjects({ guid: 'guid', name: 'Alpha', enabled: true, settings: { Name: 'Alpha', SetSCL: '0' } }),
    );
    expect(all['Alpha']).toMatchObject({
      state: 'removed',
      complete: false,
      settings: { SenderDomainIs: 'wingtip.example', SetSCL: '-1' },
    });
  });
});

describe('a rename that is read late', () => {
  const made = rule('New', 1, { Name: 'Alpha', SetSCL: '-1' });
  const renamed = rule('Set', 2, { Identity: 'Alpha', Name: 'Beta' });

  it('hands over what was told under the old name, where both were known', async () => {
    const narrowed = rule('Set', 3, { Identity: 'Beta', SetSCL: '-1', SenderDomainIs: 'tailspin.example' });
    const inOrder = await recorded([made, renamed, narrowed]);
    const { all } = await recorded([narrowed, made, renamed]);
    expect(all['Alpha']).toMatchObject({ state: 'removed' });
    const { settings, made: first, makers, findings, state } = inOrder.all['Beta'] as never;
    expect(all['Beta']).toMatchObject({ settings, made: first, makers, findings, state });
  });

  it('finds its object although another bears the old name by now', async () => {
    const second = rule('New', 3, { Name: 'Alpha', SetSCL: '-1' }, 'kira.lund@fabrikam.example');
    const { all } = await recorded([made, second, renamed]);
    expect(all).toMatchObject({
      Alpha: { state: 'unconfirmed', makers: [{ id: 'kira.lund@fabrikam.example' }] },
      Beta: { state: 'unconfirmed', makers: [{ id: 'ines.moreau@fabrikam.example' }] },
    });
  });
});

describe('a record that tells its second alone', () => {
  const second = minute(1);
  const fine = (verb: string, given: Readonly<Record<string, string>>, UserId: string) =>
    auditRecord(`${verb}-TransportRule`, given, {
      ...second,
      Id: idAt('2026-11-20T08:01:00Z', 5_000_000n, '5f3c1d7e'),
      UserId,
    });
  const coarse = (verb: string, given: Readonly<Record<string, string>>, UserId: string) =>
    auditRecord(`${verb}-TransportRule`, given, { ...second, UserId });
  const off = { Name: 'Alpha', SetSCL: '-1', Enabled: 'False' };
  const [alice, mallory] = ['alice@fabrikam.example', 'mallory@fabrikam.example'];

  it.each([
    ['switched on', [fine('New', off, alice), coarse('Enable', { Identity: 'Alpha' }, mallory)]],
    [
      'switched on, and tells more',
      [coarse('New', off, alice), fine('Enable', { Identity: 'Alpha' }, mallory)],
    ],
    ['switched on, both so', [coarse('New', off, alice), coarse('Enable', { Identity: 'Alpha' }, mallory)]],
    [
      'made risky',
      [
        fine('New', { Name: 'Alpha', PrependSubject: 'x' }, alice),
        coarse('Set', { Identity: 'Alpha', SetSCL: '-1' }, mallory),
      ],
    ],
  ])('is not older than what made the object that it %s', async (_, records) => {
    for (const order of [records, records.toReversed()]) {
      const { all } = await recorded(order);
      expect(all['Alpha']).toMatchObject({
        state: 'unconfirmed',
        makers: [{ id: alice }, { id: mallory }],
        changedBy: { id: mallory },
      });
    }
  });

  it('and of a removal does not end what was made anew in that second', async () => {
    const before = rule('New', 0, { Name: 'Alpha', SetSCL: '-1' });
    const removal = coarse('Remove', { Identity: 'Alpha' }, mallory);
    const anew = coarse('New', { Name: 'Alpha', SetSCL: '-1' }, mallory);
    for (const order of [
      [before, removal, anew],
      [before, anew, removal],
    ])
      expect((await recorded(order)).all['Alpha']).toMatchObject({ state: 'unconfirmed' });
  });
});

describe('a record that was remembered', () => {
  const GUID = 'b3a1f6a4-3c55-4f0e-9a3e-2d5f1c7e8a90';
  const byGuid = (at: number, ObjectId: string, given: Readonly<Record<string, string>>) =>
    auditRecord('Set-TransportRule', { Identity: GUID, ...given }, { ...minute(at), ObjectId });

  it('under another name of what has an exception is not taken for the bearer of that name', async () => {
    const { all } = await recorded([
      byGuid(1, 'Beta', { Comments: 'reviewed' }),
      byGuid(2, 'Alpha', { SetSCL: '-1' }),
      rule('Set', 3, { Identity: 'Beta', SetSCL: '-1' }),
    ]);
    expect(all['Alpha']).toMatchObject({ guid: GUID });
    expect(all['Beta']).not.toHaveProperty('guid');
  });

  it('and went over to the new name once is not taken along again by another rename to it', async () => {
    const { record, register, trail } = await recorded([
      rule('New', 1, { Name: 'Beta', SetSCL: '-1' }),
      rule('New', 2, { Name: 'Alpha', SetSCL: '-1' }),
      rule('New', 3, { Name: 'Alpha', Enabled: 'False' }),
      rule('Set', 4, { Identity: 'Alpha', Name: 'Beta' }),
    ]);
    const again = rule('Set', 5, { Identity: 'Alpha', Name: 'Beta' });
    expect(await record(again)).toMatchObject({ outcome: 'done' });
    const records = (await trail('Beta')).flatMap((entry) => ('record' in entry ? [entry.record] : []));
    expect(new Set(records).size).toBe(records.length);
    // Nor kept for ever where there is room for few.
    const beta = { tenant: tenantId, kind: 'transport-rule', name: 'Beta' } as const;
    expect((await register.remembered(beta)).records).toEqual([]);
  });
});

describe('a record that calls its object by the GUID alone', () => {
  const guid = '0f5c2b1e-1c7f-4a39-9a64-000000000001';
  const made = rule('New', 1, { Name: 'Alpha', SenderDomainIs: 'wingtip.example' });
  const risky = rule('Set', 2, { Identity: guid, SetSCL: '-1' });
  const renamed = rule('Set', 3, { Identity: guid, Name: 'Beta' });

  it('is about the object that a look shows', async () => {
    const shown = { guid, name: 'Alpha', enabled: true, settings: { Name: 'Alpha', SetSCL: '-1' } };
    for (const order of [
      [made, risky],
      [risky, made],
    ]) {
      const { all } = await recorded(order, withObjects(shown));
      expect(Object.keys(all)).toEqual(['Alpha']);
      expect(all['Alpha']).toMatchObject({ guid, state: 'unconfirmed', made: { created: true } });
    }
  });

  it.each([
    ['its exception is known', [made, risky, renamed]],
    [
      'only a name of it is known',
      [auditRecord('Set-TransportRule', { Identity: guid }, { ObjectId: 'Alpha' })],
    ],
    ['nothing is known but a record by that GUID', [rule('Disable', 6, { Identity: guid })]],
  ])('is about another object than one that is named like that GUID, where %s', async (_, known) => {
    const named = rule('New', 5, { Name: guid, SetSCL: '-1' }, 'kira.lund@fabrikam.example');
    const { all } = await recorded([...known, named]);
    const makers = [{ id: 'kira.lund@fabrikam.example' }];
    expect(all[guid]).toMatchObject({ name: guid, state: 'unconfirmed', makers });
    expect(all[guid]).not.toHaveProperty('guid');
  });

  it('is asked about under the GUID where nothing tells the name, and under the name once it is told', async () => {
    expect(Object.keys((await recorded([risky])).all)).toEqual([guid]);
    const { all } = await recorded([risky, renamed]);
    expect(Object.keys(all)).toEqual(['Beta']);
  });
});
