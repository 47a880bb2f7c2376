import {
  GetQueueAttributesCommand,
  ListQueueTagsCommand,
  paginateListDeadLetterSourceQueues,
  paginateListQueues,
  ReceiveMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from '@aws-sdk/client-sqs';
import { fromMillis } from '#time/instant.ts';
import { deadLetterTag } from '#lib/dead-letter-tag.ts';
import { kindsOf } from '#lib/local/dead-letters.ts';
import { messageOf, Refusal } from '#lib/local/refusal.ts';
import type { DeadLetterOffice, DeadLetters, Redriven } from '#lib/local/dead-letters.ts';

interface Queue {
  readonly function: string;
  readonly url: string;
  readonly arn: string;
  readonly count: number;
  /** Where its messages came from; a schedule's ticks came from no queue. */
  readonly source?: string;
}

/** As many as SQS returns at once. */
const lookedAt = 10;
/** The messages looked at are hidden from everybody else for this long. */
const hiddenSeconds = 2;

/** The dead-letter queues of a stack on AWS. */
export function createDeadLettersOfStack(stack: string): DeadLetterOffice {
  const client = new SQSClient({});
  return {
    list: () =>
      explained(async () => {
        const full = (await queuesOf(client, stack)).filter(({ count }) => count > 0);
        return Promise.all(full.map((queue) => lookInto(client, queue)));
      }),
    redrive: (functions) =>
      explained(async () => {
        const chosen = (await queuesOf(client, stack)).filter((one) => functions.includes(one.function));
        const redriven: Redriven[] = [];
        for (const { function: name, arn, source, count } of chosen) {
          if (source === undefined) continue;
          // Named explicitly: what the bus itself put there does not know its destination.
          await client.send(new StartMessageMoveTaskCommand({ SourceArn: arn, DestinationArn: source }));
          redriven.push({ function: name, sent: count, left: 0 });
        }
        return redriven;
      }),
  };
}

/** Throws a `Refusal` if the stack has none. */
async function queuesOf(client: SQSClient, stack: string): Promise<readonly Queue[]> {
  const found: Queue[] = [];
  // CloudFormation names what the template leaves unnamed `<stack>-<logical id>-<random>`, and the stack `a` is not `a-b`.
  const named = new RegExp(`/${stack}-[A-Za-z0-9]+-[A-Za-z0-9]+$`);
  for await (const { QueueUrls = [] } of paginateListQueues({ client }, { QueueNamePrefix: `${stack}-` }))
    for (const url of QueueUrls.filter((one) => named.test(one))) {
      const { Tags = {} } = await client.send(new ListQueueTagsCommand({ QueueUrl: url }));
      const name = Tags[deadLetterTag];
      if (name === undefined) continue;
      const { arn, count } = await stateOf(client, url);
      const source = await sourceOf(client, url);
      found.push({ function: name, url, arn, count, ...(source !== undefined && { source }) });
    }
  if (found.length > 0) return found;
  throw new Refusal(
    `the stack ${stack} has no dead-letter queues in this account and region`,
    `no queue named ${stack}-… has the tag ${deadLetterTag}`,
    'check the name, AWS_PROFILE and AWS_REGION, and that this version is deployed',
  );
}

async function stateOf(client: SQSClient, url: string): Promise<{ arn: string; count: number }> {
  const { Attributes: is = {} } = await client.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return {
    arn: is.QueueArn ?? '',
    count:
      Number(is.ApproximateNumberOfMessages ?? 0) + Number(is.ApproximateNumberOfMessagesNotVisible ?? 0),
  };
}

async function sourceOf(client: SQSClient, url: string): Promise<string | undefined> {
  for await (const { queueUrls = [] } of paginateListDeadLetterSourceQueues({ client }, { QueueUrl: url }))
    for (const source of queueUrls) return (await stateOf(client, source)).arn;
  return undefined;
}

/** Looks at the first messages and puts them back at once. */
async function lookInto(
  client: SQSClient,
  { function: name, url, count, source }: Queue,
): Promise<DeadLetters> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: url,
      MaxNumberOfMessages: lookedAt,
      VisibilityTimeout: hiddenSeconds,
      MessageSystemAttributeNames: ['SentTimestamp'],
    }),
  );
  const times = Messages.map(({ Attributes }) => Number(Attributes?.SentTimestamp));
  return {
    function: name,
    count,
    ...(times.length > 0 && { oldest: fromMillis(Math.min(...times)) }),
    kinds: kindsOf(Messages.map(({ Body }) => Body ?? '')),
    again: source !== undefined,
  };
}

async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Refusal(
      'AWS does not let its dead-letter queues be seen or sent again',
      messageOf(error),
      'check AWS_PROFILE and AWS_REGION, and the rights that docs/runbook.md names',
    );
  }
}
