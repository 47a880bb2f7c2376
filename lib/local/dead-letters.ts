import * as z from 'zod';
import { tryParseJson } from '#values/json.ts';
import type { Instant } from '#time/instant.ts';
import type { Queues } from './queues.ts';

/** What one function gave up on after repeated tries. It waits until a person has it sent again. */
export interface DeadLetters {
  readonly function: string;
  readonly count: number;
  /** When the oldest that was looked at was sent. */
  readonly oldest?: Instant;
  /** How many of each kind of event, among those that were looked at. */
  readonly kinds: Readonly<Record<string, number>>;
  /** They can be sent again. A schedule's past ticks cannot. */
  readonly again: boolean;
}

/** Where a function's dead letters are, and how they are sent again. */
export interface DeadLetterPlace {
  readonly function: string;
  readonly queue: string;
  /** Absent where what is in there is of no use any more. */
  readonly sendAgain?: () => unknown;
}

export interface Redriven {
  readonly function: string;
  /** Sent again. */
  readonly sent: number;
  /** Failed once more, at once, and stays where it is. */
  readonly left: number;
}

/** Where dead letters are, on this machine or on AWS. */
export interface DeadLetterOffice {
  readonly list: () => Promise<readonly DeadLetters[]>;
  readonly redrive: (functions: readonly string[]) => Promise<readonly Redriven[]>;
}

export function deadLettersIn(
  queues: Pick<Queues, 'all'>,
  places: readonly DeadLetterPlace[],
): readonly DeadLetters[] {
  return places.flatMap(({ function: name, queue, sendAgain }) => {
    const messages = queues.all(queue);
    const [oldest] = messages.map(({ sentAt }) => sentAt).sort();
    if (oldest === undefined) return [];
    const kinds = kindsOf(messages.map(({ body }) => body));
    return [{ function: name, count: messages.length, oldest, kinds, again: sendAgain !== undefined }];
  });
}

/** Sends again what those functions gave up on. */
export async function redrive(
  queues: Pick<Queues, 'size'>,
  places: readonly DeadLetterPlace[],
): Promise<readonly Redriven[]> {
  const done: Redriven[] = [];
  for (const { function: name, queue, sendAgain } of places) {
    const before = queues.size(queue);
    if (before === 0 || sendAgain === undefined) continue;
    await sendAgain();
    const left = queues.size(queue);
    done.push({ function: name, sent: before - left, left });
  }
  return done;
}

/** Counts messages by what they tell of; never by whom or what it happened to. */
export function kindsOf(bodies: readonly string[]): Readonly<Record<string, number>> {
  const kinds: Record<string, number> = {};
  for (const body of bodies) {
    const kind = kindOf(body);
    kinds[kind] = (kinds[kind] ?? 0) + 1;
  }
  return kinds;
}

const eventSchema = z.object({
  'detail-type': z.string(),
  detail: z.object({ data: z.object({ Operation: z.string().optional() }).optional() }).optional(),
});
const streamSchema = z.object({
  dynamodb: z.object({ NewImage: z.object({ type: z.object({ S: z.string() }).optional() }).optional() }),
});

function kindOf(body: string): string {
  const json = tryParseJson(body);
  const event = eventSchema.safeParse(json).data;
  if (event) {
    const operation = event.detail?.data?.Operation;
    return operation === undefined ? event['detail-type'] : `${event['detail-type']} ${operation}`;
  }
  if (streamSchema.safeParse(json).success) return 'entry of a trail';
  return 'something unreadable';
}
