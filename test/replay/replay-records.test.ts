/** A replay is the register's own answer: whatever the records, the two say the same of each object. */
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { recordChange } from '#recording/record-change.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { replayRecords } from '#replay/replay-records.ts';
import { policy } from '../lifecycle/examples.ts';
import { acts, exchanges, lived } from '#test/exchange/tenant-life.ts';
import { auditRecord, riskyRule, start } from '#test/exchange/surroundings.ts';
import { neverAborts } from '#test/never-aborts.ts';
import { noDomains } from '#test/recording/no-domains.ts';
import type { AuditRecord } from '#audit-log/record.ts';

/** What a deployment's register holds after the records, with Exchange out of reach. */
async function held(records: readonly AuditRecord[]) {
  const register = createInMemoryRegister();
  for (const record of records) {
    const recording = { register, policy, now: start, enough: neverAborts };
    try {
      await recordChange(record, { domains: noDomains, ...recording, tenants: exchanges['out of reach']() });
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
    }
  }
  const exceptions = await Array.fromAsync(register.list());
  return byId(
    exceptions.map(({ id, name, state, risk, findings }) => ({
      ...{ id, name },
      state: state === 'disabled' || state === 'removed' ? state : 'unconfirmed',
      // What became harmless is told as what it was.
      ...(findings.length > 0 && { risk, findings }),
    })),
  );
}

const byId = <T extends { readonly id: string }>(all: readonly T[]): readonly T[] =>
  all.toSorted((a, b) => (a.id < b.id ? -1 : 1));

const lives = acts(['create', 'create', 'alter', 'enable', 'disable', 'rename', 'remove']).map(lived);

it('what it says of each object is what the register holds after the same records', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async ({ records }) => {
      const inRegister = await held(records);
      const { exceptions } = await replayRecords(records);
      const opened = exceptions.filter(({ id }) => inRegister.some((one) => one.id === id));
      expect(byId(opened)).toMatchObject(inRegister);
    }),
    { numRuns: 150 },
  );
});

it('and the same in any order, with any number of copies', async () => {
  const mixed = lives.chain((life) => {
    const thrice = [...life.records, ...life.records, ...life.records];
    return fc.record({
      life: fc.constant(life),
      delivered: fc.shuffledSubarray(thrice, { minLength: thrice.length }),
    });
  });
  await fc.assert(
    fc.asyncProperty(mixed, async ({ life, delivered }) => {
      expect(await replayRecords(delivered)).toEqual(await replayRecords(life.records));
    }),
    { numRuns: 150 },
  );
});

it('of what was made by none of the records and shows no exception, it says that it is not known', async () => {
  const off = auditRecord('Disable-TransportRule', { Identity: 'old' });
  const gone = auditRecord('Remove-TransportRule', { Identity: 'older' });
  const harmless = auditRecord('New-TransportRule', { Name: 'new', PrependSubject: 'x' });
  const noted = auditRecord('Set-TransportRule', { Identity: 'new', Comments: 'x' });
  expect(await replayRecords([off, gone, harmless, noted])).toEqual({
    exceptions: [],
    unknown: [
      { kind: 'transport-rule', name: 'old', record: off.Id, isGone: false },
      { kind: 'transport-rule', name: 'older', record: gone.Id, isGone: true },
    ],
    forgotten: [],
    untold: [],
  });
});

it('names the records of which the register keeps no more', async () => {
  const made = auditRecord('New-TransportRule', { Name: 'x', PrependSubject: 'x' });
  const changes = Array.from({ length: 25 }, (_, index) =>
    auditRecord('Set-TransportRule', { Identity: 'x', Comments: `${index}` }),
  );
  const { forgotten } = await replayRecords([made, ...changes]);
  expect(forgotten).toHaveLength(2);
});

it('what protected and is gone is told as an exception, unless it was made again', async () => {
  const guard = { Name: 'x', RejectMessageReasonText: 'no' };
  const [made, gone, again] = [
    auditRecord('New-TransportRule', guard, { CreationTime: '2026-11-20T07:00:00' }),
    auditRecord('Remove-TransportRule', { Identity: 'x' }, { CreationTime: '2026-11-20T07:01:00' }),
    auditRecord('New-TransportRule', guard, { CreationTime: '2026-11-20T07:02:00' }),
  ];
  expect((await replayRecords([made, gone])).exceptions).toMatchObject([
    { name: 'x', state: 'unconfirmed', findings: [{ id: 'LAPSE-TR-014' }], changed: { record: gone.Id } },
  ]);
  expect(await replayRecords([made, gone, again])).toEqual({
    exceptions: [],
    unknown: [],
    forgotten: [],
    untold: [],
  });
});

it('is not led by a policy that would switch it off first', async () => {
  expect((await replayRecords([riskyRule('x')])).exceptions).toMatchObject([
    { name: 'x', state: 'unconfirmed' },
  ]);
});
