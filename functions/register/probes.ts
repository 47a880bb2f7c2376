/**
 * Runs of the control-point test, beside the exceptions: each an item of its own, replaced when message trace has told
 * more, and gone after a time.
 */
import { DynamoDBDocumentClient, paginateQuery, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { controls, steps, type ProbeRun } from '#probe/run.ts';
import { duration, millis, toMillis } from '#time/instant.ts';
import { toCanonicalJson } from '#values/canonical-json.ts';
import { tryParseJson } from '#values/json.ts';
import { instantSchema } from './instant-schema.ts';
import { probeKey } from './keys.ts';
import { timeToLive } from './table.ts';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Whoever shows what was tested once a year still has the last one. */
const keptFor = duration('P400D');

export interface ProbeRuns {
  keep(run: ProbeRun): Promise<void>;
  /** Newest first. */
  inTenant(tenant: string): Promise<readonly ProbeRun[]>;
}

export function createProbeRuns({
  client,
  tableName: TableName,
}: {
  readonly client: DynamoDBClient;
  readonly tableName: string;
}): ProbeRuns {
  const db = DynamoDBDocumentClient.from(client);
  return {
    async keep(run) {
      const Item = {
        ...probeKey(run.tenant, run),
        run: toCanonicalJson(run),
        [timeToLive]: Math.floor((toMillis(run.at) + millis(keptFor)) / 1000),
      };
      await db.send(new PutCommand({ TableName, Item }));
    },
    async inTenant(tenant) {
      const found: ProbeRun[] = [];
      const { pk } = probeKey(tenant, { at: '', id: '' });
      for await (const { Items = [] } of paginateQuery(
        { client: db },
        {
          TableName,
          KeyConditionExpression: 'pk = :pk',
          ExpressionAttributeValues: { ':pk': pk },
          ScanIndexForward: false,
          ConsistentRead: true,
        },
      ))
        found.push(...Items.map((item) => probeRunSchema.parse(tryParseJson(itemSchema.parse(item).run))));
      return found;
    },
  };
}

const itemSchema = z.object({ run: z.string() });

const reply = { code: z.int(), status: z.string().exactOptional(), text: z.string() };
const answering = {
  server: z.string(),
  encryption: z.object({ used: z.boolean(), unproven: z.string().exactOptional() }),
};

/** Additional fields of a newer release are left aside. */
export const probeRunSchema = z.object({
  id: z.string(),
  tenant: z.string(),
  domain: z.string(),
  to: z.string(),
  at: instantSchema,
  by: z.string(),
  tests: z.array(
    z.object({
      control: z.enum(controls),
      connector: z.string().exactOptional(),
      host: z.string(),
      sender: z.string(),
      from: z.string(),
      markHash: z.string(),
      answer: z.discriminatedUnion('type', [
        z.object({ type: z.literal('unreached'), why: z.string() }),
        z.object({ type: z.literal('broken'), why: z.string(), server: z.string().exactOptional() }),
        z.object({ type: z.literal('refused'), at: z.enum(steps), ...reply, ...answering }),
        z.object({ type: z.literal('accepted'), ...reply, ...answering }),
      ]),
      seen: z
        .object({
          at: instantSchema,
          received: instantSchema.exactOptional(),
          status: z.string(),
          fromIP: z.string().exactOptional(),
          connector: z.string().exactOptional(),
          none: z.literal(true).exactOptional(),
          events: z.array(z.string()),
          copies: z.int(),
        })
        .exactOptional(),
    }),
  ),
  untested: z.array(
    z.object({ control: z.enum(controls), connector: z.string().exactOptional(), why: z.string() }),
  ),
}) satisfies z.ZodType<ProbeRun>;
