/** Files with mail statistics that were named on the command line, read one after the other into one account. */
import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { startCollecting, type Collected } from '#evidence/collect-usage.ts';
import { UnreadableEvidence } from '#evidence/unreadable-evidence.ts';
import { spanOf } from '#behaviour/coverage.ts';
import { addDays } from '#time/dates.ts';
import { createMatcher, type Matcher, type Traced } from '#behaviour/match.ts';
import { useOf, type Use } from '#behaviour/use.ts';
import { createUsageHash } from '#register/usage-hash.ts';
import { toPrintable } from '#lib/local/terminal.ts';
import { toMillis, type Instant } from '#time/instant.ts';
import { observed, sizeOf, startProgress, type Terminal } from './replay-progress.ts';
import { describeReadingFailure } from './read-file.ts';
import type { UnreadPlace } from './not-read.ts';

interface EvidenceFiles {
  readonly files: readonly string[];
  readonly match: Matcher;
  readonly hash: (text: string) => number;
  /** So many days back from now are counted. */
  readonly days: number;
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly stderr: Terminal;
  readonly now: Instant;
  /** The time of this machine. */
  readonly clock: () => Instant;
  readonly notRead: (place: UnreadPlace) => void;
}

/** Read at once, as with exports of the audit log. */
const pieceBytes = 256 * 1024;

export async function readEvidenceFiles(given: EvidenceFiles): Promise<Collected> {
  const { files, match, hash, days, now, notRead } = given;
  const collection = startCollecting({ match, hash, now, since: addDays(now.slice(0, 10), -days) });
  const progress = startProgress(given.stderr, await sizeOf(files), () => toMillis(given.clock()), 'rows');
  for (const path of files) {
    const file = path === '-' ? 'standard input' : toPrintable(path);
    const before = collection.rows();
    try {
      await collection.read(
        observed(
          path === '-' ? given.stdin : createReadStream(path, { highWaterMark: pieceBytes }),
          (length) => progress.advance(length, collection.rows()),
        ),
        ({ line, reason }) => notRead({ file, line, reason }),
      );
      if (collection.rows() === before) notRead({ file, reason: 'there is no row about a message in it' });
    } catch (error) {
      notRead({ file, reason: whyNot(error) });
    }
  }
  progress.clear();
  return collection.end();
}

/** The use of exceptions that stand in no register. */
export interface FoundUse {
  /** In the order of the exceptions. */
  readonly uses: readonly Use[];
  readonly collected: Collected;
}

/** So many days can be told apart at most. */
const mostDays = 400;

export async function readUseOf(
  traced: readonly Traced[],
  ownDomains: readonly string[],
  given: Omit<EvidenceFiles, 'match' | 'hash' | 'days'>,
): Promise<FoundUse> {
  const collected = await readEvidenceFiles({
    ...given,
    match: createMatcher(traced, ownDomains),
    // Nothing is kept, so nobody needs the key again.
    hash: createUsageHash(randomBytes(32).toString('hex')),
    days: mostDays,
  });
  const { usage, coverage, possible } = collected;
  return {
    uses: traced.map((one) => useOf(one, usage.get(one.id) ?? [], coverage, possible.get(one.id))),
    collected,
  };
}

export function formatFound({ collected }: FoundUse): string {
  const { rows, others, messages, unmatched, old, coverage } = collected;
  const span = spanOf(coverage);
  const through = messages - unmatched - old;
  return [
    `Mail statistics: ${count(rows, 'row')} about ${count(messages, 'message')}, of which ${number(through)} went through these exceptions and ${number(unmatched)} through none.\n`,
    ...(old > 0 ? [`${count(old, 'message')} from too long ago left aside.\n`] : []),
    ...(others > 0 ? [`${count(others, 'row')} of other tables left aside.\n`] : []),
    span
      ? `They tell of ${span.first} to ${span.last}. A day on which a file begins or ends is known in part.\n`
      : '',
  ].join('');
}

const number = (many: number): string => many.toLocaleString('en');
const count = (many: number, one: string): string => `${number(many)} ${one}${many === 1 ? '' : 's'}`;

function whyNot(error: unknown): string {
  if (error instanceof UnreadableEvidence) return `${error.message}.`;
  const { why, what } = describeReadingFailure(error);
  return `${why}; ${what}.`;
}
