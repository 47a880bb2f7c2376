/** How often the table is asked, and that it does not depend on how much is on record. */
import { readProgress } from '#register/import-progress.ts';
import { createEnforcements } from '#register/enforcement.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sweepDeadlines } from '#functions/sweep-deadlines.ts';
import { takeTenant } from '#inventory/take.ts';
import { createBreakers } from '#register/breaker.ts';
import { createGatherings } from '#register/gatherings.ts';
import { createInMemoryVersionedValues } from './in-memory-versioned-values.ts';
import { createExceptionId } from '#register/identity.ts';
import { createOneRequest } from '#register/one-request.ts';
import { execute } from '#register/execute.ts';
import { readMostDangerous } from '#register/read-most-dangerous.ts';
import { createRegister } from '#register/register.ts';
import { createVersionedValues } from '#register/versioned-values.ts';
import { askOwner } from '#slack/ask.ts';
import { answerSlash } from '#slack/answer-slash.ts';
import { readFirstPage } from '#slack/exceptions.ts';
import { auditRecord, policy, riskyRule, start, tenantId } from '../exchange/surroundings.ts';
import { after, noon, sam } from '../lifecycle/examples.ts';
import { beside } from './beside.ts';
import { counted, reads } from './counted.ts';
import { onRecord } from './on-record.ts';
import { madeUpId } from '#exchange/made-up-id.ts';
import { startEngine, type Engine } from './table.ts';
import { owned } from './owned.ts';
import { listedTenant } from '../inventory/listed-tenant.ts';
import { toldNobody, turnAt } from './turn-at.ts';
import { risks } from '#risk/finding.ts';
import type { Policy } from '#policy/policy.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { Instant } from '#time/instant.ts';
import type { AnswerDependencies } from '#slack/dependencies.ts';
import type { Slack } from '#slack/slack.ts';
import type { Slash } from '#slack/payloads.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(async () => engine.close());

describe.each([50, 5000])('among %i other exceptions', (others) => {
  let tableName: string;
  let name = '';
  beforeAll(async () => {
    tableName = await engine.table({ stream: false });
    await onRecord(engine.client(), tableName, others, owned);
  });
  beforeEach(() => {
    name += 'I';
  });

  it('a new rule costs three reads and one transaction', async () => {
    await using here = await beside(engine, tableName);
    expect(await here.happen(riskyRule(name))).toEqual({ BatchGet: 2, Query: 1, TransactWriteItems: 1 });
  });

  it('a change to a known rule costs the same', async () => {
    await using here = await beside(engine, tableName);
    const made = riskyRule(name);
    await here.happen(made);
    const change = auditRecord('Set-TransportRule', { Identity: name, Comments: 'a note' });
    expect(await here.happen(change)).toEqual({ BatchGet: 2, Query: 1, TransactWriteItems: 1 });
  });

  it('what is remembered of a rule from before costs one read more, however much it is', async () => {
    await using here = await beside(engine, tableName);
    for (let count = 0; count < 12; count += 1)
      await here.happen(auditRecord('Set-TransportRule', { Identity: name, Comments: `note ${count}` }));
    const made = riskyRule(name);
    expect(await here.happen(made)).toEqual({ BatchGet: 3, Query: 1, TransactWriteItems: 1 });
  });

  it('a rename costs one read and one transaction more, and the change after it one read more', async () => {
    await using here = await beside(engine, tableName);
    await here.happen(riskyRule(name));
    const renaming = auditRecord('Set-TransportRule', { Identity: name, Name: `${name} renamed` });
    expect(await here.happen(renaming)).toEqual({ BatchGet: 2, Query: 2, TransactWriteItems: 2 });
    const change = auditRecord('Set-TransportRule', { Identity: `${name} renamed`, Comments: 'a note' });
    const asked = await here.happen(change);
    expect(reads(asked)).toBe(4);
    expect(asked['TransactWriteItems']).toBe(1);
  });

  it('a rule that is taken away costs the same', async () => {
    await using here = await beside(engine, tableName);
    await here.happen(riskyRule(name));
    const removal = auditRecord('Remove-TransportRule', { Identity: name });
    const asked = await here.happen(removal);
    expect(asked).toMatchObject({ TransactWriteItems: 1 });
    expect(reads(asked)).toBe(3);
  });

  it('a record that comes again costs one read, and no look at the tenant', async () => {
    await using here = await beside(engine, tableName);
    const made = riskyRule(name);
    await here.happen(made);
    const before = here.looks();
    expect(await here.happen(made)).toEqual({ BatchGet: 1 });
    expect(here.looks()).toBe(before);
  });

  it('a record of a list that comes again costs one read', async () => {
    await using here = await beside(engine, tableName);
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
    await using here = await beside(engine, tableName);
    await here.happen(riskyRule(name));
    const id = createExceptionId({ tenant: tenantId, kind: 'transport-rule', name });
    const press = async () => {
      const request = createOneRequest(here.register, () => Promise.resolve(policy));
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

  it('a question that was asked costs one read where its event comes again', async () => {
    await using here = await beside(engine, tableName);
    await here.happen(riskyRule(name));
    const exceptionId = createExceptionId({ tenant: tenantId, kind: 'transport-rule', name });
    const [event] = await Array.fromAsync(here.register.trail(exceptionId));
    if (!event) throw new Error('not on record');
    here.requests.taken();
    let posted = 0;
    const slack = {
      post: (channel: string) => Promise.resolve({ channel, ts: String((posted += 1)) }),
      personAt: () => Promise.resolve({ id: 'UINES', standing: 'member' }),
    } as unknown as Slack;
    const hear = async () => {
      const exceptions = createOneRequest(here.register, () => Promise.resolve(policy));
      const dependencies = {
        ...{ exceptions, slack, policy, now: start, log: () => undefined },
        // Beside all this: a read and a write for each message.
        gatherings: createGatherings(createInMemoryVersionedValues()),
        callDigest: () => Promise.resolve(),
        remaining: () => 60_000,
      };
      await askOwner(dependencies, { exceptionId, version: 1, event });
      return here.requests.taken();
    };
    await hear();
    const before = posted;
    expect(before).toBeGreaterThan(0);
    expect(await hear()).toEqual({ Query: 1 });
    expect(posted).toBe(before);
  });

  it('what was carried out in Exchange is reported with one read and one transaction, and once', async () => {
    await using here = await beside(engine, tableName);
    await here.happen(riskyRule(name));
    const id = createExceptionId({ tenant: tenantId, kind: 'transport-rule', name });
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

  it('a record of a list is compared with what is known of that list, and nothing else', async () => {
    await using here = await beside(engine, tableName);
    const asked = await here.happen(
      auditRecord('Set-HostedConnectionFilterPolicy', {
        Identity: 'Default',
        IPAllowList: `@{Add="203.0.113.${name.length + 100}"}`,
      }),
    );
    expect(asked).toEqual({ Get: 2, Query: 1, BatchGet: 1, Put: 1, TransactWriteItems: 1 });
  });

  it('a record of a whole list is worked through together', async () => {
    const ownTable = await engine.table({ stream: false });
    await using here = await beside(engine, ownTable);
    const entries = Array.from({ length: 60 }, (_, index) => `198.51.${index}.7`).join(';');
    const whole = (more = {}) =>
      auditRecord('Set-HostedConnectionFilterPolicy', { Identity: 'Default', IPAllowList: entries }, more);
    await here.happen(whole());
    const known = await here.happen(whole({ CreationTime: '2026-11-20T08:30:00' }));
    // Two for each fifteen entries, and what is known of the list.
    expect(reads(known)).toBeLessThanOrEqual(2 * (60 / 15) + 4);
    expect(known['TransactWriteItems']).toBe(1 + 60);
    const one = auditRecord(
      'Set-HostedConnectionFilterPolicy',
      { Identity: 'Default', IPAllowList: '198.51.0.7' },
      { CreationTime: '2026-11-20T08:40:00' },
    );
    const ended = await here.happen(one);
    expect(reads(ended)).toBeLessThanOrEqual(2 * (60 / 15) + 4);
    expect(ended['TransactWriteItems']).toBe(1 + 60);
  });

  it('lists show their beginning in ten requests at most', async () => {
    const requests = counted(engine.client());
    const { client } = requests;
    const register = createRegister({ client, tableName });
    const costs = async (work: () => Promise<unknown>): Promise<number> => {
      requests.taken();
      await work();
      return reads(requests.taken());
    };
    const all = () => true;
    expect(await costs(() => readMostDangerous(register))).toBeLessThanOrEqual(10);
    expect(
      await costs(() => readFirstPage(register, register.rows({ by: 'urgency' }), all, 20)),
    ).toBeLessThanOrEqual(10);
    expect(await costs(() => readFirstPage(register, register.rows({ owner: 'UALEX' }), all, 30))).toBe(2);
    const { found, more } = await readFirstPage(register, register.rows({ owner: 'UALEX' }), all, 30);
    expect([found.length, more]).toEqual([30, true]);
  });

  it('what is confirmed in a tenant is found in one request, among its own', async () => {
    const { client, taken } = counted(engine.client());
    const register = createRegister({ client, tableName });
    const rows = register.rows({ tenant: tenantId, state: 'confirmed' });
    expect(await Array.fromAsync(rows)).toEqual([]);
    expect(taken()).toEqual({ Query: 1 });
  });

  it('a minute in which the breaker is open reads none of what it holds back', async () => {
    const requests = counted(engine.client());
    const { client } = requests;
    const values = createVersionedValues({ client, tableName });
    const register = createRegister({ client, tableName });
    const sweep = async () => {
      const metrics: Record<string, number> = {};
      requests.taken();
      await sweepDeadlines(
        { register, values, policy, usual: 'live', tell: toldNobody },
        turnAt(after('P3D'), metrics),
      );
      return { metrics, asked: requests.taken() };
    };
    await sweep();
    const { metrics, asked } = await sweep();
    expect(metrics).toMatchObject({ HeldBack: others, Lapsed: 0, Stopped: 1 });
    expect(reads(asked)).toBeLessThanOrEqual(30);
    expect(asked['TransactWriteItems']).toBeUndefined();
  });
});

describe('of an owner with three open exceptions and five hundred that are switched off', () => {
  const request = (name: string) => ({ text: name }) as Slash;
  const by: Answerer = { slackUser: 'UALEX', slackTeam: 'T1', standing: 'member' };
  let tableName: string;
  beforeAll(async () => {
    tableName = await engine.table({ stream: false });
    const off = { state: 'disabled', cause: 'declined', disabledAt: noon } as const;
    await onRecord(engine.client(), tableName, 503, (index) => ({
      ...owned(),
      ...(index % 200 === 7 ? {} : off),
    }));
  });

  it('/lapse list shows the three in two requests', async () => {
    const { client, taken } = counted(engine.client());
    const register = createRegister({ client, tableName });
    const values = createVersionedValues({ client, tableName });
    const dependencies = {
      ...{ exceptions: createOneRequest(register, () => Promise.resolve(policy)), policy, now: start },
      ...{
        breakers: createBreakers(values),
        enforcements: createEnforcements(values),
        usual: 'live' as const,
        noteRefused: () => Promise.resolve(false),
        progress: () => readProgress(values),
        gatherings: createGatherings(values),
        log: () => undefined,
      },
      slack: {} as AnswerDependencies['slack'],
    };
    const reply = await answerSlash(dependencies, request('list'), '1', by);
    expect(JSON.stringify(reply).match(/answer by /g)).toHaveLength(3 * 2);
    expect(taken()).toEqual({ Query: 1, BatchGet: 1 });
  });

  it('a list that wants few of them reads a hundred in one request', async () => {
    const { client, taken } = counted(engine.client());
    const register = createRegister({ client, tableName });
    const none = () => false;
    await readFirstPage(register, register.rows({ owner: 'UALEX' }), none, 20);
    expect(taken()['BatchGet']).toBeLessThanOrEqual(1 + Math.ceil(503 / 100));
  });
});

describe.each([50, 5000])('with %i exceptions on record', (others) => {
  let tableName: string;
  let on = '';
  beforeAll(async () => {
    tableName = await engine.table({ stream: false });
    [on = ''] = await onRecord(engine.client(), tableName, others, owned);
  });

  it('what the breaker has stopped is found and listed without reading what is not due', async () => {
    const { client, taken } = counted(engine.client());
    const register = createRegister({ client, tableName });
    const breakers = createBreakers(createVersionedValues({ client, tableName }));
    const tripped = { at: noon, why: 'too many', waiting: others, on };
    await breakers.save(tenantId, 'lapses', { passed: [], tripped }, 0);
    taken();
    const reply = await answerSlash(
      {
        ...{ exceptions: createOneRequest(register, () => Promise.resolve(policy)), policy, now: start },
        ...{ breakers, gatherings: createGatherings(createInMemoryVersionedValues()), log: () => undefined },
        enforcements: createEnforcements(createInMemoryVersionedValues()),
        usual: 'live' as const,
        noteRefused: () => Promise.resolve(false),
        progress: () => Promise.resolve({}),
        ...{ slack: {} as AnswerDependencies['slack'] },
      },
      { text: 'release' } as Slash,
      '1',
      { slackUser: policy.approvers[0] ?? '', slackTeam: 'T1', standing: 'member' },
    );
    expect(JSON.stringify(reply)).toContain('until an approver has looked');
    expect(reads(taken())).toBeLessThanOrEqual(20);
  });

  it('somebody who approves one risk, or one kind, is shown a list without reading the others', async () => {
    const { client, taken } = counted(engine.client());
    const register = createRegister({ client, tableName });
    const breakers = createBreakers(createVersionedValues({ client, tableName }));
    const list = async (rules: Policy) => {
      const dependencies = {
        ...{
          exceptions: createOneRequest(register, () => Promise.resolve(rules)),
          policy: rules,
          now: start,
        },
        ...{ breakers, gatherings: createGatherings(createInMemoryVersionedValues()), log: () => undefined },
        enforcements: createEnforcements(createInMemoryVersionedValues()),
        usual: 'live' as const,
        noteRefused: () => Promise.resolve(false),
        progress: () => Promise.resolve({}),
        ...{ slack: {} as AnswerDependencies['slack'] },
      };
      const by: Answerer = { slackUser: 'UROUTING', slackTeam: 'T1', standing: 'member' };
      const reply = await answerSlash(dependencies, { text: 'list' } as Slash, '1', by);
      expect(JSON.stringify(reply)).toContain('No exceptions are open.');
      return taken();
    };
    const approvers = ['UROUTING'];
    const critical = { ...policy.risk.critical, approvers };
    expect(await list({ ...policy, risk: { ...policy.risk, critical } })).toEqual({ Query: 3 });
    const ofKind = { 'inbound-connector': { low: { approvers } } };
    expect(await list({ ...policy, kinds: ofKind })).toEqual({ Query: 3 });
    const inEachRisk = Object.fromEntries(risks.map((risk) => [risk, { approvers }]));
    const asked = await list({ ...policy, kinds: { 'inbound-connector': inEachRisk } });
    expect(asked['Query']).toBeLessThanOrEqual(2 * 8 + 1);
    expect(asked['BatchGet']).toBeUndefined();
  });
});

describe('what is due', () => {
  it('costs four requests at most each', async () => {
    const tableName = await engine.table({ stream: false });
    const count = 40;
    await onRecord(engine.client(), tableName, count, owned);
    const requests = counted(engine.client());
    const { client } = requests;
    const metrics: Record<string, number> = {};
    const breaker = { ...policy.breaker, most: 1000, share: 100 };
    await sweepDeadlines(
      {
        register: createRegister({ client, tableName }),
        values: createVersionedValues({ client, tableName }),
        policy: { ...policy, breaker },
        usual: 'live',
        tell: toldNobody,
      },
      turnAt(after('P3D'), metrics),
    );
    expect(metrics).toMatchObject({ Lapsed: count });
    const asked = Object.values(requests.taken()).reduce((sum, times) => sum + times);
    expect(asked).toBeLessThanOrEqual(4 * count);
  });
});

describe('an inventory in which nothing has changed', () => {
  it('reads fifty of what is on record in one request', async () => {
    const tableName = await engine.table({ stream: false });
    const requests = counted(engine.client());
    const { client } = requests;
    const [rules, entries] = [100, 200];
    const count = rules + entries;
    const objects = Array.from({ length: rules }, (_, index) => ({
      found: true,
      guid: `0f5c2b1e-1c7f-4a39-9a64-${String(index).padStart(12, '0')}`,
      name: `Rule ${index}`,
      enabled: true,
      settings: { SetSCL: -1, SenderDomainIs: [`partner${index}.example`] },
    }));
    const allowed = Array.from({ length: entries }, (_, index) => {
      const entry = `198.51.${index}.7`;
      const settings = { Entry: entry, Policy: 'Default' };
      return { found: true, enabled: true, name: entry, guid: madeUpId('ip-allow', entry), settings };
    });
    const tenant = listedTenant({ 'transport-rule': objects, 'ip-allow': allowed });
    const take = (now: Instant) =>
      takeTenant({
        ...{ tenantId, tenant, policy, now, hasTime: () => true, sendMessage: () => Promise.resolve() },
        register: createRegister({ client, tableName }),
        values: createVersionedValues({ client, tableName }),
      });
    expect(await take(start)).toMatchObject({ opened: count });
    requests.taken();
    expect(await take(after('PT2H', start))).toMatchObject({ opened: 0, changed: 0, gone: 0, failed: [] });
    const asked = requests.taken();
    expect(asked['TransactWriteItems']).toBeUndefined();
    expect(reads(asked)).toBeLessThanOrEqual(count / 50);
  });
});
