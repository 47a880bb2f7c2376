/** What happened to an exception, as it stands on the bus. Delivered at least once and in no certain order. */
import * as z from 'zod';
import { toTitle, type Event } from '#lifecycle/events.ts';
import type { BusEntry } from './entry.ts';

export const lifecycleSource = 'lapse.register';

const eventSchema = z
  .looseObject({ type: z.string().min(1), at: z.iso.datetime(), actor: z.looseObject({ type: z.string() }) })
  // The register wrote it and `toTitle` named it; what the events carry besides is theirs to know.
  .transform((event) => event as unknown as Event);

/** Loose: after a rollback, what a newer release put on the bus is still worked through. */
export const lifecycleEventSchema = z.looseObject({
  metadata: z.looseObject({
    /** `<exception id>#<version>`: what consumers tell redeliveries by. */
    event_id: z.string().min(1),
    exception_id: z.string().min(1),
    tenant_id: z.string().min(1),
    /** The version the event made: consumers restore order by it. */
    sequence: z.int().positive(),
    occurred_at: z.iso.datetime(),
    schema_version: z.literal(1),
  }),
  data: eventSchema,
});
export type LifecycleEvent = z.output<typeof lifecycleEventSchema>;

/** A step of a trail; its hashes stay in the trail, the bus is not where it is checked. */
export type TrailStep = Event & {
  readonly version: number;
  readonly hash?: string;
  readonly previous?: string;
};

export function createLifecycleEntry(exceptionId: string, tenant: string, step: TrailStep): BusEntry {
  const { version } = step;
  const data: { -readonly [Field in keyof TrailStep]?: TrailStep[Field] } = { ...step };
  delete data.version;
  delete data.hash;
  delete data.previous;
  const detail = {
    metadata: {
      event_id: `${exceptionId}#${version}`,
      exception_id: exceptionId,
      tenant_id: tenant,
      sequence: version,
      occurred_at: step.at,
      schema_version: 1,
    },
    data,
  };
  return { Source: lifecycleSource, DetailType: toTitle(step.type), Detail: JSON.stringify(detail) };
}
