import * as z from 'zod';
import { fromMillis, type Instant } from '#time/instant.ts';
import { tryParseJson } from '#values/json.ts';

/** One value of a metric, as CloudWatch gets it. */
export interface Measurement {
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly at: Instant;
  readonly value: number;
  /** An alarm that names a unit hears of no other. */
  readonly unit: string;
}

const embeddedSchema = z.looseObject({
  _aws: z.object({
    Timestamp: z.number(),
    CloudWatchMetrics: z.array(
      z.object({
        Namespace: z.string(),
        Dimensions: z.array(z.array(z.string())),
        Metrics: z.array(z.object({ Name: z.string(), Unit: z.string().default('None') })),
      }),
    ),
  }),
});
const valuesSchema = z.union([z.number(), z.array(z.number())]).transform((one) => [one].flat());

/** What a line of a function's log counts, where it is in CloudWatch's embedded metric format. */
export function measurementsIn(line: string): readonly Measurement[] {
  const read = embeddedSchema.safeParse(tryParseJson(line));
  if (!read.success) return [];
  const { _aws: told, ...rest } = read.data;
  return told.CloudWatchMetrics.flatMap(({ Namespace: namespace, Dimensions, Metrics }) =>
    Dimensions.flatMap((names) =>
      Metrics.flatMap(({ Name: metric, Unit: unit }) =>
        valuesSchema.parse(rest[metric]).map((value) => ({
          namespace,
          metric,
          dimensions: Object.fromEntries(names.map((name) => [name, String(rest[name])])),
          at: fromMillis(told.Timestamp),
          value,
          unit,
        })),
      ),
    ),
  );
}
