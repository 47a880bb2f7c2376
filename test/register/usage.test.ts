import { QueryCommand } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startAccount } from '#behaviour/account.ts';
import { createMatcher } from '#behaviour/match.ts';
import { trimDay, type UsageDay } from '#behaviour/usage.ts';
import { usageKey } from '#register/keys.ts';
import { usageDayFrom, writeUsageDay } from '#register/usage-item.ts';
import { createUsageHash } from '#register/usage-hash.ts';
import { createUsageStore, type UsageStore } from '#register/usage.ts';
import { createVersionedValues } from '#register/versioned-values.ts';
import { duration, instant } from '#time/instant.ts';
import { createInMemoryUsage } from './in-memory-usage.ts';
import { startEngine, type Engine } from './table.ts';
import type { Coverage } from '#behaviour/coverage.ts';
import type { Sighting } from '#behaviour/sighting.ts';

const keptFor = duration('P120D');
const contoso = 'b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1';
const hash = createUsageHash('a key');

const seen = (at: number, given: Partial<Sighting> = {}): Sighting => ({
  source: 'extended-trace',
  at: instant('2026-11-20T09:00:00Z'),
  message: `m${at}`,
  recipients: 2,
  sender: `s${at}@payroll.example`,
  from: 'payroll.example',
  address: `203.0.${at % 250}.7`,
  passed: { spf: true, dkim: at % 2 === 0 },
  outcome: 'delivered',
  threat: at === 3,
  via: { rules: [{ name: 'r' }] },
  ...given,
});

function dayOf(sightings: readonly Sighting[]): UsageDay {
  const account = startAccount({
    match: createMatcher([{ id: 'ex', kind: 'transport-rule', name: 'r', settings: {} }], []),
    hash,
    since: '2026-01-01',
  });
  for (const one of sightings) account.add(one, true);
  const [day] = account.end().usage.get('ex') ?? [];
  if (!day) throw new Error('no day');
  return day;
}
const some = (count: number, given: Partial<Sighting> = {}): UsageDay =>
  dayOf(Array.from({ length: count }, (_, at) => seen(at, given)));

const contract = (name: string, create: () => Promise<UsageStore>): void => {
  describe(`the use of exceptions ${name}`, () => {
    it('is kept as it is, by day and source, in order', async () => {
      const usage = await create();
      const days = [
        some(5),
        some(5, { source: 'email-events' }),
        some(70, { at: instant('2026-11-18T09:00:00Z') }),
      ];
      for (const day of days) expect(await usage.keep('ex-1', day, keptFor)).toBe('kept');
      expect(await usage.of('ex-1')).toEqual([days[2], days[1], days[0]]);
      expect(await usage.of('ex-2')).toEqual([]);
    });

    it('is replaced by a fuller account alone: the same file twice changes nothing', async () => {
      const usage = await create();
      await usage.keep('ex-1', some(5), keptFor);
      expect(await usage.keep('ex-1', some(5), keptFor)).toBe('known');
      expect(await usage.keep('ex-1', some(4), keptFor)).toBe('known');
      expect(await usage.keep('ex-1', some(5, { recipients: 3 }), keptFor)).toBe('kept');
      expect(await usage.keep('ex-1', some(6), keptFor)).toBe('kept');
      expect(await usage.of('ex-1')).toEqual([some(6)]);
    });

    it('comes with the days that are known, which add up and are forgotten in time', async () => {
      const usage = await create();
      expect(await usage.coverage(contoso)).toEqual({});
      const known = (date: string, extent: 'whole' | 'part'): Coverage => ({
        'extended-trace': { [date]: { rules: extent } },
      });
      await usage.cover(contoso, known('2026-07-01', 'whole'), '2026-01-01');
      await usage.cover(contoso, known('2026-11-20', 'part'), '2026-01-01');
      await usage.cover(contoso.toUpperCase(), known('2026-11-20', 'whole'), '2026-08-01');
      expect(await usage.coverage(contoso)).toEqual(known('2026-11-20', 'whole'));
    });

    it('has one key for good, whoever asks first', async () => {
      const usage = await create();
      const [one, other] = await Promise.all([usage.key(), usage.key()]);
      expect(one).toMatch(/^[0-9a-f]{64}$/);
      expect([other, await usage.key()]).toEqual([one, one]);
    });
  });
};

contract('in this process', () => Promise.resolve(createInMemoryUsage()));

let engine: Engine;
beforeAll(async () => void (engine = await startEngine()));
afterAll(() => engine.close());

const inTable = async () => {
  const client = engine.client();
  const tableName = await engine.table();
  return {
    client,
    tableName,
    usage: createUsageStore({ client, tableName }, createVersionedValues({ client, tableName })),
  };
};

contract('in the table', async () => (await inTable()).usage);

it('each day goes when policy says, and holds nobody’s address', async () => {
  const { client, tableName, usage } = await inTable();
  await usage.keep('ex-1', some(5), keptFor);
  const { Items: [item] = [] } = await client.send(
    new QueryCommand({
      TableName: tableName,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: usageKey('ex-1', { date: '', source: '' }).pk } },
    }),
  );
  expect(Number(item?.['ttl']?.N)).toBe(Date.parse('2027-03-20T23:59:59Z') / 1000);
  expect(JSON.stringify(item)).not.toContain('@');
});

describe('a day as it is written', () => {
  it('keeps fewer names where all are as long as names can be', () => {
    const busy = some(80);
    const domains = Array.from({ length: 20 }, (_, at) => ({ ...busy, name: `${'ü'.repeat(240)}${at}` }));
    const item = writeUsageDay({ ...busy, domains, networks: domains });
    expect(Buffer.byteLength(JSON.stringify(item))).toBeLessThan(8_000);
    expect(usageDayFrom(item).domains.length).toBeGreaterThan(3);
  });

  it('stays below 8 KB, whatever came, and loses nothing but the rarest names', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            from: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 250 }),
            times: fc.integer({ min: 1, max: 1e9 }),
          }),
          { minLength: 20, maxLength: 40 },
        ),
        (all) => {
          const busy = some(80);
          const domains = all.map(({ from, times }) => ({
            ...busy,
            name: from,
            messages: times,
            recipients: times,
          }));
          const day = trimDay({ ...busy, domains, networks: domains });
          const item = writeUsageDay(day);
          expect(
            Buffer.byteLength(JSON.stringify({ ...usageKey('ex-0123456789abcdef', day), ...item })),
          ).toBeLessThan(8_000);
          const read = usageDayFrom(item);
          expect({ ...read, domains: [], networks: [] }).toEqual({ ...busy, domains: [], networks: [] });
          expect(read.domains.map(({ name }) => name)).toEqual(
            day.domains.slice(0, read.domains.length).map(({ name }) => name),
          );
        },
      ),
      { numRuns: 30 },
    );
  });
});
