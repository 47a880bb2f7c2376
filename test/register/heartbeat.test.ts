import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createHeartbeat } from '#register/heartbeat.ts';
import { heartbeatFromImage } from '#register/items.ts';
import { heartbeatKey } from '#register/keys.ts';
import { instant } from '#time/instant.ts';
import { startEngine, type Engine } from './table.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(async () => engine.close());

it('a heartbeat is one item, which is another every five minutes', async () => {
  const client = engine.client();
  const tableName = await engine.table();
  const beat = createHeartbeat({ client, tableName });
  const seen: unknown[] = [];
  for (const at of ['10:04:59.999', '10:05:00.000', '10:09:12.000', '10:10:00.100']) {
    await beat(instant(`2026-11-01T${at}Z`));
    const { Item } = await client.send(
      new GetItemCommand({
        TableName: tableName,
        Key: { pk: { S: heartbeatKey.pk }, sk: { S: heartbeatKey.sk } },
      }),
    );
    seen.push(heartbeatFromImage(Item));
  }
  expect(seen).toEqual([
    '2026-11-01T10:00:00.000Z',
    '2026-11-01T10:05:00.000Z',
    '2026-11-01T10:05:00.000Z',
    '2026-11-01T10:10:00.000Z',
  ]);
});
