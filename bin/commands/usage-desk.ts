/** Where the use of exceptions is kept: in a running local deployment, or on AWS. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { readAcceptedDomains } from '#inventory/notes.ts';
import { writeUsageDay } from '#register/usage-item.ts';
import { createUsageStore } from '#register/usage.ts';
import { createVersionedValues } from '#register/versioned-values.ts';
import { readLocalAddress, askLocal } from './ask-local.ts';
import { parseWebAddress } from './arguments.ts';
import { tableOf } from './stack-table.ts';
import type { Coverage } from '#behaviour/coverage.ts';
import type { UsageDay } from '#behaviour/usage.ts';
import type { Duration } from '#time/instant.ts';

export interface UsageDesk {
  /** The tenant's own domains, as the inventory last noted. */
  readonly domains: (tenant: string) => Promise<readonly string[]>;
  /** By which senders are hashed. */
  readonly key: () => Promise<string>;
  /** How many of the days are new, or tell more than what was kept. */
  readonly keep: (id: string, days: readonly UsageDay[]) => Promise<number>;
  readonly cover: (tenant: string, coverage: Coverage) => Promise<void>;
}

interface Where {
  readonly stack?: string | undefined;
  readonly url?: string | undefined;
}

/** `keptFor`: on AWS, where the policy is not in the table. `since`: what is older is forgotten. */
export async function openUsageDesk(
  { stack, url }: Where,
  kept: () => { readonly keptFor: Duration; readonly since: string },
): Promise<UsageDesk> {
  if (stack === undefined)
    return overHttp(url === undefined ? readLocalAddress() : parseWebAddress('--url', url));
  const client = new DynamoDBClient({});
  const tableName = await tableOf(client, stack);
  const values = createVersionedValues({ client, tableName });
  const store = createUsageStore({ client, tableName }, values);
  const { keptFor, since } = kept();
  return {
    domains: (tenant) => readAcceptedDomains(values, tenant),
    key: () => store.key(),
    async keep(id, days) {
      const outcomes = [];
      for (const day of days) outcomes.push(await store.keep(id, day, keptFor));
      return outcomes.filter((outcome) => outcome === 'kept').length;
    },
    cover: (tenant, coverage) => store.cover(tenant, coverage, since),
  };
}

const overHttp = (url: string): UsageDesk => ({
  domains: async (tenant) =>
    ((await askLocal(url, `/usage/${encodeURIComponent(tenant)}`)) as { domains: readonly string[] }).domains,
  // Whoever reaches a local deployment can read all that is in it.
  key: async () => ((await askLocal(url, '/usage-key', {})) as { key: string }).key,
  keep: async (id, days) =>
    ((await askLocal(url, '/usage', { id, days: days.map(writeUsageDay) })) as { kept: number }).kept,
  cover: async (tenant, coverage) => {
    await askLocal(url, '/usage', { tenant, coverage });
  },
});
