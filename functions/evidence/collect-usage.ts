/** Files with mail statistics → what went through each exception. Several files are one account: none counts twice what another told. */
import { startAccount, type Accounted } from '#behaviour/account.ts';
import { mergeCoverage, startCoverage, type Coverage } from '#behaviour/coverage.ts';
import { joinMessages } from './join-messages.ts';
import { readEvidence } from './read-evidence.ts';
import type { Matcher } from '#behaviour/match.ts';
import type { Instant } from '#time/instant.ts';
import type { UnreadRow } from './row.ts';

export interface Collected extends Accounted {
  readonly rows: number;
  /** Rows of other tables of the same stream. */
  readonly others: number;
  readonly coverage: Coverage;
}

export interface Collecting {
  readonly match: Matcher;
  /** Evenly spread over [0, 1). */
  readonly hash: (text: string) => number;
  readonly now: Instant;
  /** Days before it are left out. */
  readonly since: string;
}

export interface Collection {
  /**
   * Reads one file. `unread` is told of each row that cannot be read. Throws `UnreadableEvidence` if none can, and whatever
   * the input throws; what was read until then counts, as a part.
   */
  readonly read: (input: AsyncIterable<Uint8Array>, unread: (row: UnreadRow) => void) => Promise<void>;
  readonly rows: () => number;
  readonly end: () => Collected;
}

/** What Microsoft exports at most: a file with exactly so many rows may have lost the others. */
const mostExported: readonly number[] = [10_000, 30_000, 50_000, 100_000];

export function startCollecting({ match, hash, now, since }: Collecting): Collection {
  const account = startAccount({ match, hash, since });
  const join = joinMessages();
  let coverage: Coverage = {};
  let [rows, others] = [0, 0];

  async function read(input: AsyncIterable<Uint8Array>, unread: (row: UnreadRow) => void): Promise<void> {
    const file = startCoverage();
    let isWhole = false;
    let [here, lost] = [0, 0];
    try {
      for await (const piece of readEvidence(input, now))
        for (const one of piece)
          if (one === undefined) others += 1;
          else if ('reason' in one) {
            lost += 1;
            unread(one);
          } else {
            here += 1;
            rows += 1;
            file.note(one);
            for (const { seen, isFirst } of join.add(one)) account.add(seen, isFirst);
          }
      isWhole = lost === 0 && !mostExported.includes(here);
      if (lost === 0 && mostExported.includes(here)) unread({ line: here, reason: full });
    } finally {
      coverage = mergeCoverage(coverage, file.end(isWhole));
    }
  }

  return {
    read,
    rows: () => rows,
    end() {
      for (const { seen, isFirst } of join.end()) account.add(seen, isFirst);
      return { ...account.end(), rows, others, coverage };
    },
  };
}

const full =
  'the file has exactly as many rows as are exported at most, so that there may be more: export less at a time';
