/** Puts events on the bus. The only file that knows EventBridge. */
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { largestCall, sizeOf, type BusEntry } from './entry.ts';
import { doubleWait } from '#time/double-wait.ts';

/** What did not get onto the bus, by its place in what was handed over. */
export interface Unpublished {
  readonly index: number;
  /** EventBridge's error code; `TooLarge`; or `NotTried`, behind one that failed. */
  readonly code: string;
}

export interface Publisher {
  /**
   * Puts the entries on the bus in the order given, and answers with what is not there. A call that fails as a
   * whole counts for each of its entries; nothing is thrown. With `stopAtFailure`, no further call is made after one
   * that failed: for those who begin again there and want later entries not to overtake earlier ones.
   */
  publish(
    entries: readonly BusEntry[],
    options?: { readonly stopAtFailure?: boolean },
  ): Promise<{ readonly failed: readonly Unpublished[] }>;
}

interface Options {
  /** Without one: as the environment says. */
  readonly client?: Pick<EventBridgeClient, 'send'>;
  readonly busName: string;
  /** Waits so many milliseconds. */
  readonly wait?: (millis: number) => Promise<void>;
  /** From 0 up to 1: spreads the retries of several publishers. */
  readonly chance?: () => number;
}

interface Placed {
  readonly index: number;
  readonly entry: BusEntry;
}

/** PutEvents takes no more in one call. */
const entriesPerCall = 10;
/** First try included. With the waits below, given up after about two seconds: the stream tries again anyway. */
const attempts = 4;
const backoff = { first: 200, longest: 2_000 };
/** The codes by which EventBridge says "later"; every other means that this entry will never be taken. */
const retryable = new Set(['InternalFailure', 'InternalException', 'ThrottlingException']);

export function createPublisher({
  client = new EventBridgeClient({}),
  busName,
  wait = (millis) => new Promise((resolve) => setTimeout(resolve, millis)),
  chance = Math.random,
}: Options): Publisher {
  /** One call. Answers with the code of each entry that was not taken. */
  async function put(call: readonly Placed[]): Promise<ReadonlyMap<Placed, string>> {
    const Entries = call.map(({ entry }) => ({ ...entry, EventBusName: busName }));
    try {
      const { FailedEntryCount: failures = 0, Entries: results = [] } = await client.send(
        new PutEventsCommand({ Entries }),
      );
      // HTTP 200 says only that EventBridge answered; what it took stands entry by entry.
      if (failures === 0) return new Map();
      const refused = call.flatMap((placed, place) => {
        const code = results[place]?.ErrorCode;
        return code === undefined ? [] : ([[placed, code]] as const);
      });
      // A count without codes leaves it open which entry is missing: then all of them are.
      return refused.length > 0
        ? new Map(refused)
        : new Map(call.map((placed) => [placed, 'InternalFailure']));
    } catch (error) {
      // The SDK has already retried what is worth it.
      return new Map(call.map((placed) => [placed, error instanceof Error ? error.name : 'Unknown']));
    }
  }

  async function putUntilTaken(call: readonly Placed[]): Promise<Unpublished[]> {
    const failed: Unpublished[] = [];
    let open = call;
    for (let attempt = 1; ; attempt += 1) {
      const refused = [...(await put(open))];
      const again = attempt < attempts ? refused.filter(([, code]) => retryable.has(code)) : [];
      for (const [placed, code] of refused)
        if (!again.some(([other]) => other === placed)) failed.push({ index: placed.index, code });
      if (again.length === 0) return failed;
      open = again.map(([placed]) => placed);
      await wait(doubleWait(backoff, attempt - 1) * (0.5 + chance()));
    }
  }

  return {
    async publish(entries, { stopAtFailure = false } = {}) {
      const failed: Unpublished[] = [];
      for (const call of calls(entries.map((entry, index) => ({ index, entry })))) {
        if (stopAtFailure && failed.length > 0)
          failed.push(...call.map(({ index }) => ({ index, code: 'NotTried' })));
        else if (call.some(({ entry }) => tooLarge(entry)))
          failed.push(...call.map(({ index }) => ({ index, code: 'TooLarge' })));
        else failed.push(...(await putUntilTaken(call)));
      }
      return { failed: failed.sort((a, b) => a.index - b.index) };
    },
  };
}

const tooLarge = (entry: BusEntry): boolean => sizeOf(entry) >= largestCall;

/** As many entries a call as PutEvents takes, by number and by size together; one that is too large stands alone. */
function calls(all: readonly Placed[]): readonly (readonly Placed[])[] {
  const made: Placed[][] = [];
  let size = 0;
  for (const placed of all) {
    const last = made.at(-1);
    const own = sizeOf(placed.entry);
    if (last && last.length < entriesPerCall && size + own < largestCall) {
      last.push(placed);
      size += own;
    } else {
      made.push([placed]);
      size = own;
    }
  }
  return made;
}
