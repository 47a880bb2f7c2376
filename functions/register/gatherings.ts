/** What waits for somebody's next digest, and what the digests so far name, as stored in the table. */
import * as z from 'zod';
import { noGathering, type Digest, type Gathering, type Gatherings } from '#lifecycle/gathering.ts';
import { duration, plus } from '#time/instant.ts';
import { noteNames } from './partitions.ts';
import { instantSchema } from './instant-schema.ts';
import type { VersionedValues } from './versioned-values.ts';

const cardSchema = z.looseObject({ channel: z.string(), ts: z.string() });

/** Additional fields of a newer release are kept. */
const gatheringSchema = z.looseObject({
  posted: z.array(z.looseObject({ id: z.string(), of: z.int(), at: instantSchema })),
  waiting: z.array(
    z.looseObject({
      id: z.string(),
      of: z.int(),
      owner: z.string().exactOptional(),
      about: z.enum(['ask', 'remind', 'tell', 'next']),
    }),
  ),
  due: instantSchema.exactOptional(),
  last: cardSchema.extend({ at: instantSchema, done: z.boolean() }).exactOptional(),
  sending: instantSchema.exactOptional(),
}) satisfies z.ZodType<Gathering>;

const digestSchema = z.looseObject({
  ids: z.array(z.string()),
  channel: z.literal(true).exactOptional(),
  to: z.string().exactOptional(),
  head: z.looseObject({ total: z.int(), soonest: instantSchema.exactOptional() }).exactOptional(),
}) satisfies z.ZodType<Digest>;

/** Longer than any term: what an old digest names may still be answered there. */
const keptFor = duration('P400D');

export function createGatherings(values: VersionedValues): Gatherings {
  // No person or channel is called so.
  const nameOf = ({ channel, ts }: { readonly channel: string; readonly ts: string }): string =>
    `${noteNames.digest}in#${channel}#${ts}`;
  return {
    async load(to) {
      const kept = await values.read(`${noteNames.digest}${to}`);
      return kept
        ? { gathering: gatheringSchema.parse(kept.value), revision: kept.revision }
        : { gathering: noGathering, revision: 0 };
    },
    save: (to, gathering, revision) => values.write(`${noteNames.digest}${to}`, gathering, revision),
    async findDigest(card) {
      const kept = await values.read(nameOf(card));
      return kept && digestSchema.parse(kept.value);
    },
    async keepDigest(card, digest, now) {
      await values.write(nameOf(card), digest, 0, plus(now, keptFor));
    },
  };
}
