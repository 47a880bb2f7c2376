import * as z from 'zod';

/** An alarm of CloudWatch, with every reference resolved. */
export interface AlarmSpec {
  readonly id: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, string>>;
  /** Values in other units are not its own. */
  readonly unit?: string;
  /** `p99` and the like are percentiles. */
  readonly statistic: string;
  readonly periodMs: number;
  readonly comparison: 'GreaterThanThreshold' | 'LessThanThreshold';
  readonly threshold: number;
  /** Goes off when so many of the last `periods` are bad. */
  readonly datapoints: number;
  readonly periods: number;
  /** What a period without data counts as. */
  readonly missing: 'breaching' | 'notBreaching';
  /** ARNs of what it tells when it goes off. */
  readonly tells: readonly string[];
}

/** Other alarms than these are refused: it is not known here when they would go off. */
const alarmSchema = z.strictObject({
  AlarmDescription: z.string().optional(),
  Tags: z.unknown().optional(),
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: z.array(z.object({ Name: z.string(), Value: z.string() })).default([]),
  Unit: z.string().optional(),
  Statistic: z.enum(['Sum', 'Maximum', 'Minimum', 'Average', 'SampleCount']).optional(),
  ExtendedStatistic: z
    .string()
    .regex(/^p\d{1,2}$/)
    .optional(),
  Period: z.number().positive(),
  ComparisonOperator: z.enum(['GreaterThanThreshold', 'LessThanThreshold']),
  Threshold: z.number(),
  EvaluationPeriods: z.number().int().positive(),
  DatapointsToAlarm: z.number().int().positive().optional(),
  TreatMissingData: z.enum(['breaching', 'notBreaching']),
  AlarmActions: z.array(z.string()).default([]),
});

/** Reads an alarm's resolved properties. Throws `ZodError` where it is of another kind. */
export function toAlarm(id: string, properties: unknown): AlarmSpec {
  const is = alarmSchema.parse(properties);
  return {
    id,
    namespace: is.Namespace,
    metric: is.MetricName,
    dimensions: Object.fromEntries(is.Dimensions.map(({ Name, Value }) => [Name, Value])),
    ...(is.Unit !== undefined && { unit: is.Unit }),
    statistic: is.Statistic ?? is.ExtendedStatistic ?? 'Average',
    periodMs: is.Period * 1000,
    comparison: is.ComparisonOperator,
    threshold: is.Threshold,
    datapoints: is.DatapointsToAlarm ?? is.EvaluationPeriods,
    periods: is.EvaluationPeriods,
    missing: is.TreatMissingData,
    tells: is.AlarmActions,
  };
}
