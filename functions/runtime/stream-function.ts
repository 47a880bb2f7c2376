import { withTelemetry } from './observe.ts';
import { createTurn, createTelemetry, type Turn } from './turn.ts';
import type { Context, DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import type { FunctionName } from './environment.ts';

/**
 * A function behind a table's stream. `work` gets the batch whole, oldest first, and answers with the index of the
 * first record that is not done: the stream begins again there, so what follows it will be delivered once more.
 */
export function createStreamFunction(
  name: FunctionName,
  work: (records: readonly DynamoDBRecord[], turn: Turn) => Promise<number | undefined>,
): (event: DynamoDBStreamEvent, context: Context) => Promise<DynamoDBBatchResponse> {
  const voice = createTelemetry(name);
  return withTelemetry(voice, async ({ Records: records }: DynamoDBStreamEvent) => {
    const failed = await work(records, createTurn(voice));
    if (failed === undefined) return { batchItemFailures: [] };
    const itemIdentifier = records[failed]?.dynamodb?.SequenceNumber;
    // Without a sequence number the stream must repeat the whole batch, which is what throwing does.
    if (itemIdentifier === undefined) throw new Error('a stream record without a sequence number failed');
    return { batchItemFailures: [{ itemIdentifier }] };
  });
}
