import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { takeTenant } from '#inventory/take.ts';
import { createVersionedValues } from '#register/versioned-values.ts';
import { duration, plus } from '#time/instant.ts';
import { auditRecord, policy, riskyRule, start, tenantId } from '#test/exchange/surroundings.ts';
import { beside } from './beside.ts';
import { startEngine, type Engine } from './table.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(() => engine.close());

const name = 'Everybody we ever dealt with';
const lists = [
  'SenderDomainIs',
  'From',
  'SentTo',
  'RecipientDomainIs',
  'SubjectContainsWords',
  'ExceptIfSentTo',
];
const entries = Array.from({ length: 4_000 }, (_, index) => `partner${index}.example`);
/** None of the records is larger than others, but what they make of the rule together is. */
const made = [
  auditRecord('New-TransportRule', { Name: name, SetSCL: '-1' }),
  ...lists.map((list) =>
    auditRecord('Set-TransportRule', {
      Identity: name,
      [list]: entries.map((entry) => (/From|SentTo/.test(list) ? `all@${entry}` : entry)).join(';'),
    }),
  ),
];

/** A tenant with that rule and another one, and inventories an hour apart. */
async function world() {
  const tableName = await engine.table();
  const here = await beside(engine, tableName);
  const values = createVersionedValues({ client: engine.client(), tableName });
  let now = start;
  return {
    here,
    take: () => {
      now = plus(now, duration('PT1H'));
      return takeTenant({
        ...{ tenantId, tenant: here.tenant, register: here.register, values, policy, now },
        ...{ hasTime: () => true, sendMessage: () => Promise.resolve() },
      });
    },
    one: async () => (await Array.fromAsync(here.register.list())).filter((found) => found.name === name),
    [Symbol.asyncDispose]: () => here[Symbol.asyncDispose](),
  };
}

describe('an object that is larger than an item of the table', () => {
  it('is on record from the log, and the inventory of its tenant goes on', async () => {
    await using at = await world();
    for (const record of made) await at.here.happen(record);
    await at.here.happen(riskyRule());
    expect(await at.one()).toHaveLength(1);
    const first = await at.take();
    expect(first).toMatchObject({ failed: [], doubts: [], finished: true });
    expect(await at.take()).toMatchObject({ failed: [], opened: 0, changed: 0, gone: 0 });
    const kept = await at.here.register.load((await at.one())[0]?.id ?? '');
    expect(kept).toMatchObject({ complete: true, findings: [{}] });
  });

  it('is on record from the inventory, which notices a change anywhere in it', async () => {
    await using at = await world();
    for (const record of made) at.here.standIn.apply(record);
    expect(await at.take()).toMatchObject({ failed: [], finished: true });
    expect(await at.one()).toHaveLength(1);
    const [, ...rest] = entries;
    at.here.standIn.apply(
      auditRecord('Set-TransportRule', {
        Identity: name,
        SenderDomainIs: [...rest, 'another.example'].join(';'),
      }),
    );
    expect(await at.take()).toMatchObject({ failed: [], changed: 1 });
    expect(await at.take()).toMatchObject({ failed: [], changed: 0 });
  });
});
