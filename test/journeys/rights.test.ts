/**
 * What the policies of the template allow, against what functions and services ask of AWS in a life in which everything
 * happens. Every journey fails where a right is missing; this one, where one is granted that nothing needs.
 */
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb';
import { expect, inject, it, onTestFinished } from 'vitest';
import { auditRecordSchema } from '#audit-log/record.ts';
import { startLocal } from '#lib/local/deployment.ts';
import { startDynamoDbEngine } from '#lib/local/dynamodb-engine.ts';
import { readPolicyInForce, putInForce } from '#register/policy-in-force.ts';
import { createVersionedValues, type VersionedValues } from '#register/versioned-values.ts';
import { tick } from '#test/slack/tick.ts';
import { pointless, unusedGrants } from '../grants/unused-grants.ts';
import { newRule, owner, record, tenant } from './records.ts';
import { approver, worldOf, type World } from './world.ts';

/** A deployment whose table can be reached beside its functions. */
async function beginBeside(): Promise<{ world: World; values: VersionedValues }> {
  const state = await mkdtemp(join(tmpdir(), 'lapse-rights-'));
  const engine = await startDynamoDbEngine();
  const local = await startLocal({
    assembly: inject('assembly'),
    state,
    collectFrom: [tenant],
    federated: true,
    dynamodbEndpoint: engine.endpoint,
  });
  const client = new DynamoDBClient({
    region: 'local-1',
    endpoint: engine.endpoint,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  onTestFinished(async () => {
    client.destroy();
    await local.close();
    await engine.close();
    await rm(state, { recursive: true, force: true });
  });
  const { TableNames: [tableName = ''] = [] } = await client.send(new ListTablesCommand({}));
  return { world: worldOf(local), values: createVersionedValues({ client, tableName }) };
}

it('every right is made use of, or it is known why not', async ({ task }) => {
  const { world, values } = await beginBeside();
  const { tenant: exchange, auditLog, slack } = world.local;
  const secretly = (operation: string, parameters: Readonly<Record<string, string>>): void => {
    exchange?.apply(auditRecordSchema.parse(record(operation, world.past(0), parameters)));
  };
  // Found by the first inventory, which tells of it in one message. Microsoft lists nothing for the first twelve hours.
  secretly('New-TransportRule', { Name: 'Old', SetSCL: '-1', SenderDomainIs: 'old.example' });
  await world.feed(newRule('Newsletter', world.past()));
  await world.advance('PT12H');
  auditLog?.add(newRule('Collected', world.past(1)), { after: 0 });

  // Known by another name from then on: once from the log, once by looking.
  await world.feed(record('Set-TransportRule', world.past(0), { Identity: 'Newsletter', Name: 'Mailing' }));
  secretly('Set-TransportRule', { Identity: 'Old', Name: 'Older' });
  await world.advance('PT2H');
  // A record of a list, and the removal of what nobody knew.
  await world.feed(
    record('Set-HostedConnectionFilterPolicy', world.past(0), {
      Identity: 'Default',
      IPAllowList: '@{Add="203.0.113.7"}',
    }),
    record('Remove-TransportRule', world.past(0), { Identity: 'Never seen' }),
    // Of a mailbox, which is recorded beside exceptions.
    record('New-InboxRule', world.past(0), { Name: 'Copy', ForwardTo: 'smtp:a@archive.example' }),
  );

  const { id } = await world.one('Mailing');
  const { id: older } = await world.one('Older');
  for (const typed of ['list', `show ${id}`, `hold ${older} PT1H looking`, 'release'])
    await slack?.command(typed, approver);
  await slack?.openHome(world.userOf(owner));
  await slack?.press(world.card(id), 'disable', world.userOf(owner));
  // Gone by the time that it would be switched off.
  await world.feed(newRule('Fleeting', world.past()));
  const { id: fleeting } = await world.one('Fleeting');
  secretly('Remove-TransportRule', { Identity: 'Fleeting' });
  await slack?.press(world.card(fleeting), 'disable', world.userOf(owner));
  const inForce = await readPolicyInForce(values);
  await putInForce(values, {
    hash: 'another',
    policy: inForce?.policy ?? {},
    revision: inForce?.revision ?? 0,
  });
  await world.advance('PT2H');

  expect(await world.one('Mailing')).toMatchObject({ state: 'disabled' });

  // Six at once that nobody renews: how many are confirmed in all is counted, and an approver has to look.
  const partners = Array.from({ length: 6 }, (_, index) => `Partner ${index}`);
  await world.feed(...partners.map((name) => newRule(name, world.past())));
  for (const name of partners)
    await world.answer((await world.one(name)).id, 'approve', approver, {
      reason: 'a partner of ours',
      expires_on: world.date(2),
      review_every: 'P30D',
    });
  await world.advance('P3D');
  await slack?.command('release', approver);
  const form = slack?.views().at(-1);
  const released = await slack?.submit(form?.id ?? '', tick(form?.view, 'Partner'));
  expect(released?.body).toContain('Released');

  // Stopped by an approver, and lifted: the sweep tells people of both.
  await slack?.command(`stop ${tenant} mail stands still`, approver);
  // The same where no exception could tell it; and by somebody who may not.
  await slack?.command('stop a0000000-0000-4000-8000-000000000000 mail stands still', approver);
  await slack?.command(`stop ${tenant} mail stands still`, world.userOf(owner));
  // Opens a form with what that would change.
  await slack?.command(`observe ${tenant}`, approver);
  await world.advance('PT2M');
  await slack?.command(`resume ${tenant}`, approver);
  await world.advance('PT2M');

  // What Slack is too busy for comes later.
  slack?.fail('chat.postMessage', 'ratelimited');
  await world.feed(newRule('Busy', world.past()));
  slack?.recover();
  await world.advance('PT1M');
  expect(world.card((await world.one('Busy')).id).ts).not.toBe('');

  const unused = unusedGrants(world.local.rights.grants());
  // For `npm run grants`, which runs this.
  task.meta.unusedGrants = unused;
  expect(unused.filter(({ why }) => why === undefined)).toEqual([]);
  expect(pointless(unused)).toEqual([]);
  // Collecting runs every five minutes of eighteen hours.
});

/** The assembly with another template. */
async function tampered(change: (resources: Record<string, Resource>) => void): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lapse-tampered-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await cp(inject('assembly'), folder, { recursive: true });
  const [name = ''] = (await readdir(folder)).filter((one) => one.endsWith('.template.json'));
  const file = join(folder, name);
  const template = JSON.parse(await readFile(file, 'utf8')) as { Resources: Record<string, Resource> };
  change(template.Resources);
  await writeFile(file, JSON.stringify(template));
  return folder;
}

interface Resource {
  readonly Type: string;
  readonly Properties: { PolicyDocument?: { Statement: { Action: unknown; Effect: string }[] } };
}

it.each([
  ['AWS::SQS::QueuePolicy', 'sqs:SendMessage', 'events.amazonaws.com: sqs:SendMessage on '],
  ['AWS::IAM::Policy', 'sqs:ReceiveMessage', 'record-changes: sqs:GetQueueAttributes on '],
  ['AWS::IAM::Policy', 'dynamodb:PutItem', 'record-changes: dynamodb:PutItem on '],
])('what the %s does not allow, such as %s, is not done, and is named', async (type, action, missing) => {
  const assembly = await tampered((resources) => {
    for (const { Type, Properties } of Object.values(resources))
      if (Type === type && Properties.PolicyDocument)
        Properties.PolicyDocument.Statement = Properties.PolicyDocument.Statement.filter(
          ({ Action, Effect }) => Effect === 'Deny' || ![Action].flat().includes(action),
        );
  });
  const state = await mkdtemp(join(tmpdir(), 'lapse-refused-'));
  const local = await startLocal({ assembly, state });
  onTestFinished(async () => {
    await local.close();
    await rm(state, { recursive: true, force: true });
  });
  await local.feed([newRule('Newsletter', new Date(Date.parse(local.now()) - 60_000))]);
  await expect.poll(() => local.rights.missing()).toContainEqual(expect.stringContaining(missing));
  expect(await Array.fromAsync(local.register.list())).toEqual([]);
});
