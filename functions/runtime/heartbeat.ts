import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createHeartbeat } from '#register/heartbeat.ts';
import { describeFailure } from './failure.ts';
import { once } from './once.ts';
import type { Turn } from './turn.ts';

const client = once(() => new DynamoDBClient({}));

/** Where it cannot be written, work goes on: that it is missing is what people are told of. */
export async function beat({ now, logger }: Pick<Turn, 'now' | 'logger'>, tableName: string): Promise<void> {
  try {
    await createHeartbeat({ client: client(), tableName })(now);
  } catch (error) {
    logger.error('the heartbeat could not be written', {
      code: 'HEARTBEAT_NOT_WRITTEN',
      failure: describeFailure(error),
    });
  }
}
