import { duration, earliest, plus, type Instant } from '#time/instant.ts';

interface Surroundings {
  readonly lastRun: () => Instant | undefined;
  /** The first moment after that one at which something comes into the lists of the audit log. */
  readonly nextListing: (after: Instant) => Instant | undefined;
  readonly now: () => Instant;
}

/** Late content is looked for by the clock, and so is a subscription that somebody ended. */
const atLeastEvery = duration('PT1H');

/** When the next run of the collector could find something. */
export const quietCollection =
  ({ lastRun, nextListing, now }: Surroundings) =>
  (): Promise<Instant> => {
    const last = lastRun();
    return Promise.resolve(
      last === undefined ? now() : earliest(plus(last, atLeastEvery), ...[nextListing(last) ?? []].flat()),
    );
  };
