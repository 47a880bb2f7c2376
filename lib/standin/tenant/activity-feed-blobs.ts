/** The blobs of the stand-in feed: when each comes into being, what is in it, and where it is kept. */
import { createHash } from 'node:crypto';
import type { KeyValue } from '../key-value.ts';

export interface StandInBlob {
  readonly id: string;
  readonly tenant: string;
  readonly contentType: string;
  /** Milliseconds since 1970: what windows are about. */
  readonly created: number;
  /** From when on it is in lists; later than `created` for a late blob. */
  readonly listed: number;
  readonly expires: number;
  /** The bytes, in pieces. */
  readonly content: () => Iterable<Uint8Array>;
}

export interface BlobPlacement {
  readonly tenant: string;
  readonly contentType: string;
  readonly created: number;
  readonly listed: number;
}

export interface Blobs {
  /** Puts a record into a blob of that place and time that still has room. */
  readonly place: (record: unknown, placement: BlobPlacement) => void;
  /** A blob with the given content. */
  readonly add: (content: () => Iterable<Uint8Array>, placement: BlobPlacement) => string;
  readonly list: (tenant: string, contentType: string) => readonly StandInBlob[];
  readonly find: (tenant: string, id: string) => StandInBlob | undefined;
  /** When the first blob after that is listed, of any tenant. */
  readonly nextListed: (after: number) => number | undefined;
}

interface Kept {
  readonly placement: BlobPlacement;
  readonly record: unknown;
}

const week = 7 * 86_400_000;

export function createBlobs(storage: KeyValue | undefined, recordsPerBlob: number): Blobs {
  const byFeed = new Map<string, StandInBlob[]>();
  const byId = new Map<string, StandInBlob>();
  /** The blob of a place and time that is being filled. */
  const filling = new Map<string, unknown[]>();
  let made = 0;

  const make = (content: () => Iterable<Uint8Array>, placement: BlobPlacement): string => {
    const { tenant, contentType, created } = placement;
    made += 1;
    const serial = createHash('sha256').update(`${tenant}/${contentType}/${made}`).digest('hex').slice(0, 24);
    const id = `${serial}$${made}$${contentType.toLowerCase().replace('.', '_')}$${contentType.replace('.', '_')}$standin`;
    const blob: StandInBlob = { ...placement, id, expires: created + week, content };
    const feed = `${tenant}/${contentType}`;
    const blobs = byFeed.get(feed) ?? [];
    byFeed.set(feed, blobs);
    blobs.push(blob);
    byId.set(`${tenant}/${id}`, blob);
    return id;
  };

  const fill = (record: unknown, placement: BlobPlacement): void => {
    const { tenant, contentType, created, listed } = placement;
    const key = `${tenant}/${contentType}/${created}/${listed}`;
    const open = filling.get(key);
    if (open && open.length < recordsPerBlob) {
      open.push(record);
      return;
    }
    const records = [record];
    filling.set(key, records);
    make(() => [Buffer.from(JSON.stringify(records))], placement);
  };

  let kept = 0;
  for (let entry = storage?.get('feed/0'); entry !== undefined; entry = storage?.get(`feed/${kept}`)) {
    const { placement, record } = entry as Kept;
    fill(record, placement);
    kept += 1;
  }

  return {
    place: (record, placement) => {
      storage?.set(`feed/${kept}`, { placement, record } satisfies Kept);
      kept += 1;
      fill(record, placement);
    },
    add: make,
    list: (tenant, contentType) => byFeed.get(`${tenant}/${contentType}`) ?? [],
    find: (tenant, id) => byId.get(`${tenant}/${id}`),
    nextListed(after) {
      let first: number | undefined;
      for (const { listed } of byId.values())
        if (listed > after && listed < (first ?? Infinity)) first = listed;
      return first;
    },
  };
}
