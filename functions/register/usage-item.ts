/** A day of use as it is written: so short that no day, whoever sent what, takes more than a few kilobytes. */
import * as z from 'zod';
import { checks, sources, type Check, type Outcome } from '#behaviour/sighting.ts';
import { tryParseJson } from '#values/json.ts';
import { instantSchema } from './instant-schema.ts';
import type { Coverage } from '#behaviour/coverage.ts';
import type { Sketch } from '#behaviour/sketch.ts';
import type { Checked, Named, Tally, UsageDay } from '#behaviour/usage.ts';

/** In characters of JSON; DynamoDB counts bytes, which a name can take up to four of. */
const longest = 6_000;
const parts = 2 ** 32;
const outcomes = ['delivered', 'junked', 'blocked'] as const satisfies readonly Outcome[];

export interface UsageItem {
  readonly messages: number;
  readonly recipients: number;
  readonly day: string;
}

export function writeUsageDay(day: UsageDay): UsageItem {
  const { date, source, first, last, messages, recipients } = day;
  const written = (named: number): string =>
    JSON.stringify({
      ...{ date, source, first, last },
      tally: writeTally(day),
      domains: day.domains.slice(0, named).map(writeNamed),
      networks: day.networks.slice(0, named).map(writeNamed),
      senders: writeSketch(day.senders),
      allDomains: writeSketch(day.allDomains),
      allNetworks: writeSketch(day.allNetworks),
    });
  let named = Math.max(day.domains.length, day.networks.length);
  let text = written(named);
  // Names can be made as long as names may be: then fewer are kept.
  while (Buffer.byteLength(text) > longest && named > 0) text = written((named -= 1));
  return { messages, recipients, day: text };
}

/** In an order that never changes; zeros at the end are left out. */
function writeTally({ messages, recipients, checked, became, judged, threats }: Tally): readonly number[] {
  const all = [
    ...[messages, recipients, judged, threats],
    ...checks.flatMap((check) => [checked[check].passed, checked[check].failed]),
    ...outcomes.map((outcome) => became[outcome]),
  ];
  return all.slice(0, all.findLastIndex((one) => one !== 0) + 1);
}

function tallyFrom(all: readonly number[]): Tally {
  const at = (index: number): number => all[index] ?? 0;
  const afterChecks = 4 + checks.length * 2;
  return {
    ...{ messages: at(0), recipients: at(1), judged: at(2), threats: at(3) },
    checked: Object.fromEntries(
      checks.map((check, index) => [check, { passed: at(4 + index * 2), failed: at(5 + index * 2) }]),
    ) as Record<Check, Checked>,
    became: Object.fromEntries(
      outcomes.map((outcome, index) => [outcome, at(afterChecks + index)]),
    ) as Record<Outcome, number>,
  };
}

const writeNamed = ({ name, ...tally }: Named) => [name, ...writeTally(tally)];
const writeSketch = (sketch: Sketch): readonly number[] => sketch.map((hash) => Math.round(hash * parts));

const count = z.number().nonnegative();
const namedSchema = z
  .tuple([z.string()], count)
  .transform(([name, ...tally]): Named => ({ name, ...tallyFrom(tally) }));
const sketchSchema = z.array(count).transform((all): Sketch => all.map((one) => one / parts));
/** Additional fields of a newer release are left aside. */
const daySchema = z
  .object({
    date: z.string(),
    source: z.enum(sources),
    first: instantSchema,
    last: instantSchema,
    tally: z.array(count).transform(tallyFrom),
    domains: z.array(namedSchema),
    networks: z.array(namedSchema),
    senders: sketchSchema,
    allDomains: sketchSchema,
    allNetworks: sketchSchema,
  })
  .transform(({ tally, ...day }): UsageDay => ({ ...day, ...tally }));
const itemSchema = z.object({ day: z.string() });

export const usageDayFrom = (item: unknown): UsageDay =>
  daySchema.parse(tryParseJson(itemSchema.parse(item).day));

/** Sources and facets of a newer release are passed over where nobody asks for them. */
const coverageSchema = z.record(
  z.string(),
  z.record(z.string(), z.record(z.string(), z.enum(['whole', 'part']))),
);
export const coverageFrom = (value: unknown): Coverage => coverageSchema.parse(value);
