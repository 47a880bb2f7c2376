import { describe, expect, it } from 'vitest';
import { fromMillis, instant } from '#time/instant.ts';
import { disable, restore } from '#exchange/enforcement.ts';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { recordChange } from '#recording/record-change.ts';
import { recordTime } from '#recording/record-time.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { sam } from '../lifecycle/examples.ts';
import { withUnreadable } from '#test/register/unreadable.ts';
import { auditRecord, policy, startTenant } from '../exchange/surroundings.ts';
import { neverAborts } from '#test/never-aborts.ts';
import { noDomains } from '#test/recording/no-domains.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Register } from '#register/contract.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Enforcing } from '#exchange/enforcement.ts';

const ann = 'ann.admin@fabrikam.example';
const bob = 'bob.admin@fabrikam.example';
const minute = (count: number) => `2026-11-20T08:${String(count).padStart(2, '0')}:00`;

/** An edit of the IP allow list at a minute past eight, by somebody. */
const edit = (IPAllowList: string, at: number, UserId = ann, more = {}): AuditRecord =>
  auditRecord(
    'Set-HostedConnectionFilterPolicy',
    { Identity: 'Default', IPAllowList },
    { CreationTime: minute(at), UserId, ...more },
  );
const added = (...entries: readonly string[]) => `@{Add=${entries.map((one) => `"${one}"`).join(',')}}`;
const removed = (...entries: readonly string[]) => `@{Remove=${entries.map((one) => `"${one}"`).join(',')}}`;

async function startLists() {
  const running = await startTenant();
  const register = createInMemoryRegister();
  const unreadable: string[] = [];
  const record = (one: AuditRecord) =>
    recordChange(one, {
      domains: noDomains,
      register: withUnreadable(register, ...unreadable),
      tenants: running.tenants,
      policy,
      now: fromMillis(running.now()),
      enough: neverAborts,
    });
  const all = async (): Promise<Readonly<Record<string, Exception>>> =>
    Object.fromEntries((await Array.fromAsync(register.list())).map((one) => [one.name, one]));
  const one = async (name: string): Promise<Exception> => {
    const found = (await all())[name];
    if (!found) throw new Error(`no exception ${name}`);
    return found;
  };
  let commands = 0;
  const command = async (name: string, given: Command): Promise<Exception> => {
    commands += 1;
    const { id } = await one(name);
    running.advance(1_000);
    const now = fromMillis(running.now());
    await execute(register, { id, receipt: `test#${commands}`, command: given, now, policy });
    return one(name);
  };
  const enforcement = async (name: string): Promise<Enforcing> => {
    const { id } = await one(name);
    return {
      load: () => register.load(id),
      report: async (report, receipt) => {
        running.advance(1_000);
        const now = fromMillis(running.now());
        await execute(register, { id, receipt, command: report, now, policy });
      },
      tenants: running.tenants,
      wait: running.wait,
      mode: () => Promise.resolve({ type: 'live' }),
    };
  };
  return {
    ...running,
    register,
    record,
    unreadable,
    all,
    one,
    command,
    enforcement,
    states: async () =>
      Object.fromEntries(Object.entries(await all()).map(([name, { state }]) => [name, state])),
    happen: async (...records: readonly AuditRecord[]) => {
      for (const each of records) running.standIn.apply(each);
      for (const each of records) await record(each);
    },
    list: () => running.standIn.objects('connection-filter')[0]?.parameters['IPAllowList'],
    decline: async (name: string) => {
      const { asOf } = await one(name);
      await command(name, { type: 'Decline', by: sam, seen: asOf });
      return disable(1, await enforcement(name));
    },
    trail: async (name: string) =>
      (await Array.fromAsync(register.trail((await one(name)).id))).map(({ type }) => type),
    [Symbol.asyncDispose]: () => running.standIn.close(),
  };
}

describe('a record that has lost what was set', () => {
  const lost = auditRecord('Set-HostedConnectionFilterPolicy', {}, { ObjectId: 'Default', Parameters: null });

  it('is about what stands in the lists now', async () => {
    await using lists = await startLists();
    lists.standIn.apply(edit(added('192.0.2.7'), 1));
    await lists.record(lost);
    expect(await lists.states()).toEqual({ '192.0.2.7': 'unconfirmed' });
  });

  it.each(['unavailable', 'forbidden'] as const)(
    'comes again as long as nobody can look (%s)',
    async (code) => {
      const tenants = () => Promise.reject(new ExchangeError(code, 'Nobody can look.'));
      const register = createInMemoryRegister();
      const now = instant('2026-11-20T09:00:00Z');
      await expect(
        recordChange(lost, { register, tenants, policy, domains: noDomains, now, enough: neverAborts }),
      ).rejects.toThrow('Nobody can look.');
    },
  );
});

describe('a record of more entries than there is time for', () => {
  it('is worked through in parts, and what is recorded stays so', async () => {
    await using lists = await startLists();
    const long = edit(added(...Array.from({ length: 20 }, (_, index) => `192.0.2.${index}`)), 1);
    lists.standIn.apply(long);
    const given = { register: lists.register, tenants: lists.tenants, policy, enough: neverAborts };
    const now = fromMillis(lists.now());
    const short = recordChange(long, { ...given, now, hasTime: () => false, domains: noDomains });
    await expect(short).rejects.toThrow('15 of 20 entries are recorded');
    expect(Object.keys(await lists.all())).toHaveLength(15);
    await recordChange(long, { ...given, now, hasTime: () => true, domains: noDomains });
    const all = Object.values(await lists.all());
    expect(all).toHaveLength(20);
    expect(new Set(all.map(({ version }) => version))).toEqual(new Set([1]));
  });

  it('holds up none of the four others in its batch, and is done when it has come again', async () => {
    await using lists = await startLists();
    const long = edit(
      added(...Array.from({ length: 600 }, (_, index) => `203.0.${index >> 7}.${index & 127}`)),
      1,
    );
    const others = ['one', 'two', 'three', 'four'].map((name) =>
      auditRecord('New-TransportRule', { Name: name, SetSCL: '-1' }, { UserId: bob }),
    );
    for (const record of [long, ...others]) lists.standIn.apply(record);
    // A batch has a minute, and here each entry takes a tenth of a second.
    const deliver = async (records: readonly AuditRecord[]): Promise<readonly AuditRecord[]> => {
      let remaining = 60_000;
      const register: Register = {
        ...lists.register,
        commit: (...given) => {
          remaining -= 100;
          return lists.register.commit(...given);
        },
      };
      const failed: AuditRecord[] = [];
      for (const record of records)
        await recordChange(record, {
          ...{ register, tenants: lists.tenants, policy, domains: noDomains, enough: neverAborts },
          ...{ now: fromMillis(lists.now()), hasTime: recordTime(() => remaining) },
        }).catch(() => failed.push(record));
      expect(remaining).toBeGreaterThan(10_000);
      return failed;
    };
    let waiting: readonly AuditRecord[] = [long, ...others];
    waiting = await deliver(waiting);
    expect(waiting).toEqual([long]);
    for (const name of ['one', 'two', 'three', 'four'])
      expect(await lists.one(name)).toMatchObject({
        risk: 'critical',
        changedBy: { type: 'person', id: bob },
      });
    const deliveries: number[] = [];
    while (waiting.length > 0) deliveries.push((waiting = await deliver(waiting)).length);
    expect(deliveries).toEqual([1, 0]);
    expect(Object.keys(await lists.all())).toHaveLength(604);
  });
});

describe('a change to a list', () => {
  it('opens an exception for each entry, as the list shows it, by whoever added it', async () => {
    await using lists = await startLists();
    await lists.happen(edit('203.0.113.7;198.51.100.0/24', 1));
    expect(Object.keys(await lists.all())).toEqual(['203.0.113.7', '198.51.100.0/24']);
    expect(await lists.one('203.0.113.7')).toMatchObject({
      state: 'unconfirmed',
      kind: 'ip-allow',
      complete: true,
      settings: { Entry: '203.0.113.7' },
      changedBy: { id: ann },
      changedAt: instant('2026-11-20T08:01:00Z'),
    });
  });

  it('opens what another tenant had too, whatever became of it there', async () => {
    await using lists = await startLists();
    await lists.happen(edit('203.0.113.7', 1));
    await lists.decline('203.0.113.7');
    const OrganizationId = 'c1f8e3a9-76d2-4b05-9b7e-d40a5e6f7081';
    await lists.record(edit(added('203.0.113.7'), 2, bob, { OrganizationId }));
    const here = (await Array.fromAsync(lists.register.list())).filter(
      ({ tenant }) => tenant === OrganizationId,
    );
    expect(here).toMatchObject([{ name: '203.0.113.7', state: 'unconfirmed', changedBy: { id: bob } }]);
  });

  it('is recorded for all its entries but the one that this release cannot read, and then comes again', async () => {
    await using lists = await startLists();
    await lists.happen(edit('203.0.113.7', 1));
    const { id } = await lists.one('203.0.113.7');
    lists.unreadable.push(id);
    const again = edit(added('203.0.113.7', '203.0.113.8'), 2, bob);
    await expect(lists.happen(again)).rejects.toMatchObject({ name: 'UnreadableState', id });
    expect(Object.keys(await lists.all()).toSorted()).toEqual(['203.0.113.7', '203.0.113.8']);
    lists.unreadable.pop();
    await lists.record(again);
    expect(await lists.trail('203.0.113.7')).toEqual(['ExceptionOpened', 'ChangeNoted']);
    expect(await lists.trail('203.0.113.8')).toEqual(['ExceptionOpened']);
  });

  it('told twice is recorded once', async () => {
    await using lists = await startLists();
    const record = edit(added('203.0.113.7'), 1);
    await lists.happen(record);
    expect(await lists.record(record)).toMatchObject({ outcome: 'duplicate' });
    expect(await lists.trail('203.0.113.7')).toEqual(['ExceptionOpened']);
  });

  it('by two people within a minute gives each what they did, whoever is read first', async () => {
    for (const order of [
      [0, 1],
      [1, 0],
    ]) {
      await using lists = await startLists();
      const records = [edit(added('203.0.113.7'), 1, ann), edit(added('203.0.113.8'), 1, bob)];
      for (const record of records) lists.standIn.apply(record);
      for (const position of order) await lists.record(records[position] as AuditRecord);
      expect((await lists.one('203.0.113.7')).changedBy.id).toBe(ann);
      expect((await lists.one('203.0.113.8')).changedBy.id).toBe(bob);
    }
  });

  it('that takes entries away ends their exceptions, and no other', async () => {
    await using lists = await startLists();
    await lists.happen(edit(added('203.0.113.7', '203.0.113.8', '203.0.113.9'), 1));
    await lists.happen(edit(removed('203.0.113.7'), 2));
    expect(await lists.states()).toEqual({
      '203.0.113.7': 'removed',
      '203.0.113.8': 'unconfirmed',
      '203.0.113.9': 'unconfirmed',
    });
    // The list written anew, without one of them.
    await lists.happen(edit('203.0.113.9', 3));
    expect(await lists.states()).toMatchObject({ '203.0.113.8': 'removed', '203.0.113.9': 'unconfirmed' });
  });

  it('whose end is told before its beginning ends where it should', async () => {
    await using lists = await startLists();
    const [first, last] = [edit(added('203.0.113.7'), 1), edit(removed('203.0.113.7'), 2)];
    lists.standIn.apply(first);
    lists.standIn.apply(last);
    await lists.record(last);
    expect(await lists.states()).toEqual({});
    await lists.record(first);
    expect(await lists.states()).toEqual({ '203.0.113.7': 'removed' });
  });

  it.each(['down', 'in reach'])(
    'that writes the list anew ends what was named before, whichever is read first (Exchange %s)',
    async (where) => {
      for (const order of [
        [0, 1, 2],
        [1, 0, 2],
        [2, 1, 0],
        [1, 2, 0],
      ]) {
        await using lists = await startLists();
        const records = [
          edit(added('203.0.113.7', '203.0.113.8'), 1),
          edit('203.0.113.8', 2, bob),
          edit(added('203.0.113.9'), 3),
        ];
        for (const record of records) lists.standIn.apply(record);
        if (where === 'down') lists.standIn.fault({ kind: 'down', times: Infinity });
        for (const position of order) await lists.record(records[position] as AuditRecord);
        for (const position of order) await lists.record(records[position] as AuditRecord);
        expect(await lists.states()).toEqual({
          '203.0.113.7': 'removed',
          '203.0.113.8': 'unconfirmed',
          '203.0.113.9': 'unconfirmed',
        });
        expect(await lists.one('203.0.113.7')).toMatchObject({
          removedAt: instant('2026-11-20T08:02:00Z'),
          changedBy: { id: bob },
        });
      }
    },
  );

  it('that writes the list anew is not about what is added later', async () => {
    await using lists = await startLists();
    lists.standIn.fault({ kind: 'down', times: Infinity });
    await lists.record(edit('203.0.113.8', 2, bob));
    await lists.record(edit(added('203.0.113.9'), 3));
    expect(await lists.trail('203.0.113.9')).toEqual(['ExceptionOpened']);
  });

  it('is recorded from the log where Exchange cannot be read, and completed by the next look', async () => {
    await using lists = await startLists();
    const record = edit(added('203.0.113.7'), 1);
    lists.standIn.apply(record);
    lists.standIn.fault({ kind: 'down', times: Infinity });
    const outcome = await lists.record(record);
    expect(outcome.unseen).toMatchObject({ code: 'unavailable' });
    expect(await lists.one('203.0.113.7')).toMatchObject({ state: 'unconfirmed', complete: false });

    lists.standIn.mend();
    await lists.happen(edit(added('203.0.113.7'), 5, bob));
    expect(await lists.one('203.0.113.7')).toMatchObject({ state: 'unconfirmed', complete: true });
    expect(Object.keys(await lists.all())).toEqual(['203.0.113.7']);
  });

  it('that names no entry is looked at; out of reach, it comes again', async () => {
    await using lists = await startLists();
    const made = auditRecord('New-ExoPhishSimOverrideRule', {
      Policy: 'PhishSimOverridePolicy',
      Domains: 'campaign.example',
    });
    await lists.happen(made);
    expect(await lists.states()).toEqual({ PhishSimOverridePolicy: 'unconfirmed' });
    const rule = lists.standIn.objects('phishing-simulation')[0]?.name ?? '';
    const gone = auditRecord(
      'Remove-ExoPhishSimOverrideRule',
      { Identity: rule },
      { CreationTime: minute(30) },
    );
    lists.standIn.apply(gone);
    lists.standIn.fault({ kind: 'down', times: Infinity });
    await expect(lists.record(gone)).rejects.toMatchObject({ code: 'unavailable' });
    lists.standIn.mend();
    await lists.record(gone);
    expect(await lists.states()).toEqual({ PhishSimOverridePolicy: 'removed' });
  });

  it.each([
    [
      'blocks somebody',
      'New-TenantAllowBlockListItems',
      { ListType: 'Sender', Entries: 'bad.example', Block: 'True' },
    ],
    ['is about something else of the organisation', 'Set-OrganizationConfig', { AuditDisabled: 'False' }],
    [
      'is about something else of a policy',
      'Set-HostedContentFilterPolicy',
      { Identity: 'Default', BulkThreshold: '6' },
    ],
    ['is a rehearsal', 'Set-OrganizationConfig', { RejectDirectSend: 'False', WhatIf: 'True' }],
  ])('that %s is not even looked at', async (_what, operation, parameters) => {
    await using lists = await startLists();
    lists.standIn.fault({ kind: 'down', times: Infinity });
    expect(await lists.record(auditRecord(operation, parameters))).toEqual({ outcome: 'irrelevant' });
  });
});

describe('a record that names its policy by the GUID alone', () => {
  const Identity = '7c1e0f2a-5b6d-4e8f-9a01-b2c3d4e5f607';
  const byGuid = auditRecord(
    'Set-HostedConnectionFilterPolicy',
    { Identity, IPAllowList: '192.0.2.7' },
    { CreationTime: minute(2) },
  );

  it('is about the policy that the lists show', async () => {
    await using lists = await startLists();
    await lists.happen(edit('198.51.100.7', 1));
    lists.standIn.apply(edit('192.0.2.7', 2));
    await lists.record(byGuid);
    expect(await lists.states()).toEqual({ '198.51.100.7': 'removed', '192.0.2.7': 'unconfirmed' });
    expect(await lists.one('192.0.2.7')).toMatchObject({
      complete: true,
      settings: { Policy: 'Default' },
      changedBy: { id: byGuid.UserId },
    });
  });

  it('is believed where nobody can look', async () => {
    const tenants = () => Promise.reject(new ExchangeError('forbidden', 'Nobody may look.'));
    const register = createInMemoryRegister();
    const now = instant('2026-11-20T09:00:00Z');
    await recordChange(byGuid, { register, tenants, policy, domains: noDomains, now, enough: neverAborts });
    expect((await Array.fromAsync(register.list())).map(({ name, state }) => [name, state])).toEqual([
      [`192.0.2.7 (${Identity})`, 'unconfirmed'],
    ]);
  });
});

describe('a switch of the tenant', () => {
  it('opens and ends an exception as it is turned', async () => {
    await using lists = await startLists();
    const turn = (RejectDirectSend: string, at: number) =>
      auditRecord('Set-OrganizationConfig', { RejectDirectSend }, { CreationTime: minute(at) });
    await lists.happen(turn('True', 1));
    expect(await lists.states()).toEqual({});
    await lists.happen(turn('False', 2));
    expect(await lists.states()).toEqual({ 'Direct Send': 'unconfirmed' });
    await lists.happen(turn('True', 3));
    expect(await lists.one('Direct Send')).toMatchObject({ state: 'disabled', cause: 'at source' });
  });

  it('is turned by Lapse, and back again by a restore', async () => {
    await using lists = await startLists();
    await lists.happen(auditRecord('Set-OrganizationConfig', { RejectDirectSend: 'False' }));
    expect(await lists.decline('Direct Send')).toEqual({ outcome: 'disabled' });
    expect(lists.standIn.objects('organization')[0]?.parameters).toMatchObject({ RejectDirectSend: true });
  });
});

describe('disabling one entry of a list', () => {
  it('leaves what two people put beside it, keeps what it was, and can be undone', async () => {
    await using lists = await startLists();
    await lists.happen(edit(added('203.0.113.7'), 1, ann), edit(added('203.0.113.8'), 2, bob));
    // Somebody's edit that no record has told of yet.
    lists.standIn.apply(edit(added('203.0.113.9'), 3, bob));
    expect(await lists.decline('203.0.113.7')).toEqual({ outcome: 'disabled' });
    expect(lists.list()).toEqual(['203.0.113.8', '203.0.113.9']);
    const disabled = await lists.one('203.0.113.7');
    expect(disabled).toMatchObject({
      state: 'disabled',
      settings: { Entry: '203.0.113.7', Policy: 'Default' },
    });

    await lists.command('203.0.113.7', {
      type: 'Restore',
      by: sam,
      reason: 'the supplier cannot send',
      expiresAt: fromMillis(lists.now() + 3_600_000),
    });
    expect(await restore(1, await lists.enforcement('203.0.113.7'))).toEqual({ outcome: 'done' });
    expect(lists.list()).toEqual(['203.0.113.8', '203.0.113.9', '203.0.113.7']);
  });

  it('whose report was lost finds it gone, and still knows what a restore needs', async () => {
    await using lists = await startLists();
    await lists.happen(edit(added('203.0.113.7'), 1));
    const { asOf } = await lists.one('203.0.113.7');
    await lists.command('203.0.113.7', { type: 'Decline', by: sam, seen: asOf });
    const enforcement = await lists.enforcement('203.0.113.7');
    await expect(
      disable(1, { ...enforcement, report: () => Promise.reject(new Error('the register is away')) }),
    ).rejects.toThrow('away');
    expect(lists.list()).toEqual([]);
    expect(await disable(1, enforcement)).toEqual({ outcome: 'already disabled' });
    expect(await lists.one('203.0.113.7')).toMatchObject({
      state: 'disabled',
      settings: { Entry: '203.0.113.7' },
    });
  });

  it('echoes back in the log without becoming a removal', async () => {
    await using lists = await startLists();
    await lists.happen(edit(added('203.0.113.7'), 1));
    await lists.decline('203.0.113.7');
    const echo = edit(removed('203.0.113.7'), 1, 'lapse', {
      CreationTime: new Date(lists.now()).toISOString().slice(0, 19),
      UserType: 5,
    });
    await lists.record(echo);
    expect(await lists.one('203.0.113.7')).toMatchObject({ state: 'disabled', cause: 'declined' });
    expect((await lists.trail('203.0.113.7')).at(-1)).toBe('ChangeNoted');
  });

  it('that somebody adds again asks again, with an alarm', async () => {
    await using lists = await startLists();
    await lists.happen(edit(added('203.0.113.7'), 1));
    await lists.decline('203.0.113.7');
    lists.advance(600_000);
    await lists.happen(
      edit(added('203.0.113.7'), 1, bob, { CreationTime: new Date(lists.now()).toISOString().slice(0, 19) }),
    );
    expect(await lists.one('203.0.113.7')).toMatchObject({
      state: 'unconfirmed',
      question: 're-enabled',
      changedBy: { id: bob },
    });
  });

  it('is not said to be done before the list was read without it', async () => {
    await using lists = await startLists();
    await lists.happen(edit(added('203.0.113.7'), 1));
    lists.standIn.fault({ kind: 'disable-does-nothing', times: 1 });
    expect(await lists.decline('203.0.113.7')).toMatchObject({ outcome: 'failed' });
    expect(await lists.one('203.0.113.7')).toMatchObject({ state: 'disabling' });
  });
});
