/** What people would be told of when a tenant, its audit log or the register is in trouble, and when that is over. */
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { expect, it, onTestFinished } from 'vitest';
import { startDynamoDbEngine } from '#lib/local/dynamodb-engine.ts';
import { schemaVersion } from '#register/exception-schema.ts';
import { stateKey } from '#register/keys.ts';
import { duration, instant, minus } from '#time/instant.ts';
import { tick } from '#test/slack/tick.ts';
import { byTrouble } from './alarm-causes.ts';
import { newRule, tenant } from './records.ts';
import { beforeTheHour, watched, type Watched } from './watched.ts';
import { approver } from './world.ts';
import type { LocalOptions } from '#lib/local/deployment.ts';

function begin(always: Partial<LocalOptions> = {}): Watched {
  const stack = watched(always);
  onTestFinished(() => stack.close());
  return stack;
}

it('lapses that the breaker holds back are noticed, until an approver releases them', async () => {
  const stack = begin();
  const quick = await stack.start({ everyTick: false });
  const partners = Array.from({ length: 6 }, (_, index) => `Partner ${index}`);
  await quick.feed(...partners.map((name) => newRule(name, quick.past())));
  for (const name of partners)
    await quick.answer((await quick.one(name)).id, 'approve', approver, {
      reason: 'a partner of ours',
      expires_on: quick.date(2),
      review_every: 'P30D',
    });
  // From then on, each sweep has something to do.
  const { expiresAt } = await quick.one('Partner 0');
  await quick.local.advance(minus(instant(expiresAt ?? ''), duration('PT10M')));

  const world = await stack.start();
  stack.listen();
  await world.advance('PT32M');
  expect(stack.rang()).toEqual(byTrouble.heldBack);
  await world.local.slack?.command('release', approver);
  const form = world.local.slack?.views().at(-1);
  await world.local.slack?.submit(form?.id ?? '', tick(form?.view, ...partners));
  await world.local.settled();
  await world.advance('PT5M');
  expect(stack.still(byTrouble.heldBack)).toEqual([]);
});

it('a kill switch that is thrown is noticed, until it is lifted', async () => {
  const stack = begin();
  const world = await stack.start();
  await world.local.slack?.command(`stop ${tenant} mail stands still`, approver);
  stack.listen();
  await world.advance('PT5M');
  expect(stack.rang()).toEqual(byTrouble.switchedOff);
  await world.local.slack?.command(`resume ${tenant}`, approver);
  await world.local.settled();
  await world.advance('PT5M');
  expect(stack.still(byTrouble.switchedOff)).toEqual([]);
});

it('an audit log is noticed that is out of reach, has nothing new, or has what cannot be read', async () => {
  const stack = begin();
  // The subscription is started, and then nothing is collected for almost as long as Microsoft keeps anything.
  await (await stack.start({ collectFrom: [tenant] })).advance('PT6M');
  await (await stack.start({ everyTick: false })).advance('PT150H');
  const world = await stack.start({ collectFrom: [tenant] });
  world.local.auditLog?.fault({ kind: '503', times: Infinity });
  stack.listen();
  await world.advance('PT41M');
  expect(stack.rang()).toEqual(byTrouble.outOfReach);
  world.local.auditLog?.mend();
  await world.advance('PT31M');
  expect(stack.still(byTrouble.outOfReach)).toEqual(['AuditLogSilent']);

  stack.listen();
  const log = { tenant, contentType: 'Audit.Exchange', after: 0 };
  const bytes = (text: string) => () => [Buffer.from(text)];
  world.local.auditLog?.addContent(bytes('[{"Operation":"New-'), log);
  world.local.auditLog?.addContent(bytes('[{"Operation":12}]'), log);
  await world.advance('PT40M');
  expect(stack.rang()).toEqual(byTrouble.brokenContent);
  expect(stack.still([...byTrouble.outOfReach, ...byTrouble.brokenContent])).toEqual([]);
});

it('a tenant that cannot be listed is noticed, and so is what cannot be read in the register', async () => {
  const engine = await startDynamoDbEngine();
  const client = new DynamoDBClient({
    region: 'local-1',
    endpoint: engine.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const stack = begin({ dynamodbEndpoint: engine.endpoint });
  onTestFinished(async () => {
    await stack.close();
    client.destroy();
    await engine.close();
  });
  const world = await stack.start();
  await world.feed(newRule('Rule', world.past()));
  const { id } = await world.one('Rule');
  const { TableNames: [TableName = ''] = [] } = await client.send(new ListTablesCommand({}));
  const writtenAs = async (version: number): Promise<void> => {
    await DynamoDBDocumentClient.from(client).send(
      new UpdateCommand({
        TableName,
        Key: stateKey(id),
        UpdateExpression: 'SET schemaVersion = :version',
        ExpressionAttributeValues: { ':version': version },
      }),
    );
  };
  await beforeTheHour(world);

  stack.listen();
  world.local.tenant?.fault({ kind: '503', times: Infinity });
  // By a newer release, which was then rolled back.
  await writtenAs(schemaVersion + 1);
  await world.advance('PT3H5M');
  expect(stack.rang()).toEqual(byTrouble.notRead);
  world.local.tenant?.mend();
  await writtenAs(schemaVersion);
  await world.advance('PT2H');
  expect(stack.ringing()).toEqual([]);
});
