/**
 * Audit records about an object that has no exception: they tell of nothing risky by themselves, but may together
 * with one that is still on its way. They are kept under the object's name, and whatever opens an exception for it
 * takes them along. What is kept is bounded; what is left out is named, so that somebody can say so. Who made a change
 * that is left out is kept all the same: they cannot approve what became of it.
 */
import * as z from 'zod';
import { canonical } from '#risk/canonical.ts';
import { kinds } from '#kinds/registry.ts';
import { compareMoments } from '#time/moment.ts';
import { changeIn } from '#policy/owner.ts';
import { momentOf } from '#lifecycle/told.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Change } from '#lifecycle/exception.ts';
import type { Moment } from '#time/moment.ts';
import type { ObjectRef } from './identity.ts';

export interface RememberedRecord {
  readonly observation: Observation;
  /** The receipt it gets once it is in a trail. */
  readonly receipt: string;
}

export interface Rename {
  readonly to: string;
  readonly until: Moment;
}

/** What is kept under one name. */
export interface Remembered {
  readonly records: readonly RememberedRecord[];
  /** Changes of which nothing more is kept: the newest of each author, oldest first. */
  readonly touched: readonly Change[];
  /** Who bore the name up to which moment, and what it is called since. Oldest first. */
  readonly renames: readonly Rename[];
  /** Counts the writes: what was decided on an older one is decided again. 0: nothing is kept. */
  readonly revision: number;
}

/** What is to be kept from now on, if `revision` is still the newest. */
export interface RememberedChange extends Remembered {
  readonly of: ObjectRef;
}

export const nothingRemembered: Remembered = { records: [], touched: [], renames: [], revision: 0 };

/** As many as fit one transaction together with the exception they open. */
export const mostRecords = 24;
/** Half of what DynamoDB holds in one item: two such go into one when an object is renamed. */
const mostBytes = 180 * 1024;
/** More people than administer a tenant. */
const mostTouched = 200;

interface Kept extends Pick<Remembered, 'records' | 'touched'> {
  readonly forgotten: readonly string[];
}

/**
 * With one more, once. Where they become too many the oldest goes, but never what made the object as long as anything
 * else can: it tells most of it.
 */
export function remembering(
  { records, touched }: Pick<Remembered, 'records' | 'touched'>,
  ...more: readonly RememberedRecord[]
): Kept {
  const news = more.filter(({ receipt }) => !records.some((one) => one.receipt === receipt));
  let kept = [...records, ...news].toSorted(byMoment);
  const leaving: Observation[] = [];
  while (kept.length > mostRecords || Buffer.byteLength(canonical(kept)) > mostBytes) {
    const made = kept.findLastIndex(({ observation }) => observation.change === 'create');
    const at = made === 0 && kept.length > 1 ? 1 : 0;
    leaving.push(...kept.slice(at, at + 1).map(({ observation }) => observation));
    kept = kept.toSpliced(at, 1);
  }
  return {
    records: kept,
    touched: touching(touched, leaving.filter(({ change }) => change !== 'remove').map(changeOf)),
    forgotten: leaving.map(({ record }) => record),
  };
}

/** Of each author the newest change; of more people than that, the newest. */
export function touching(touched: readonly Change[], more: readonly Change[]): readonly Change[] {
  const inOrder = [...touched, ...more].toSorted(compareMoments);
  const byAuthor = new Map(inOrder.map((one) => [`${one.by.type} ${one.by.id.toLowerCase()}`, one]));
  return [...byAuthor.values()].toSorted(compareMoments).slice(-mostTouched);
}

const changeOf = (observation: Observation): Change => {
  const { record, operation, changedBy, changedAt, order } = observation;
  return changeIn({ record, operation, changedBy, changedAt, ...(order !== undefined && { order }) });
};

const byMoment = (a: RememberedRecord, b: RememberedRecord): number =>
  compareMoments(momentOf(a.observation), momentOf(b.observation));

const settings = z.record(z.string(), z.unknown());
const change = z.enum(['create', 'alter', 'enable', 'disable', 'remove']);
const instant = z.iso.datetime({ precision: 3 }).transform((text) => text as Observation['changedAt']);
const author = z.looseObject({
  type: z.enum(['person', 'application', 'service', 'unknown']),
  id: z.string(),
});
const telling = {
  change,
  settings,
  enabled: z.boolean().exactOptional(),
  renamed: z.string().exactOptional(),
};
const observationSchema = z.looseObject({
  ...telling,
  record: z.string(),
  operation: z.string(),
  tenant: z.string(),
  kind: z.enum(kinds),
  name: z.string(),
  guid: z.string().exactOptional(),
  complete: z.boolean(),
  passed: z.array(z.string()),
  changedBy: author,
  changedAt: instant,
  order: z.string().exactOptional(),
  applications: z.array(z.string()).exactOptional(),
}) satisfies z.ZodType<Observation>;

/** What stands in the table. What a newer release wrote besides is kept. */
export const rememberedSchema = z.looseObject({
  records: z.array(z.looseObject({ observation: observationSchema, receipt: z.string() })),
  // Absent in what was stored before.
  touched: z
    .array(
      z.looseObject({
        record: z.string(),
        by: author,
        at: instant,
        order: z.string().exactOptional(),
        operation: z.string(),
      }),
    )
    .default([]),
  renames: z.array(
    z.looseObject({
      to: z.string(),
      until: z.looseObject({ at: instant, order: z.string().exactOptional(), record: z.string() }),
    }),
  ),
});
