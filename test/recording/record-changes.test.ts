import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { auditRecordSchema } from '#audit-log/record.ts';
import { instant } from '#time/instant.ts';
import { recordChange } from '#recording/record-change.ts';
import { createView } from '#lib/local/views.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { replayRecords } from '#replay/replay-records.ts';
import { policy, sam } from '../lifecycle/examples.ts';
import { auditRecord, inbound, riskyRule, start, startTenant, tenantId } from '../exchange/surroundings.ts';
import { neverAborts } from '#test/never-aborts.ts';
import { noDomains } from '#test/recording/no-domains.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { StandInTenantOptions } from '#lib/standin/tenant/standin-tenant.ts';

/** A register and a tenant; what is recorded has happened in the tenant before, as it has in real life. */
async function startRecording(options: Partial<StandInTenantOptions> = {}) {
  const running = await startTenant(options);
  const register = createInMemoryRegister();
  const record = (one: AuditRecord, enough = neverAborts, domains = noDomains) =>
    recordChange(one, { register, tenants: running.tenants, policy, domains, now: start, enough });
  const all = async (): Promise<readonly Exception[]> => Array.fromAsync(register.list());
  return {
    ...running,
    register,
    record,
    all,
    happen: async (...records: readonly AuditRecord[]) => {
      for (const one of records) {
        running.standIn.apply(one);
        await record(one);
      }
      return all();
    },
    events: async (id: string) => (await Array.fromAsync(register.trail(id))).map(({ type }) => type),
    [Symbol.asyncDispose]: () => running.standIn.close(),
  };
}
const at = (minute: number) => ({ CreationTime: `2026-11-20T07:${String(minute).padStart(2, '0')}:00` });
const harmless = (name = 'Outside banner', more = {}) =>
  auditRecord(
    'New-TransportRule',
    { Name: name, FromScope: 'NotInOrganization', PrependSubject: '[External]' },
    more,
  );
const makeRisky = (name: string, more = {}) =>
  auditRecord('Set-TransportRule', { Identity: name, SetSCL: '-1' }, more);

describe('a change in the tenant', () => {
  it('that lets nothing past is looked at and not recorded', async () => {
    await using recording = await startRecording();
    expect(await recording.happen(harmless())).toEqual([]);
  });

  it('that keeps mail inside is harmless once the tenant says which domains are its own', async () => {
    await using recording = await startRecording();
    const copy = auditRecord('New-TransportRule', { Name: 'Copy', BlindCopyTo: 'archive@contoso.org' });
    recording.standIn.apply(copy);
    await recording.record(copy, neverAborts, () => Promise.resolve(['contoso.org']));
    expect(await recording.all()).toEqual([]);
    await recording.record({ ...copy, Id: 'another' });
    expect(await recording.all()).toMatchObject([{ risk: 'critical' }]);
  });

  it('is looked at while the tenant is asked for its domains: neither waits for the other', async () => {
    await using recording = await startRecording();
    const copy = auditRecord('New-TransportRule', { Name: 'Copy', BlindCopyTo: 'archive@contoso.org' });
    recording.standIn.apply(copy);
    const looked = Promise.withResolvers<readonly string[]>();
    await recordChange(copy, {
      register: recording.register,
      policy,
      now: start,
      enough: neverAborts,
      domains: () => looked.promise,
      tenants: (id) => {
        looked.resolve(['contoso.org']);
        return recording.tenants(id);
      },
    });
    expect(await recording.all()).toEqual([]);
  });

  it.each([
    ['cannot be asked for its domains', () => Promise.reject(new Error('no secret'))],
    ['never answers', () => new Promise<never>(() => undefined)],
  ])('is on record where the tenant %s', async (_what, domains) => {
    await using recording = await startRecording();
    const record = riskyRule('Past the filter');
    recording.standIn.apply(record);
    await recording.record(record, () => AbortSignal.abort(), domains);
    expect(await recording.all()).toMatchObject([{ name: 'Past the filter', risk: 'critical' }]);
  });

  it('of no concern is not even looked at', async () => {
    await using recording = await startRecording();
    recording.standIn.fault({ kind: 'down', times: Infinity });
    const outcome = await recording.record(riskyRule('x', { ResultStatus: 'False' }));
    expect(outcome).toEqual({ outcome: 'irrelevant' });
  });

  it('that lets mail past opens an exception with all that Exchange knows of the object', async () => {
    await using recording = await startRecording();
    const [exception] = await recording.happen(riskyRule('Past the filter'));
    expect(exception).toMatchObject({
      state: 'unconfirmed',
      tenant: tenantId,
      kind: 'transport-rule',
      name: 'Past the filter',
      guid: recording.standIn.objects('transport-rule')[0]?.guid,
      complete: true,
      settings: { SenderDomainIs: ['tailspin.example'], SenderAddressLocation: 'Header' },
      owner: { type: 'person', address: 'ines.moreau@fabrikam.example' },
    });
  });

  it.each([
    ['as it was made', (records: readonly AuditRecord[]) => records],
    ['the other way round', (records: readonly AuditRecord[]) => records.toReversed()],
  ])(
    'is told as a replay of the same records tells it: who made it, who changed it, and when, %s',
    async (_, order) => {
      await using recording = await startRecording();
      const sample = readFileSync(new URL('../../samples/audit-export.jsonl', import.meta.url), 'utf8');
      const records = sample
        .split('\n')
        .filter((line) => line.includes('Supplier newsletters'))
        .map((line) => auditRecordSchema.parse(JSON.parse(line)));
      // Both are in the tenant before the first is read.
      for (const one of new Map(records.map((one) => [one.Id, one])).values()) recording.standIn.apply(one);
      for (const one of order(records)) await recording.record(one);
      const [logged] = (await replayRecords(records)).exceptions;
      const [exception] = await recording.all();
      if (!exception || !logged) throw new Error('nothing was opened');
      const { madeBy, madeAt, changedBy, changedAt } = createView(exception, '#mail');
      expect([madeBy.id, madeAt, changedBy.id, changedAt]).toEqual([
        'mira.mail@contoso.com',
        '2026-11-04T07:45:09.000Z',
        'jonas.ops@contoso.com',
        '2026-11-11T12:08:33.000Z',
      ]);
      const { made, changed } = logged;
      expect([made.by.id, made.at, changed.by.id, changed.at]).toEqual([
        madeBy.id,
        madeAt,
        changedBy.id,
        changedAt,
      ]);
      expect(exception).toMatchObject({ complete: true, owner: { address: 'mira.mail@contoso.com' } });
    },
  );

  it('that alone looks harmless opens one for what the object has become', async () => {
    await using recording = await startRecording();
    recording.standIn.apply(riskyRule('x'));
    const note = auditRecord('Set-TransportRule', { Identity: 'x', Comments: 'reviewed' });
    expect(await recording.happen(note)).toMatchObject([{ name: 'x', complete: true }]);
  });

  it('takes along what was told of the object before, and knows it as it is by now', async () => {
    await using recording = await startRecording();
    const noted = auditRecord('Set-TransportRule', { Identity: 'x', Priority: '0' }, at(3));
    expect(await recording.happen(harmless('x', at(1)))).toEqual([]);
    recording.standIn.apply(makeRisky('x', at(2)));
    // Its own record comes before the one that made it risky.
    const [exception] = await recording.happen(noted, makeRisky('x', at(2)));
    expect(exception).toMatchObject({ state: 'unconfirmed', settings: { SetSCL: '-1' }, complete: true });
    const trail = await Array.fromAsync(recording.register.trail(exception?.id ?? ''));
    const told = trail.map((entry) => 'told' in entry && [entry.told.change, entry.told.settings]);
    expect(told).toEqual([
      ['create', { FromScope: 'NotInOrganization', PrependSubject: '[External]' }],
      ['alter', { Priority: '0' }],
      ['alter', { SetSCL: '-1' }],
    ]);
  });

  it('to a connector takes its domains as they were passed', async () => {
    await using recording = await startRecording();
    expect(await recording.happen(inbound())).toMatchObject([
      { kind: 'inbound-connector', risk: 'critical', settings: { SenderDomains: ['*'], Enabled: true } },
    ]);
  });
});

describe('a record from the future', () => {
  it('is refused: whatever comes after it would be late news', async () => {
    await using recording = await startRecording();
    const future = riskyRule('x', { CreationTime: '9999-12-31T23:59:59' });
    await expect(recording.record(future)).rejects.toThrow('CreationTime is more than a day in the future');
    expect(await recording.all()).toEqual([]);
  });
});

describe('a record that has lost what was set', () => {
  const lost = { Parameters: null };
  const setLost = (name = 'x') => auditRecord('Set-TransportRule', {}, { ...lost, ObjectId: name });

  it('is about what the object is now', async () => {
    await using recording = await startRecording();
    recording.standIn.apply(riskyRule('x'));
    expect(await recording.record(setLost())).toMatchObject({ outcome: 'done' });
    expect(await recording.all()).toMatchObject([
      {
        name: 'x',
        complete: true,
        settings: { SetSCL: '-1' },
        changedBy: { id: 'ines.moreau@fabrikam.example' },
      },
    ]);
  });

  it('comes again as long as nobody can look, though it be the making of the object', async () => {
    await using recording = await startRecording();
    recording.standIn.apply(riskyRule('x'));
    recording.standIn.fault({ kind: 'down', times: Infinity });
    const making = auditRecord('New-TransportRule', { Name: 'x', SetSCL: '...' });
    for (const one of [making, setLost()]) await expect(recording.record(one)).rejects.toThrow();
    expect(await recording.all()).toEqual([]);
    recording.standIn.mend();
    await recording.record(making);
    expect(await recording.all()).toMatchObject([{ name: 'x', complete: true }]);
  });

  it('says so where the object is gone, and ends it where it was removed', async () => {
    await using recording = await startRecording();
    const { outcome, unseen } = await recording.record(setLost());
    expect(outcome).toBe('nothing');
    expect(String(unseen)).toMatch(/Parameters set nothing[^]*no longer there/);
    await recording.happen(riskyRule('x'));
    const removed = auditRecord(
      'Remove-TransportRule',
      { Identity: 'x' },
      { CreationTime: '2026-11-20T09:30:00' },
    );
    const unread = { ...removed, Parameters: '@{Name=Identity; Value=x}', Id: 'removed' };
    const [made] = await recording.all();
    if (!made) throw new Error('nothing was opened');
    const { id, asOf } = made;
    const decline = { type: 'Decline', by: sam, seen: asOf } as const;
    await execute(recording.register, { id, receipt: 'declined', command: decline, now: start, policy });
    recording.standIn.apply(auditRecord('Set-TransportRule', { Identity: 'x', SenderDomainIs: '' }));
    await recording.record(unread);
    // It is there: whatever the record is, it is no removal, and ends nothing.
    expect(await recording.all()).toMatchObject([{ state: 'disabling' }]);
    recording.standIn.apply(removed);
    await recording.record({ ...unread, CreationTime: instant('2026-11-20T09:31:00Z'), Id: 'removed again' });
    expect(await recording.all()).toMatchObject([{ state: 'removed' }]);
  });
});

describe('a record delivered again', () => {
  it('changes nothing', async () => {
    await using recording = await startRecording();
    const record = riskyRule();
    const [exception] = await recording.happen(record);
    expect(await recording.record(record)).toEqual({ outcome: 'duplicate', exception: exception?.id });
    expect(await recording.all()).toEqual([exception]);
  });

  it('many times at once opens one exception', async () => {
    await using recording = await startRecording();
    const record = riskyRule();
    recording.standIn.apply(record);
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => recording.record(record)));
    expect(outcomes.filter(({ outcome }) => outcome === 'done')).toHaveLength(1);
    expect(await recording.all()).toHaveLength(1);
  });
});

describe('while Exchange cannot be read', () => {
  it('a change is recorded at once, by what the log tells', async () => {
    await using recording = await startRecording();
    for (const kind of ['down', '503', '403-nul', '429'] as const) {
      recording.standIn.fault({ kind, times: Infinity });
      const { outcome, exception, unseen } = await recording.record(riskyRule(`during ${kind}`));
      recording.standIn.mend();
      expect([outcome, unseen]).toEqual(['done', expect.any(Error)]);
      expect(await recording.register.load(exception ?? '')).toMatchObject({
        complete: false,
        state: 'unconfirmed',
      });
    }
  });

  it('and does not answer at all, the change is recorded when there was enough waiting', async () => {
    await using recording = await startRecording();
    const waiting = new AbortController();
    const { unseen } = await recordChange(riskyRule('slow'), {
      domains: noDomains,
      register: recording.register,
      tenants: () => {
        queueMicrotask(() => waiting.abort());
        return new Promise(() => undefined);
      },
      policy,
      now: start,
      enough: () => waiting.signal,
    });
    expect(unseen).toMatchObject({ code: 'timeout' });
    expect(await recording.all()).toMatchObject([{ name: 'slow', complete: false }]);
  });

  it('for want of a credential, the change is recorded too', async () => {
    await using recording = await startRecording();
    const { ExchangeError } = await import('#exchange/exchange-error.ts');
    await recordChange(riskyRule('x'), {
      domains: noDomains,
      register: recording.register,
      tenants: () => Promise.reject(new ExchangeError('no-credential', 'none for this tenant')),
      policy,
      now: start,
      enough: neverAborts,
    });
    expect(await recording.all()).toMatchObject([{ complete: false }]);
  });

  it('a harmless creation tells all about itself, and is kept for what may still be told', async () => {
    await using recording = await startRecording();
    recording.standIn.fault({ kind: 'down', times: Infinity });
    expect(await recording.record(harmless())).toMatchObject({ outcome: 'remembered' });
  });

  it('a change that tells too little comes again instead of being lost', async () => {
    await using recording = await startRecording();
    recording.standIn.apply(riskyRule('older than the log'));
    const enable = auditRecord('Enable-TransportRule', { Identity: 'older than the log' });
    recording.standIn.fault({ kind: 'down', times: Infinity });
    await expect(recording.record(enable)).rejects.toMatchObject({ code: 'unavailable' });
    recording.standIn.mend();
    expect(await recording.record(enable)).toMatchObject({ outcome: 'done' });
  });

  it('the next look completes what was recorded', async () => {
    await using recording = await startRecording();
    const made = riskyRule('x');
    recording.standIn.apply(made);
    recording.standIn.fault({ kind: 'down', times: 3 });
    await recording.record(made);
    const [after] = await recording.happen(
      auditRecord('Set-TransportRule', { Identity: 'x', Priority: '3' }),
    );
    expect(after).toMatchObject({
      complete: true,
      guid: recording.standIn.objects('transport-rule')[0]?.guid,
    });
  });
});

describe('a removal', () => {
  const remove = (name: string, more = {}) => auditRecord('Remove-TransportRule', { Identity: name }, more);

  it('ends the exception', async () => {
    await using recording = await startRecording();
    expect(await recording.happen(riskyRule('x', at(1)), remove('x', at(2)))).toMatchObject([
      { state: 'removed' },
    ]);
  });

  it('that arrives before its object opens nothing that acts', async () => {
    await using recording = await startRecording();
    const made = riskyRule('x', at(1));
    const removed = remove('x', at(2));
    recording.standIn.apply(made);
    recording.standIn.apply(removed);
    expect(await recording.record(removed)).toEqual({ outcome: 'remembered' });
    await recording.record(made);
    expect(await recording.all()).toMatchObject([
      { state: 'removed', removedAt: instant('2026-11-20T07:02:00Z') },
    ]);
  });

  it('delivered again changes nothing', async () => {
    await using recording = await startRecording();
    const removed = remove('x', at(2));
    const [exception] = await recording.happen(riskyRule('x', at(1)), removed);
    expect(await recording.record(removed)).toMatchObject({ outcome: 'duplicate' });
    expect(await recording.all()).toEqual([exception]);
  });

  it('of an object that bears the name an exception once had does not end that exception', async () => {
    await using recording = await startRecording();
    const exceptions = await recording.happen(
      riskyRule('x', at(1)),
      auditRecord('Set-TransportRule', { Identity: 'x', Name: 'y' }, at(2)),
      harmless('x', at(3)),
      remove('x', at(4)),
    );
    expect(exceptions).toMatchObject([{ name: 'y', state: 'unconfirmed' }]);
  });
});

describe('a rename', () => {
  const rename = (from: string, to: string, more = {}) =>
    auditRecord('Set-TransportRule', { Identity: from, Name: to }, more);

  it('keeps the exception, under the new name', async () => {
    await using recording = await startRecording();
    const [before] = await recording.happen(riskyRule('x', at(1)));
    const exceptions = await recording.happen(rename('x', 'y', at(2)));
    expect(exceptions).toMatchObject([{ id: before?.id, guid: before?.guid, name: 'y' }]);
    const later = await recording.happen(makeRisky('y', at(3)));
    expect(later).toMatchObject([{ id: before?.id }]);
  });

  it('is seen through when the record of the creation comes after it', async () => {
    await using recording = await startRecording();
    const made = riskyRule('x', at(1));
    const renamed = rename('x', 'y', at(2));
    recording.standIn.apply(made);
    recording.standIn.apply(renamed);
    await recording.record(renamed);
    await recording.record(made);
    expect(await recording.all()).toMatchObject([{ name: 'y' }]);
  });

  it('frees the name for another object, which gets an exception of its own', async () => {
    await using recording = await startRecording();
    const exceptions = await recording.happen(
      riskyRule('x', at(1)),
      rename('x', 'y', at(2)),
      riskyRule('x', at(3)),
    );
    expect(exceptions.map(({ name }) => name).toSorted()).toEqual(['x', 'y']);
    expect(new Set(exceptions.map(({ guid }) => guid)).size).toBe(2);
  });

  it('frees the name also where the log comes when all of it is long past', async () => {
    await using recording = await startRecording();
    const records = [riskyRule('x', at(1)), rename('x', 'y', at(2)), riskyRule('x', at(3))];
    for (const one of records) recording.standIn.apply(one);
    for (const one of records) await recording.record(one);
    const objects = recording.standIn.objects('transport-rule').map(({ name, guid }) => [name, guid]);
    expect((await recording.all()).map(({ name, guid }) => [name, guid]).toSorted()).toEqual(
      objects.toSorted(),
    );
  });

  it('frees the name for another object also while Exchange cannot be read', async () => {
    await using recording = await startRecording();
    await recording.happen(riskyRule('x', at(1)), rename('x', 'y', at(2)));
    recording.standIn.fault({ kind: 'down', times: Infinity });
    await recording.record(riskyRule('x', at(3)));
    expect((await recording.all()).map(({ name }) => name).toSorted()).toEqual(['x', 'y']);
  });

  it('does not make a change to the new bearer of the name a change to the old', async () => {
    await using recording = await startRecording();
    const exceptions = await recording.happen(
      riskyRule('x', at(1)),
      rename('x', 'y', at(2)),
      harmless('x', at(3)),
      makeRisky('x', at(4)),
    );
    expect(exceptions.map(({ name }) => name).toSorted()).toEqual(['x', 'y']);
  });
});

describe('an object made again under its name', () => {
  it('is asked about again, with its new GUID', async () => {
    await using recording = await startRecording();
    const [first] = await recording.happen(
      riskyRule('x', at(1)),
      auditRecord('Remove-TransportRule', { Identity: 'x' }, at(2)),
    );
    expect(first?.state).toBe('removed');
    const exceptions = await recording.happen(riskyRule('x', at(3)));
    const living = exceptions.filter(({ state }) => state === 'unconfirmed');
    expect(living).toHaveLength(1);
    expect(living[0]?.guid).toBe(recording.standIn.objects('transport-rule')[0]?.guid);
    expect(living[0]?.guid).not.toBe(first?.guid);
  });
});

describe('a record that knows its object by GUID alone', () => {
  it('is recorded under the name the object has', async () => {
    await using recording = await startRecording();
    recording.standIn.apply(riskyRule('x'));
    const guid = recording.standIn.objects('transport-rule')[0]?.guid ?? '';
    expect(await recording.happen(makeRisky(guid))).toMatchObject([{ name: 'x', guid }]);
  });
});

it('the order in which records arrive does not matter to what is known in the end', async () => {
  const records = [
    riskyRule('x', at(1)),
    makeRisky('x', at(2)),
    auditRecord('Disable-TransportRule', { Identity: 'x' }, at(3)),
    auditRecord('Enable-TransportRule', { Identity: 'x' }, at(4)),
  ];
  for (const order of [records, records.toReversed()]) {
    await using recording = await startRecording();
    for (const record of records) recording.standIn.apply(record);
    for (const record of order) await recording.record(record);
    expect(await recording.all()).toMatchObject([{ name: 'x', state: 'unconfirmed', complete: true }]);
  }
});
