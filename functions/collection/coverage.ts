/**
 * What the collector remembers from run to run about how much of an audit log it has seen. The register keeps it; the
 * collector plans by it. Everything in it is written once or only ever moves forward, so collectors that run at the
 * same time do not undo each other's notes.
 */
import type { Instant } from '#time/instant.ts';
import type { Stretch } from '#time/stretch.ts';

/** One content type of one tenant. */
export interface Feed {
  /** GUID of the tenant. */
  readonly tenant: string;
  /** `Audit.Exchange`, `Audit.General`. */
  readonly contentType: string;
}

/** What was found in content. `published` and `failed` are part of `read`; the rest did not matter to anybody. */
export interface BlobCounts {
  readonly read: number;
  readonly published: number;
  /** Could not be read as a record, or is larger than the bus takes. */
  readonly failed: number;
}

/** A window whose content was listed to the end, and each blob of it then read or given up. Never changed. */
export interface FetchedWindow extends Stretch, BlobCounts {
  /** When the listing began: what appeared in the window later than that has not been seen. */
  readonly fetchedAt: Instant;
  readonly why: 'live' | 'gap' | 'revisit';
  /** Blobs listed … */
  readonly blobs: number;
  /** … and those among them that were read now, not earlier. The counts of records are about these. */
  readonly fetched: number;
  /** Blobs given up now. */
  readonly lost: number;
  /** Distinguishes runs that fetched the same window at the same moment. */
  readonly run: string;
}

/** Looked at from `start` to `end`, at that time or later. */
export interface SeenStretch extends Stretch {
  readonly fetchedAt: Instant;
}

export interface Blob {
  readonly contentId: string;
  readonly contentUri: string;
  /** What windows are about; later than the records in it. */
  readonly contentCreated: Instant;
  readonly contentExpiration: Instant;
}

/** What became of a blob. Without it, the blob was never tried. */
export type BlobState =
  | ({ readonly state: 'read'; readonly at: Instant } & BlobCounts)
  /** Tried in vain so far; it is tried again. */
  | {
      readonly state: 'failed';
      readonly at: Instant;
      readonly firstAt: Instant;
      readonly attempts: number;
    }
  /** Given up for good: its records never came through this feed. */
  | { readonly state: 'lost'; readonly at: Instant; readonly why: string };

export interface LostBlob {
  readonly contentId: string;
  readonly contentCreated: Instant;
  readonly at: Instant;
  readonly why: string;
}

/** Moments that only ever move forward, except the first, and what was seen, which only ever becomes more. */
export interface FeedProgress {
  /** When collecting from this feed began. */
  readonly begunAt: Instant;
  /** When Microsoft was last asked to start the subscription. */
  readonly startedAt?: Instant;
  /** When the subscription was last seen enabled. */
  readonly enabledAt?: Instant;
  /** `contentCreated` of the newest blob read. */
  readonly newestAt?: Instant;
  /** What of the last seven days was fetched, see `seen.ts`. Absent where it has to be put together first. */
  readonly seen?: readonly SeenStretch[];
}

export interface Coverage {
  /** Absent where the feed was never collected from. */
  readonly progress: FeedProgress | undefined;
  /** Every fetch of a window that reaches into the last seven days, by the window's end. */
  readonly windows: readonly FetchedWindow[];
  /** What of the last seven days lies in a fetched window, in order … */
  readonly covered: readonly Stretch[];
  /** … and what does not. What lies before `begunAt` is in here too. */
  readonly gaps: readonly Stretch[];
  readonly oldestGap: Stretch | undefined;
  readonly lost: readonly LostBlob[];
  /** The subscription was not running then: there are no blobs to fetch, whether or not the window was fetched. */
  readonly blind: readonly Stretch[];
  /** Notes that could not be read: what they were about counts as not seen. */
  readonly unreadable: number;
}

export interface CoverageLedger {
  /** The last seven days before `now`, put together from every note: far more to read than `FeedProgress.seen`. */
  coverage(feed: Feed, now: Instant): Promise<Coverage>;
  /** What is known of blobs created in a stretch of time, by content id. */
  blobs(feed: Feed, created: Stretch): Promise<ReadonlyMap<string, BlobState>>;
  /** A blob that was read stays read, whatever is noted about it afterwards. */
  noteBlob(feed: Feed, blob: Blob, state: BlobState): Promise<void>;
  noteWindow(feed: Feed, window: FetchedWindow): Promise<void>;
  /** Keeps the later of the known and the given moments, and returns the result. `begunAt` stays the first. */
  noteProgress(feed: Feed, progress: FeedProgress): Promise<FeedProgress>;
  noteBlind(feed: Feed, stretch: Stretch): Promise<void>;
  /** The tenant that was begun with last, whichever run that was. */
  lastBegun(): Promise<string | undefined>;
  noteBegun(tenant: string): Promise<void>;
}
