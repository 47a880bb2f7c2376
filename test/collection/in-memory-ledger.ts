/** A coverage ledger in this process, for tests. It keeps the same promises. */
import { blobKey, feedKey } from '#collection/ledger-items.ts';
import { coverageOf, mergeProgress, reachOf } from '#collection/progress.ts';
import type {
  Blob,
  CoverageLedger,
  Feed,
  FetchedWindow,
  LostBlob,
  FeedProgress,
  BlobState,
} from '#collection/coverage.ts';
import type { Stretch } from '#time/stretch.ts';

interface Notes {
  progress: FeedProgress | undefined;
  readonly windows: FetchedWindow[];
  readonly blobs: Map<string, { readonly blob: Blob; readonly state: BlobState }>;
  readonly lost: Map<string, LostBlob>;
  readonly blind: Map<string, Stretch>;
}

export function createInMemoryCoverageLedger(): CoverageLedger {
  const feeds = new Map<string, Notes>();
  let begun: string | undefined;
  const notesOf = (feed: Feed): Notes => {
    const key = feedKey(feed);
    const notes = feeds.get(key) ?? {
      progress: undefined,
      windows: [],
      blobs: new Map(),
      lost: new Map(),
      blind: new Map(),
    };
    feeds.set(key, notes);
    return notes;
  };

  // Nothing below waits between reading and writing, so every call happens at once.
  return {
    coverage(feed, now) {
      const { progress, windows, lost, blind } = notesOf(feed);
      const { start } = reachOf(now);
      const reaching = windows.filter(({ end }) => end >= start).sort((a, b) => (a.end < b.end ? -1 : 1));
      const losses = [...lost.values()].filter(({ contentCreated }) => contentCreated >= start);
      return Promise.resolve({
        ...coverageOf(progress, reaching, losses, [...blind.values()], now),
        unreadable: 0,
      });
    },
    blobs(feed, { start, end }) {
      const within = [...notesOf(feed).blobs.values()].filter(
        ({ blob }) => blob.contentCreated >= start && blob.contentCreated < end,
      );
      return Promise.resolve(new Map(within.map(({ blob, state }) => [blob.contentId, state])));
    },
    noteBlob(feed, blob, state) {
      const { blobs, lost } = notesOf(feed);
      const { contentId, contentCreated } = blob;
      const key = blobKey(feed, blob).sk;
      if (state.state === 'lost' && !lost.has(key))
        lost.set(key, { contentId, contentCreated, at: state.at, why: state.why });
      const before = blobs.get(key)?.state.state;
      const may = state.state === 'read' ? before !== 'read' : before === undefined || before === 'failed';
      if (may) blobs.set(key, { blob, state });
      return Promise.resolve();
    },
    noteWindow(feed, window) {
      notesOf(feed).windows.push(window);
      return Promise.resolve();
    },
    noteProgress(feed, told) {
      const notes = notesOf(feed);
      notes.progress = mergeProgress(notes.progress, told);
      return Promise.resolve(notes.progress);
    },
    noteBlind(feed, stretch) {
      const { blind } = notesOf(feed);
      const known = blind.get(stretch.start);
      if (!known || known.end < stretch.end) blind.set(stretch.start, stretch);
      return Promise.resolve();
    },
    lastBegun: () => Promise.resolve(begun),
    noteBegun(tenant) {
      begun = tenant;
      return Promise.resolve();
    },
  };
}
