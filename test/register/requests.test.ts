/** How often the table is asked, and that it does not depend on how much is on record. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { recordChange } from '#recording/record-change.ts';
import { exceptionId } from '#register/identity.ts';
import { inOneRequest } from '#register/one-request.ts';
import { execute } from '#register/execute.ts';
import { createRegister } from '#register/register.ts';
import { auditRecord, policy, riskyRule, start, startTenant, tenantId } from '../exchange/surroundings.ts';
import { sam } from '../lifecycle/examples.ts';
import { counted, reads } from './counted.ts';
import { onRecord } from './on-record.ts';
import { startEngine, type Engine } from './table.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Tenants } from '#exchange/tenants.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(async () => engine.close());

/** A tenant, and a register that has exceptions of another one. */
async function beside(tableName: string) {
  const requests = counted(engine.client());
  const register = createRegister({ client: requests.client, tableName });
  const running = await startTenant();
  requests.taken();
  let looks = 0;
  const tenants: Tenants = (...asked) => {
    looks += 1;
    return running.tenants(...asked);
  };
  return {
    ...running,
    looks: () => looks,
    register,
    requests,
    happen: async (record: AuditRecord) => {
      running.standIn.apply(record);
      const recording = { register, tenants, policy, now: start };
      await recordChange(record, { ...recording, enough: () => AbortSignal.timeout(10_000) });
      return requests.taken();
    },
    [Symbol.asyncDispose]: () => running.standIn.close(),
  };
}

describe.each([50, 5000])('among %i other exceptions', (others) => {
  let tableName: string;
  let name = '';
  beforeAll(async () => {
    tableName = await engine.table({ stream: false });
    await onRecord(engine.client(), tableName, others);
  });
  beforeEach(() => {
    name += 'I';
  });

  it('a new rule costs three reads and one transaction', async () => {
    await using here = await beside(tableName);
    expect(await here.happen(riskyRule(name))).toEqual({ BatchGet: 2, Query: 1, TransactWriteItems: 1 });
  });

  it('a change to a known rule costs the same', async () => {
    await using here = await beside(tableName);
    const made = riskyRule(name);
    await here.happen(made);
    const change = auditRecord('Set-TransportRule', { Identity: name, Comments: 'a note' });
    expect(await here.happen(change)).toEqual({ BatchGet: 2, Query: 1, TransactWriteItems: 1 });
  });

  it('a rule that is taken away costs the same', async () => {
    await using here = await beside(tableName);
    await here.happen(riskyRule(name));
    const removal = auditRecord('Remove-TransportRule', { Identity: name });
    const asked = await here.happen(removal);
    expect(asked).toMatchObject({ TransactWriteItems: 1 });
    expect(reads(asked)).toBe(3);
  });

  it('a record that comes again costs one read, and no look at the tenant', async () => {
    await using here = await beside(tableName);
    const made = riskyRule(name);
    await here.happen(made);
    const before = here.looks();
    expect(await here.happen(made)).toEqual({ BatchGet: 1 });
    expect(here.looks()).toBe(before);
  });

  it('a record of a list that comes again costs one read', async () => {
    await using here = await beside(tableName);
    const added = auditRecord('Set-HostedConnectionFilterPolicy', {
      Identity: 'Default',
      IPAllowList: '@{Add="203.0.113.7"}',
    });
    await here.happen(added);
    const before = here.looks();
    expect(await here.happen(added)).toEqual({ Get: 1 });
    expect(here.looks()).toBe(before);
  });

  it('an answer costs one read and one transaction, and one read where it comes again', async () => {
    await using here = await beside(tableName);
    await here.happen(riskyRule(name));
    const id = exceptionId({ tenant: tenantId, kind: 'transport-rule', name });
    const press = async () => {
      const request = inOneRequest(here.register, () => Promise.resolve(policy));
      const exception = await request.load(id, `press ${id}`);
      if (!exception) throw new Error('not on record');
      const { outcome } = await request.execute({
        ...{ id, receipt: `press ${id}`, now: start },
        command: { type: 'Decline', by: sam, seen: exception.asOf },
      });
      return { outcome, asked: here.requests.taken() };
    };
    expect(await press()).toEqual({ outcome: 'done', asked: { BatchGet: 1, TransactWriteItems: 1 } });
    expect(await press()).toEqual({ outcome: 'duplicate', asked: { BatchGet: 1 } });
  });

  it('what was carried out in Exchange is reported with one read and one transaction, and once', async () => {
    await using here = await beside(tableName);
    await here.happen(riskyRule(name));
    const id = exceptionId({ tenant: tenantId, kind: 'transport-rule', name });
    const opened = await here.register.load(id);
    const decline = { type: 'Decline', by: sam, seen: opened?.asOf ?? 0 } as const;
    const turn = { id, now: start, policy };
    await execute(here.register, { ...turn, receipt: `no to ${id}`, command: decline });
    here.requests.taken();
    const report = { type: 'ReportDisableFailed', attempt: 1, why: 'out of reach' } as const;
    const reported = async () => {
      const { outcome } = await execute(here.register, { ...turn, receipt: `of ${id}`, command: report });
      return { outcome, asked: here.requests.taken() };
    };
    expect(await reported()).toEqual({ outcome: 'done', asked: { BatchGet: 1, TransactWriteItems: 1 } });
    expect(await reported()).toEqual({ outcome: 'duplicate', asked: { BatchGet: 1 } });
  });
});
