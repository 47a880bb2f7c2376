/** How often DynamoDB is asked. These are counts: they are the same on every machine. */
import { readMostDangerous } from '#register/read-most-dangerous.ts';
import { createRegister } from '#register/register.ts';
import { createVersionedValues } from '#register/versioned-values.ts';
import { sweepDeadlines } from '#functions/sweep-deadlines.ts';
import { madeUpId } from '#exchange/made-up-id.ts';
import { takeTenant } from '#inventory/take.ts';
import { readFirstPage } from '#slack/exceptions.ts';
import { auditRecord, policy, riskyRule, start, tenantId } from '../../exchange/surroundings.ts';
import { after, noon } from '../../lifecycle/examples.ts';
import { beside } from '../../register/beside.ts';
import { counted, reads } from '../../register/counted.ts';
import { listedTenant } from '../../inventory/listed-tenant.ts';
import { onRecord } from '../../register/on-record.ts';
import { owned } from '../../register/owned.ts';
import { startEngine, type Engine } from '../../register/table.ts';
import { toldNobody, turnAt } from '../../register/turn-at.ts';
import { median, timed } from '../paired.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Group, Row } from '../row.ts';

type Progress = (line: string) => void;

export const requests: Group = {
  name: 'requests',
  async *rows(progress) {
    const engine = await startEngine();
    try {
      yield* ofRecords(engine);
      yield* ofSweeps(engine, progress);
      yield await ofBreaker(engine);
      yield await ofListChange(engine, progress);
      yield* ofLists(engine, progress);
      yield await ofInventory(engine, progress);
    } finally {
      await engine.close();
    }
  },
};

/** Nothing becomes due of what is gone. */
const removed = (): Partial<Exception> => {
  const fields = { state: 'removed', removedAt: noon };
  return { ...owned(), ...fields } as Partial<Exception>;
};
const totalOf = (requests: Readonly<Record<string, number>>): number =>
  Object.values(requests).reduce((sum, times) => sum + times, 0);

async function* ofRecords(engine: Engine): AsyncGenerator<Row> {
  await using here = await beside(engine, await engine.table({ stream: false }));
  const made = riskyRule('A rule');
  const known = auditRecord('Set-TransportRule', { Identity: 'A rule', Comments: 'a note' });
  const unit = 'reads';
  const costs = async (record: typeof made) => reads(await here.happen(record));
  yield { what: 'record of a new rule', reached: await costs(made), goal: { atMost: 4 }, unit };
  yield { what: 'record of a known rule', reached: await costs(known), goal: { atMost: 3 }, unit };
  yield { what: 'record that comes again', reached: await costs(made), goal: { atMost: 1 }, unit };
}

async function* ofSweeps(engine: Engine, progress: Progress): AsyncGenerator<Row> {
  const due = 1_000;
  const sweeps: number[] = [];
  // What is compiled on the way would count for the first.
  for (const others of [due, 10_000, 100_000]) {
    progress(`a sweep among ${others}`);
    const tableName = await engine.table({ stream: false });
    await onRecord(engine.client(), tableName, others, (index) => (index < due ? owned() : removed()));
    const { client, taken } = counted(engine.client());
    const sources = {
      register: createRegister({ client, tableName }),
      values: createVersionedValues({ client, tableName }),
      policy: { ...policy, breaker: { ...policy.breaker, most: 10 * due } },
      usual: 'live' as const,
      tell: toldNobody,
    };
    // The first one ever applies the policy to everything.
    await sweepDeadlines(sources, turnAt(noon, {}));
    taken();
    const metrics: Record<string, number> = {};
    const { wall } = await timed(() => sweepDeadlines(sources, turnAt(after('P3D'), metrics)));
    if (metrics['Lapsed'] !== due) throw new Error(`${metrics['Lapsed']} lapsed, and not ${due}`);
    if (sweeps.length === 0)
      yield {
        what: `sweep with ${due.toLocaleString('en')} due, each`,
        reached: totalOf(taken()) / due,
        goal: { atMost: 4 },
        unit: 'requests',
        note: `${Math.round(wall)} ms`,
      };
    sweeps.push(wall);
  }
  const [, few = NaN, many = NaN] = sweeps;
  yield {
    what: `sweep with ${due.toLocaleString('en')} due, among 100,000 against 10,000`,
    reached: many / few,
    goal: { atMost: 1.2 },
    note: `${Math.round(many)} against ${Math.round(few)} ms`,
  };
}

async function ofBreaker(engine: Engine): Promise<Row> {
  const tableName = await engine.table({ stream: false });
  const others = 10_000;
  await onRecord(engine.client(), tableName, others, owned);
  const { client, taken } = counted(engine.client());
  const values = createVersionedValues({ client, tableName });
  const sources = {
    register: createRegister({ client, tableName }),
    values,
    policy,
    usual: 'live' as const,
    tell: toldNobody,
  };
  await sweepDeadlines(sources, turnAt(after('P3D'), {}));
  taken();
  const metrics: Record<string, number> = {};
  await sweepDeadlines(sources, turnAt(after('P3D'), metrics));
  if (metrics['HeldBack'] !== others) throw new Error('the breaker is not open');
  const reached = reads(taken());
  return {
    what: 'a minute with an open breaker among 10,000',
    reached,
    goal: { atMost: 30 },
    unit: 'reads',
  };
}

async function ofListChange(engine: Engine, progress: Progress): Promise<Row> {
  const costs: number[] = [];
  for (const others of [50, 5_000]) {
    progress(`a list change among ${others}`);
    const tableName = await engine.table({ stream: false });
    await onRecord(engine.client(), tableName, others, owned);
    await using here = await beside(engine, tableName);
    const change = auditRecord('Set-HostedConnectionFilterPolicy', {
      Identity: 'Default',
      IPAllowList: '@{Add="203.0.113.7"}',
    });
    costs.push(reads(await here.happen(change)));
  }
  const [few = NaN, many = NaN] = costs;
  return {
    what: 'list change: more reads among 5,000 others than among 50',
    reached: many - few,
    goal: { atMost: 0 },
    unit: 'reads',
    note: `${many} reads`,
  };
}

async function* ofLists(engine: Engine, progress: Progress): AsyncGenerator<Row> {
  const everything = () => true;
  const tables: { readonly first: () => Promise<unknown>; readonly taken: () => number }[] = [];
  for (const count of [100, 50_000]) {
    progress(`lists of ${count}`);
    const tableName = await engine.table({ stream: false });
    await onRecord(engine.client(), tableName, count, owned);
    const { client, taken } = counted(engine.client());
    const register = createRegister({ client, tableName });
    tables.push({
      first: async () => {
        await readMostDangerous(register);
        await readFirstPage(register, register.rows({ by: 'urgency' }), everything, 20);
        await readFirstPage(register, register.rows({ owner: 'UALEX' }), everything, 30);
      },
      taken: () => reads(taken()),
    });
    if (count < 50_000) continue;
    const pages = [
      ['lapse list at 50,000, first page', () => readMostDangerous(register)],
      [
        'list in Slack at 50,000, first page',
        () => readFirstPage(register, register.rows({ by: 'urgency' }), everything, 20),
      ],
      [
        'home tab at 50,000, first page',
        () => readFirstPage(register, register.rows({ owner: 'UALEX' }), everything, 30),
      ],
    ] as const;
    for (const [what, page] of pages) {
      taken();
      await page();
      yield { what, reached: reads(taken()), goal: { atMost: 10 }, unit: 'reads' };
    }
  }
  const [few, many] = tables;
  const ratios: number[] = [];
  for (let pair = 0; pair < 9; pair += 1) {
    const small = await timed(() => few?.first());
    ratios.push((await timed(() => many?.first())).wall / small.wall);
  }
  yield {
    what: 'first pages at 50,000 against 100, time',
    reached: median(ratios),
    goal: { atMost: 1.2 },
  };
}

async function ofInventory(engine: Engine, progress: Progress): Promise<Row> {
  progress('an inventory of 2,000 rules and 4,000 entries');
  const tableName = await engine.table({ stream: false });
  const { client, taken } = counted(engine.client());
  const [rules, entries] = [2_000, 4_000];
  const objects = Array.from({ length: rules }, (_, index) => ({
    ...{ found: true, name: `Rule ${index}`, enabled: true },
    guid: `0f5c2b1e-1c7f-4a39-9a64-${String(index).padStart(12, '0')}`,
    settings: { SetSCL: -1, SenderDomainIs: [`partner${index}.example`] },
  }));
  const allowed = Array.from({ length: entries }, (_, index) => {
    const name = `10.${index >> 8}.${index & 255}.1`;
    const settings = { Entry: name, Policy: 'Default' };
    return { found: true, enabled: true, name, guid: madeUpId('ip-allow', name), settings };
  });
  const lists: Partial<Record<Kind, readonly object[]>> = { 'transport-rule': objects, 'ip-allow': allowed };
  const tenant = listedTenant(lists);
  const take = (now: Instant) =>
    takeTenant({
      ...{ tenantId, tenant, policy, now, hasTime: () => true, sendMessage: () => Promise.resolve() },
      register: createRegister({ client, tableName }),
      values: createVersionedValues({ client, tableName }),
    });
  const first = await take(start);
  taken();
  const second = await take(after('PT2H', start));
  const reached = reads(taken());
  return {
    what: `inventory of ${rules} rules and ${entries} entries, nothing changed`,
    reached,
    goal: { atMost: (rules + entries) / 50 },
    unit: 'reads',
    note: JSON.stringify({ opened: first.opened, changed: second.changed }),
  };
}
