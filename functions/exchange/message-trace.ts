/** What became of messages in Exchange, from message trace: for one mailbox, over at most ten days. */
import { columnsOf, readStep, readTraced, type TracedMessage, type TraceStep } from '#probe/traced.ts';
import type { InvokeCommand } from './invoke-command.ts';
import type { Instant } from '#time/instant.ts';

export interface TraceQuestion {
  readonly recipient: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** Exchange gives no more at a time, and answers a hundred such questions in five minutes. */
const most = 5_000;

export async function listMessages(
  invoke: InvokeCommand,
  { recipient, from, to }: TraceQuestion,
  signal?: AbortSignal,
): Promise<readonly TracedMessage[]> {
  const parameters = { RecipientAddress: recipient, StartDate: from, EndDate: to, ResultSize: most };
  const rows = await invoke({ cmdlet: 'Get-MessageTraceV2', parameters }, signal);
  return rows.flatMap((row) => readTraced(columnsOf(row)) ?? []);
}

/** In order of time. */
export async function listSteps(
  invoke: InvokeCommand,
  { id, recipient }: Pick<TracedMessage, 'id' | 'recipient'>,
  signal?: AbortSignal,
): Promise<readonly TraceStep[]> {
  if (id === undefined) return [];
  const parameters = { MessageTraceId: id, RecipientAddress: recipient };
  const rows = await invoke({ cmdlet: 'Get-MessageTraceDetailV2', parameters }, signal);
  return rows
    .flatMap((row) => readStep(columnsOf(row)) ?? [])
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at) || 0);
}
