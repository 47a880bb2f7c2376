import { readEnforcements } from '#register/enforcement.ts';
import { createVersionedValues } from '#register/versioned-values.ts';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createAllChecks } from '#doctor/all-checks.ts';
import { examine, type CheckResult } from '#doctor/check.ts';
import { listApprovers } from '#policy/authority.ts';
import { listChannels } from '#policy/owner.ts';
import { collectedTenants, kindsWithout } from '#policy/policy.ts';
import type { Policy } from '#policy/policy.ts';
import { readWholeList } from '#register/read-whole-list.ts';
import type { Register } from '#register/contract.ts';
import type { Endpoints } from './environment.ts';

interface Examined {
  readonly at: Omit<Endpoints, 'aws'>;
  readonly secrets: Readonly<Record<string, string | undefined>>;
  readonly client: DynamoDBClient;
  readonly tableName: string;
  readonly busName: string;
  readonly register: Register;
  readonly policy: Policy;
}

/** Milliseconds for everything. */
const within = 30_000;

/** What `lapse doctor` finds of a local deployment, asked of the addresses and with the secrets its functions have. */
export async function examineLocal(
  { at, secrets, client, tableName, busName, register, policy }: Examined,
  testMessage: boolean,
): Promise<readonly CheckResult[]> {
  const known = new Set(policy.tenants.map(({ id }) => id.toLowerCase()));
  const { exceptions, unreadable } = await readWholeList(register);
  for (const { tenant } of exceptions) known.add(tenant.toLowerCase());
  const checks = await createAllChecks({
    access: {
      fetch,
      now: Date.now,
      random: Math.random,
      wait: (ms, signal) => sleep(ms, undefined, signal && { signal }),
      newId: randomUUID,
      loginUrl: at.loginUrl,
      exchangeUrl: at.exchangeUrl,
      activityUrl: at.activityUrl,
    },
    // Those for all are always there, if only without a value.
    secret: (name) => Promise.resolve(secrets[name] ?? (name.includes('/') ? undefined : '')),
    slack: {
      url: at.slackApiUrl,
      channels: listChannels(policy),
      approvers: listApprovers(policy),
      post: testMessage,
    },
    cloud: {
      table: async () => {
        const { Table } = await client.send(new DescribeTableCommand({ TableName: tableName }));
        return {
          status: Table?.TableStatus ?? 'unknown',
          stream: Table?.StreamSpecification?.StreamEnabled === true,
          // The engine here builds an index at once, and not every one says so.
          indexes: (Table?.GlobalSecondaryIndexes ?? []).map(({ IndexName, IndexStatus }) => ({
            name: IndexName ?? '',
            status: IndexStatus ?? 'ACTIVE',
          })),
          recovery: undefined,
        };
      },
      bus: () => Promise.resolve({ name: busName }),
      unreadable: () => Promise.resolve(unreadable.map(({ id }) => id)),
      enforcement: () => readEnforcements(createVersionedValues({ client, tableName })),
    },
    tenants: [...known],
    collected: collectedTenants(policy),
    without: (tenant) => kindsWithout(policy, tenant),
  });
  return examine(checks, { within, later: (ms) => AbortSignal.timeout(ms) });
}
