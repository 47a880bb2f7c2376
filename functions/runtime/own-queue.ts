import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { once } from './once.ts';

/** Sends a function's own queue a message that comes after so many seconds. */
export type SendLater = (body: string, seconds: number) => Promise<void>;

/** SQS keeps a message back no longer. */
const longestDelay = 900;

// The address of a queue is no place to send to: the region and its endpoint are known without it.
const client = once(() => new SQSClient({ useQueueUrlAsEndpoint: false }));

export const ownQueue =
  (url: string): SendLater =>
  async (body, seconds) => {
    const DelaySeconds = Math.min(longestDelay, Math.max(0, Math.ceil(seconds)));
    await client().send(new SendMessageCommand({ QueueUrl: url, MessageBody: body, DelaySeconds }));
  };
