import { describe, expect, it } from 'vitest';
import { instant } from '#time/instant.ts';
import { createBus } from '#lib/local/bus.ts';
import { createIntake } from '#lib/local/intake.ts';
import { createQueues } from '#lib/local/queues.ts';
import { openDatabase } from '#lib/local/sqlite.ts';
import { riskyRule } from '#test/exchange/surroundings.ts';

function start() {
  const database = openDatabase(':memory:');
  const bus = createBus({
    database,
    queues: createQueues(database),
    rules: [],
    now: () => instant('2026-11-20T09:00:00Z'),
    delivered: () => undefined,
  });
  const heard: unknown[] = [];
  bus.subscribe(({ detail }) => heard.push(detail));
  return { heard, intake: createIntake({ database, bus, busName: 'the-bus' }) };
}

const line = (record: unknown): Uint8Array => Buffer.from(`${JSON.stringify(record)}\n`);

describe('the intake', () => {
  it('counts what it could not read, and shows no more than twenty of them', async () => {
    const { heard, intake } = start();
    const broken = Array.from({ length: 25 }, () => line({ ...riskyRule(), CreationTime: 'yesterday' }));
    const counts = await intake(input(line(riskyRule()), ...broken), 'export.jsonl');
    expect(counts).toMatchObject({ accepted: 1, malformed: 25 });
    expect(counts.errors).toHaveLength(20);
    expect(heard).toHaveLength(1);
  });

  it('tells of a record that has lost what was set, and hands it on: a look at the tenant may tell', async () => {
    const { heard, intake } = start();
    const lost = { ...riskyRule(), ObjectId: 'x', Parameters: null };
    const counts = await intake(input(line(lost)), 'export.jsonl');
    expect(counts).toMatchObject({ accepted: 0, malformed: 1, errors: [{ line: 1 }] });
    expect(heard).toHaveLength(1);
  });

  it('has taken in what it read before the input broke off', async () => {
    const { heard, intake } = start();
    const broken = input(
      line(riskyRule('One')),
      line(riskyRule('Two')),
      new Error('the connection was reset'),
    );
    await expect(intake(broken, 'export.jsonl')).rejects.toThrow('the connection was reset');
    expect(heard).toHaveLength(2);
  });
});

async function* input(...parts: readonly (Uint8Array | Error)[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    await Promise.resolve();
    if (part instanceof Error) throw part;
    yield part;
  }
}
