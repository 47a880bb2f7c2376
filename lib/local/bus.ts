import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import type { Instant } from '#time/instant.ts';
import type { Queues } from './queues.ts';
import { inTransaction } from './sqlite.ts';
import type { RuleSpec } from './template.ts';

interface Entry {
  readonly Source?: string | undefined;
  readonly DetailType?: string | undefined;
  readonly Detail?: string | undefined;
  readonly EventBusName?: string | undefined;
  readonly Resources?: readonly string[] | undefined;
}

export interface BusEvent {
  readonly id: string;
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail: unknown;
  readonly time: Instant;
}

type PutResult = { readonly EventId: string } | { readonly ErrorCode: string; readonly ErrorMessage: string };

/** EventBridge: what is put is in the queues of every rule that matches when `put` returns. */
export interface Bus {
  put(entries: readonly Entry[]): readonly PutResult[];
  /** Hears every event after it was put. Answers how to stop. */
  subscribe(listener: (event: BusEvent) => void): () => void;
}

export interface BusOptions {
  readonly database: DatabaseSync;
  readonly queues: Queues;
  readonly rules: readonly Pick<RuleSpec, 'id' | 'bus' | 'matches' | 'targets'>[];
  /** Why the bus may not send into a queue for a rule; `undefined` where it may. */
  readonly refused?: (rule: string, queue: string) => string | undefined;
  /** Into which queue it may send for a rule what it may not send into the rule's own. */
  readonly deadLetters?: (rule: string) => string | undefined;
  /** An event of a rule is not on its queue; `lost` where it is on no other either. */
  readonly undelivered?: (rule: Pick<RuleSpec, 'id' | 'bus'>, lost: boolean) => void;
  readonly complain?: (line: string) => void;
  readonly now: () => Instant;
  /** Queues have got messages. */
  readonly delivered: (queues: ReadonlySet<string>) => void;
}

/** EventBridge refuses more (since January 2026). */
const longestEntry = 1024 * 1024;

export function createBus({
  database,
  queues,
  rules,
  now,
  delivered,
  refused: isRefused = () => undefined,
  deadLetters = () => undefined,
  undelivered = () => undefined,
  complain = () => undefined,
}: BusOptions): Bus {
  const listeners = new Set<(event: BusEvent) => void>();

  const putOne = (entry: Entry, reached: Set<string>, events: BusEvent[]): PutResult => {
    const detail = parse(entry.Detail);
    if (!entry.Source || !entry.DetailType || detail === undefined)
      return refused('MalformedDetail', 'an entry needs Source, DetailType and a JSON object as Detail');
    if (entry.DetailType.length > 128) return refused('InvalidArgument', 'DetailType is longer than 128');
    if (Buffer.byteLength(String(entry.Detail)) > longestEntry)
      return refused('InvalidArgument', 'the entry is larger than 1 MB');
    const event = {
      version: '0',
      id: randomUUID(),
      'detail-type': entry.DetailType,
      source: entry.Source,
      account: '000000000000',
      time: now(),
      region: 'local-1',
      resources: entry.Resources ?? [],
      detail,
    };
    const bus = (entry.EventBusName ?? 'default').split('/').at(-1)?.split(':').at(-1);
    for (const rule of rules) {
      if (rule.bus !== bus || !rule.matches(event)) continue;
      for (const queue of rule.targets) {
        const why = isRefused(rule.id, queue);
        if (why !== undefined) {
          complain(why);
          const dead = deadLetters(rule.id);
          if (dead !== undefined) queues.send(dead, [JSON.stringify(event)], event.time);
          undelivered(rule, dead === undefined);
          continue;
        }
        queues.send(queue, [JSON.stringify(event)], event.time);
        reached.add(queue);
      }
    }
    events.push(event);
    return { EventId: event.id };
  };

  return {
    put(entries) {
      const reached = new Set<string>();
      const events: BusEvent[] = [];
      const results = inTransaction(database, () => entries.map((entry) => putOne(entry, reached, events)));
      if (reached.size > 0) delivered(reached);
      for (const listener of listeners) for (const event of events) listener(event);
      return results;
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const refused = (ErrorCode: string, ErrorMessage: string): PutResult => ({ ErrorCode, ErrorMessage });

function parse(detail: string | undefined): object | undefined {
  try {
    const value: unknown = JSON.parse(detail ?? '');
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
