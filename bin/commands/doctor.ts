import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DynamoDBClient,
} from '@aws-sdk/client-dynamodb';
import { DescribeEventBusCommand, EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GetAccountSettingsCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { createAllChecks } from '#doctor/all-checks.ts';
import { examine, type CheckResult } from '#doctor/check.ts';
import { exitCodeOf, formatReport } from '#doctor/report.ts';
import { listApprovers } from '#policy/authority.ts';
import { listChannels } from '#policy/owner.ts';
import { Refusal } from '#lib/local/refusal.ts';
import { createPolicyCheck } from '#doctor/policy-check.ts';
import { collectedTenants, kindsWithout } from '#policy/policy.ts';
import { describeMistake, parsePolicy, type Mistake, type ParsedPolicy } from '#policy/policy-file.ts';
import { readEnforcements } from '#register/enforcement.ts';
import { createRegister } from '#register/register.ts';
import { createVersionedValues } from '#register/versioned-values.ts';
import { readWholeList } from '#register/read-whole-list.ts';
import { clouds } from '#microsoft/clouds.ts';
import { findSecret, SecretNotSet } from '#runtime/secrets.ts';
import { readLocalAddress, askLocal } from './ask-local.ts';
import { refusePositionals, readArguments, unusable, parseWebAddress } from './arguments.ts';
import { policyFileOf } from '../environments.ts';
import { readTextFile } from './read-file.ts';
import { newTenantsOf, tableOf } from './stack-table.ts';

const help = `usage: lapse doctor [options]

Checks, in seconds and without changing anything: sign-in to each tenant and its permission, each read in Exchange,
the subscriptions to the audit log, Slack, the bus and the table. Exits with 1 if something needs attention.

  --stack NAME    the stack of that name on AWS, found through the usual AWS variables and profiles; without it, the
                  local deployment running in this folder
  --url URL       a local deployment elsewhere
  --policy FILE   the policy that names channels and approvers; with --stack. Without it, the one that
                  environments.yaml names for the stack, or else policy.yaml
  --after ID      of the tenants, only those whose ID comes after this one; with --stack. Of many tenants, not all are
                  reached in half a minute: what was not checked is said, and goes on like this
  --test-message  post a message to each channel: the only sure way to check it
  --json          for programs`;

const options = {
  stack: { type: 'string' },
  url: { type: 'string' },
  policy: { type: 'string' },
  after: { type: 'string' },
  'test-message': { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** Milliseconds for all checks together: taking longer is itself a finding. */
const within = 30_000;

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, options, help);
  if (values.help) {
    console.log(help);
    return 0;
  }
  refusePositionals(positionals, 'doctor');
  if (values.stack !== undefined && values.url !== undefined)
    throw new Refusal('--stack and --url are both given', 'one deployment at a time', 'give one', unusable);
  if (values.after !== undefined && values.stack === undefined)
    throw new Refusal(
      '--after is given without --stack',
      'a local deployment checks itself, and all of its tenants',
      'give --stack as well',
      unusable,
    );
  const post = values['test-message'];
  const findings =
    values.stack === undefined
      ? await ofLocal(
          values.url === undefined ? readLocalAddress() : parseWebAddress('--url', values.url),
          post,
        )
      : await ofStack(values.stack, values.policy ?? policyFileOf(values.stack) ?? 'policy.yaml', {
          post,
          ...(values.after !== undefined && { after: values.after.toLowerCase() }),
        });
  console.log(values.json ? JSON.stringify(findings, undefined, 2) : formatReport(findings));
  return exitCodeOf(findings);
}

/** The deployment checks itself: only it knows where everything is. */
async function ofLocal(url: string, post: boolean): Promise<readonly CheckResult[]> {
  return (await askLocal(url, '/doctor', { testMessage: post })) as readonly CheckResult[];
}

async function ofStack(
  stack: string,
  file: string,
  { post, after = '' }: { readonly post: boolean; readonly after?: string },
): Promise<readonly CheckResult[]> {
  const { policy, placeholders, warnings } = policyIn(file);
  const inFile = (mistake: Mistake) => describeMistake(file, mistake);
  const table = new DynamoDBClient({});
  let named: Promise<string> | undefined;
  const tableName = () => (named ??= tableOf(table, stack).catch(explain));
  const bus = new EventBridgeClient({});
  const checks = await createAllChecks({
    access: {
      fetch,
      now: Date.now,
      random: Math.random,
      wait: (ms, signal) => sleep(ms, undefined, signal && { signal }),
      newId: randomUUID,
      loginUrl: process.env['LOGIN_URL'] ?? clouds.worldwide.login,
      exchangeUrl: process.env['EXCHANGE_URL'] ?? clouds.worldwide.exchange,
      activityUrl: process.env['ACTIVITY_URL'] ?? clouds.worldwide.activity,
    },
    secret: (name) => readText(`${stack}/${name}`),
    slack: {
      url: process.env['SLACK_API_URL'] ?? 'https://slack.com/api/',
      channels: listChannels(policy),
      approvers: listApprovers(policy),
      post,
    },
    cloud: {
      table: async () => describeTable(table, await tableName()),
      bus: () => describeBus(bus, stack),
      concurrency: () => readConcurrency(new LambdaClient({})),
      newTenants: () => newTenantsOf(stack),
      enforcement: async () =>
        readEnforcements(createVersionedValues({ client: table, tableName: await tableName() })),
      unreadable: async () => {
        const register = createRegister({ client: table, tableName: await tableName() });
        return (await readWholeList(register)).unreadable.map(({ id }) => id);
      },
    },
    tenants: policy.tenants.map(({ id }) => id.toLowerCase()),
    collected: collectedTenants(policy),
    without: (tenant) => kindsWithout(policy, tenant),
    after,
  });
  const ofPolicy = createPolicyCheck(placeholders.map(inFile), warnings.map(inFile));
  return examine([ofPolicy, ...checks], { within, later: (ms) => AbortSignal.timeout(ms) });
}

/** A check has a line: what happened, and why. */
function explain(error: unknown): never {
  throw error instanceof Refusal ? new Error(`${error.message}: ${error.why}`) : error;
}

const readText = (id: string): Promise<string | undefined> =>
  findSecret(id).catch((error: unknown) => {
    if (error instanceof SecretNotSet) return '';
    throw error;
  });

async function describeTable(client: DynamoDBClient, TableName: string) {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  const recovery = await client
    .send(new DescribeContinuousBackupsCommand({ TableName }))
    .then(
      ({ ContinuousBackupsDescription: found }) =>
        found?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED',
    )
    .catch(() => undefined);
  return {
    status: Table?.TableStatus ?? 'unknown',
    stream: Table?.StreamSpecification?.StreamEnabled === true,
    indexes: (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, IndexStatus }) => ({
      name: IndexName ?? '',
      status: IndexStatus ?? '',
    })),
    recovery,
  };
}

/** The bus has the stack's name. */
async function describeBus(client: EventBridgeClient, stack: string): Promise<{ name: string }> {
  await client.send(new DescribeEventBusCommand({ Name: stack }));
  return { name: stack };
}

async function readConcurrency(client: LambdaClient): Promise<number> {
  const { AccountLimit } = await client.send(new GetAccountSettingsCommand({}));
  return AccountLimit?.UnreservedConcurrentExecutions ?? 0;
}

function policyIn(file: string): Exclude<ParsedPolicy, { mistakes: unknown }> {
  const parsed = parsePolicy(readTextFile(file, `the policy ${file}`));
  if ('policy' in parsed) return parsed;
  throw new Refusal(
    `the policy ${file} has mistakes`,
    parsed.mistakes.map((mistake) => describeMistake(file, mistake)).join('\n  '),
    'lapse policy check lists them',
    unusable,
  );
}
