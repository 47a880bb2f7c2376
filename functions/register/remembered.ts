/**
 * Audit records about an object without an exception: they show nothing risky by themselves, but may do so together
 * with one that is still on its way. They are kept under the object's name, and whatever opens an exception for it
 * takes them along. How much is kept is bounded; what is dropped is named, so that it can be reported. Whoever made a
 * dropped change is kept all the same: they cannot approve what came of it.
 */
import * as z from 'zod';
import { toCanonicalJson } from '#values/canonical-json.ts';
import { kinds } from '#kinds/registry.ts';
import { compareMoments } from '#time/moment.ts';
import { createChange } from '#lifecycle/changes.ts';
import { momentOf } from '#lifecycle/logged-changes.ts';
import { instantSchema } from './instant-schema.ts';
import { outsides } from '#lifecycle/exception.ts';
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
  /** Which objects had the name up to which moment, and what they are called since. Oldest first. */
  readonly renames: readonly Rename[];
  /** Counts the writes: what was decided on an older one is decided again. 0: nothing is kept. */
  readonly revision: number;
  /** Attributes of the item that only a newer release knows: they are kept. */
  readonly besides?: Readonly<Record<string, unknown>>;
}

/** What to keep from now on, if `revision` is still the newest. */
export interface RememberedChange extends Remembered {
  readonly of: ObjectRef;
}

export const nothingRemembered: Remembered = { records: [], touched: [], renames: [], revision: 0 };

/** As many as fit into one transaction together with the exception they open. */
export const mostRecords = 24;
/** Half of what DynamoDB holds in one item: two of them become one when an object is renamed. */
const mostBytes = 180 * 1024;
/** More people than administer a tenant. */
const mostTouched = 200;

interface Kept extends Pick<Remembered, 'records' | 'touched'> {
  readonly forgotten: readonly string[];
}

/**
 * Adds one, once. If there are too many, the oldest is dropped, but not the object's creation as long as anything
 * else can be: it says the most.
 */
export function addRemembered(
  { records, touched }: Pick<Remembered, 'records' | 'touched'>,
  ...more: readonly RememberedRecord[]
): Kept {
  const news = more.filter(({ receipt }) => !records.some((one) => one.receipt === receipt));
  let kept = [...records, ...news].toSorted(byMoment);
  const leaving: Observation[] = [];
  while (kept.length > mostRecords || Buffer.byteLength(toCanonicalJson(kept)) > mostBytes) {
    const made = kept.findLastIndex(({ observation }) => observation.change === 'create');
    const at = made === 0 && kept.length > 1 ? 1 : 0;
    leaving.push(...kept.slice(at, at + 1).map(({ observation }) => observation));
    kept = kept.toSpliced(at, 1);
  }
  return {
    records: kept,
    touched: mergeTouched(touched, leaving.filter(({ change }) => change !== 'remove').map(changeOf)),
    forgotten: leaving.map(({ record }) => record),
  };
}

/** The newest change of each author; of too many people, the newest changes. */
export function mergeTouched(touched: readonly Change[], more: readonly Change[]): readonly Change[] {
  const inOrder = [...touched, ...more].toSorted(compareMoments);
  const byAuthor = new Map(inOrder.map((one) => [`${one.by.type} ${one.by.id.toLowerCase()}`, one]));
  return [...byAuthor.values()].toSorted(compareMoments).slice(-mostTouched);
}

const changeOf = (observation: Observation): Change => {
  const { record, operation, changedBy, changedAt, order } = observation;
  return createChange({ record, operation, changedBy, changedAt, ...(order !== undefined && { order }) });
};

const byMoment = (a: RememberedRecord, b: RememberedRecord): number =>
  compareMoments(momentOf(a.observation), momentOf(b.observation));

const settings = z.record(z.string(), z.unknown());
const change = z.enum(['create', 'alter', 'enable', 'disable', 'remove']);
const author = z.looseObject({
  type: z.enum(['person', 'application', 'service', 'unknown']),
  id: z.string(),
  outside: z.enum(outsides).exactOptional(),
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
  changedAt: instantSchema,
  order: z.string().exactOptional(),
  applications: z.array(z.string()).exactOptional(),
  ownDomains: z.array(z.string()).exactOptional(),
}) satisfies z.ZodType<Observation>;

/** As stored in the table. Additional fields of a newer release are kept. */
export const rememberedSchema = z.looseObject({
  records: z.array(z.looseObject({ observation: observationSchema, receipt: z.string() })),
  // Absent in what was stored before.
  touched: z
    .array(
      z.looseObject({
        record: z.string(),
        by: author,
        at: instantSchema,
        order: z.string().exactOptional(),
        operation: z.string(),
      }),
    )
    .default([]),
  renames: z.array(
    z.looseObject({
      to: z.string(),
      until: z.looseObject({ at: instantSchema, order: z.string().exactOptional(), record: z.string() }),
    }),
  ),
});
