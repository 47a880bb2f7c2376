import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { CreateTableCommand, DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startDynamoDbEngine } from '#lib/local/dynamodb-engine.ts';
import { Refusal } from '#lib/local/refusal.ts';
import { indexStreamRecords } from '#lib/local/stream-index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lapse-engine-'));
});
afterEach(async () => rm(folder, { recursive: true, force: true }));

async function using<T>(endpoint: string, work: (client: DynamoDBClient) => Promise<T>): Promise<T> {
  const client = new DynamoDBClient({
    endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  try {
    return await work(client);
  } finally {
    client.destroy();
  }
}
const create = async (endpoint: string, TableName: string) =>
  using(endpoint, async (client) =>
    client.send(
      new CreateTableCommand({
        TableName,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [{ AttributeName: 'pk', KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: 'pk', AttributeType: 'S' }],
      }),
    ),
  );
const tables = async (endpoint: string) =>
  using(endpoint, async (client) => (await client.send(new ListTablesCommand({}))).TableNames);
const silent = async (endpoint: string) => {
  for (;;) {
    const answered = await fetch(endpoint).then(
      () => true,
      () => false,
    );
    if (!answered) return true;
  }
};

describe('the engine', () => {
  it('keeps its data in the file it was given, also in a folder that was not there yet', async () => {
    const file = join(folder, 'deep', 'register.db');
    const first = await startDynamoDbEngine({ file });
    await create(first.endpoint, 'kept');
    await first.close();
    expect(await silent(first.endpoint)).toBe(true);
    const second = await startDynamoDbEngine({ file });
    expect(await tables(second.endpoint)).toEqual(['kept']);
    await second.close();
  });

  it('finds the end of a stream without going through it, also in the file of an older release', async () => {
    const file = join(folder, 'register.db');
    const older = await startDynamoDbEngine({ file });
    await create(older.endpoint, 'kept');
    await older.close();
    const before = new DatabaseSync(file);
    for (const index of ['end', 'after', 'range']) before.exec(`DROP INDEX lapse_stream_${index}`);
    before.close();

    const engine = await startDynamoDbEngine({ file });
    const database = new DatabaseSync(file);
    const plan = (query: string) =>
      database
        .prepare(`EXPLAIN QUERY PLAN SELECT ${query}`)
        .all()
        .map(({ detail }) => detail);
    const sequence = 'CAST(sequence_number AS INTEGER)';
    const shard = `FROM _stream_records WHERE table_name = 'kept' AND shard_id = 'one'`;
    expect(plan(`MAX(${sequence}) FROM _stream_records WHERE table_name = 'kept'`)).toEqual([
      expect.stringMatching(/^SEARCH _stream_records USING .*INDEX lapse_stream_end/),
    ]);
    expect(plan(`new_image ${shard} AND ${sequence} > 3 ORDER BY ${sequence} LIMIT 10`)).toEqual([
      expect.stringMatching(/^SEARCH _stream_records USING INDEX lapse_stream_after/),
    ]);
    expect(plan(`MIN(sequence_number), MAX(sequence_number) ${shard}`)).toEqual([
      expect.stringMatching(/^SEARCH _stream_records USING COVERING INDEX lapse_stream_range/),
    ]);
    database.close();
    await engine.close();
  });

  it('is left as it is where it keeps its stream in another way', () => {
    const file = join(folder, 'another.db');
    const database = new DatabaseSync(file);
    database.exec('CREATE TABLE _stream_records (id INTEGER, table_name TEXT)');
    indexStreamRecords(file);
    expect(database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'index'`).all()).toEqual([]);
    database.close();
  });

  it('runs several times side by side, in memory and apart', async () => {
    const engines = await Promise.all([startDynamoDbEngine(), startDynamoDbEngine(), startDynamoDbEngine()]);
    await create(engines[0].endpoint, 'only-here');
    expect(await tables(engines[1].endpoint)).toEqual([]);
    expect(new Set(engines.map(({ endpoint }) => endpoint)).size).toBe(3);
    await Promise.all(engines.map(async (engine) => engine.close()));
    await engines[0].close();
  });

  it.each(['SIGKILL', 'SIGTERM', 'SIGINT'] as const)(
    'ends when its process is ended by %s, and takes up what was left behind',
    async (signal) => {
      const file = join(folder, 'register.db');
      const program = `
        import { startDynamoDbEngine } from '#lib/local/dynamodb-engine.ts';
        const { endpoint } = await startDynamoDbEngine({ file: ${JSON.stringify(file)} });
        console.log(endpoint);
        setInterval(() => {}, 1000);`;
      const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [endpoint] = (await once(createInterface(child.stdout), 'line')) as [string];
      await create(endpoint, 'kept');
      child.kill(signal);
      expect(await silent(endpoint)).toBe(true);
      const again = await startDynamoDbEngine({ file });
      expect(await tables(again.endpoint)).toEqual(['kept']);
      await again.close();
    },
  );

  it('does not keep its process from ending', async () => {
    const program = `
      import { startDynamoDbEngine } from '#lib/local/dynamodb-engine.ts';
      console.log((await startDynamoDbEngine()).endpoint);`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '-e', program], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [[endpoint], [code]] = (await Promise.all([
      once(createInterface(child.stdout), 'line'),
      once(child, 'exit'),
    ])) as [[string], [number]];
    expect(code).toBe(0);
    expect(await silent(endpoint)).toBe(true);
  });

  it.runIf(process.platform === 'linux')(
    'takes up what an engine that was killed left in its write-ahead log',
    async () => {
      const file = join(folder, 'register.db');
      const first = await startDynamoDbEngine({ file });
      await create(first.endpoint, 'kept');
      const port = new URL(first.endpoint).port;
      // Only the engine itself bears its port among its arguments and has no shell's script.
      const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
      for (const pid of pids) {
        const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
        if (line.includes('dynoxide\0serve\0--port\0' + port) && !line.includes('/bin/sh'))
          process.kill(Number(pid), 'SIGKILL');
      }
      expect(await silent(first.endpoint)).toBe(true);
      expect(await readdir(folder)).toContain('register.db-wal');
      const second = await startDynamoDbEngine({ file });
      expect(await tables(second.endpoint)).toEqual(['kept']);
      await second.close();
      await first.close();
    },
  );

  it('says why it cannot start, and what to do', async () => {
    await mkdir(join(folder, 'register.db'));
    await writeFile(join(folder, 'no-folder'), '');
    await writeFile(
      join(folder, 'not-a-database'),
      'something else entirely, and long enough to be looked at'.repeat(100),
    );
    const starting = async (file: string) =>
      startDynamoDbEngine({ file: join(folder, file) }).then(
        async (engine) => {
          await engine.close();
          return 'it started';
        },
        (error: unknown) => (error instanceof Refusal ? error.toString() : `not a Refusal: ${String(error)}`),
      );
    expect(await starting('no-folder/register.db')).toMatch(
      /cannot be kept in .*ENOTDIR|EEXIST.*write access/s,
    );
    expect(await starting('register.db')).toMatch(/did not start on .*--fresh/s);
    expect(await starting('not-a-database')).toMatch(/did not start on .*--fresh/s);
  });
});
