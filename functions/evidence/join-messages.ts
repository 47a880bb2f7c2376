/**
 * Rows → messages. The rows of one message stand near each other, so a bounded number of messages is held open, in two
 * halves: whoever had no row while the newer half filled up is finished. A row that comes later still adds recipients that were not counted, and
 * says if a threat was found since, and nothing else: its message was counted.
 */
import { createLatelySeen } from './lately-seen.ts';
import type { MessageRow } from './message-row.ts';
import type { Check, Outcome, Sighting, Via } from '#behaviour/sighting.ts';

export interface Joined {
  readonly seen: Sighting;
  /** False if the message was finished before. */
  readonly isFirst: boolean;
}

export interface Join {
  /** What this row says, or finishes. */
  readonly add: (row: MessageRow) => readonly Joined[];
  /** Those still open. */
  readonly end: () => Iterable<Joined>;
}

export interface JoinLimits {
  /** Messages held open. */
  readonly open: number;
  /** Recipients of one message that are told apart while it is open; more are counted as they come. */
  readonly recipients: number;
  /** Places for what was seen before. */
  readonly remembered: number;
}
const usual: JoinLimits = { open: 20_000, recipients: 1_000, remembered: 2 ** 22 };

interface Message {
  readonly rows: Omit<MessageRow, 'recipients'>;
  readonly became: Map<string, Said>;
  /** Beyond those that are told apart. */
  more: number;
}

interface Said {
  readonly at: string;
  readonly outcome: Outcome | undefined;
  readonly threat: boolean | undefined;
}

export function joinMessages({
  open: mostOpen,
  recipients: mostRecipients,
  remembered,
}: JoinLimits = usual): Join {
  const half = Math.max(1, Math.ceil(mostOpen / 2));
  let newer = new Map<string, Message>();
  let older = new Map<string, Message>();
  const known = createLatelySeen(remembered);

  function finish(key: string, message: Message): Joined {
    known.see(key);
    const said = [...message.became.values()];
    for (const recipient of message.became.keys()) known.see(`${key} ${recipient}`);
    const seen = sighted(message, said);
    if (seen.threat === true) known.see(`${key} threat`);
    return { seen, isFirst: true };
  }

  function late(key: string, row: MessageRow): readonly Joined[] {
    const recipients = row.recipients.filter((one) => !known.see(`${key} ${one}`)).length;
    const isThreat = row.threat === true && !known.see(`${key} threat`);
    if (recipients === 0 && !isThreat) return none;
    return [{ seen: { ...row, recipients, threat: isThreat }, isFirst: false }];
  }

  return {
    add(row) {
      const key = `${row.source} ${row.message}`;
      const before = newer.get(key) ?? older.get(key);
      if (!before && known.see(key)) return late(key, row);
      const message: Message = before
        ? { ...before, rows: merged(before.rows, row) }
        : { rows: row, became: new Map(), more: 0 };
      older.delete(key);
      newer.set(key, message);
      note(message, row, mostRecipients);
      if (newer.size < half) return none;
      const finished = [...older].map((one) => finish(...one));
      [older, newer] = [newer, new Map<string, Message>()];
      return finished;
    },
    *end() {
      for (const one of [...older, ...newer]) yield finish(...one);
    },
  };
}

const none: readonly Joined[] = [];

/** Of each recipient the latest word counts. */
function note(message: Message, { at, recipients, outcome, threat }: MessageRow, most: number): void {
  for (const recipient of recipients.length === 0 ? [''] : recipients) {
    const before = message.became.get(recipient);
    const [earlier, later] =
      before && before.at > at ? [{ outcome, threat }, before] : [before, { outcome, threat }];
    if (!before && message.became.size > most) message.more += 1;
    else
      message.became.set(recipient, {
        at: before && before.at > at ? before.at : at,
        outcome: later.outcome ?? earlier?.outcome,
        threat: later.threat ?? earlier?.threat,
      });
  }
}

function sighted({ rows, became, more }: Message, said: readonly Said[]): Sighting {
  const outcome = best(said.map((one) => one.outcome));
  const threats = said.flatMap((one) => one.threat ?? []);
  return {
    ...rows,
    recipients: became.size - (became.has('') ? 1 : 0) + more,
    ...(outcome && { outcome }),
    ...(threats.length > 0 && { threat: threats.includes(true) }),
  };
}

/** What reached anybody went through. */
const best = (all: readonly (Outcome | undefined)[]): Outcome | undefined =>
  (['delivered', 'junked', 'blocked'] as const).find((one) => all.includes(one));

type Rows = Message['rows'];

function merged(a: Rows, b: Rows): Rows {
  const [earlier, later] = a.at <= b.at ? [a, b] : [b, a];
  const via = mergedVia(a.via, b.via);
  const passed: Partial<Record<Check, boolean>> = { ...earlier.passed, ...later.passed };
  return { ...later, ...earlier, passed, via };
}

function mergedVia(a: Via, b: Via): Via {
  const rules = union(a.rules, b.rules, ({ guid, name }) => guid ?? name);
  const connectors = union(a.connectors, b.connectors, (name) => name);
  const lists = union(a.lists, b.lists, (list) => list);
  return { ...(rules && { rules }), ...(connectors && { connectors }), ...(lists && { lists }) };
}

function union<Each>(
  a: readonly Each[] | undefined,
  b: readonly Each[] | undefined,
  keyOf: (one: Each) => string | undefined,
): readonly Each[] | undefined {
  if (!a || !b || b.length === 0) return a ?? b;
  return a.length === 0 ? b : [...new Map([...a, ...b].map((one) => [keyOf(one), one])).values()];
}
