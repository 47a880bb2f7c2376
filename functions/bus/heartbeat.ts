import { lifecycleSource } from './lifecycle-event.ts';
import type { Instant } from '#time/instant.ts';
import type { BusEntry } from './entry.ts';

/** Goes where recorded events go, and is counted there: nobody has to do anything about it. */
export const heartbeatType = 'Heartbeat';

export const createHeartbeatEntry = (at: Instant): BusEntry => ({
  Source: lifecycleSource,
  DetailType: heartbeatType,
  Detail: JSON.stringify({ data: { at } }),
});
