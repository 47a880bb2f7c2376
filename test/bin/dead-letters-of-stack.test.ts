import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createDeadLettersOfStack } from '../../bin/commands/dead-letters-of-stack.ts';

interface Queue {
  readonly tags?: Readonly<Record<string, string>>;
  readonly messages?: readonly { readonly body: string; readonly sentAt: number }[];
  /** The queue whose dead letters it holds. */
  readonly of?: string;
}
const event = (type: string, sentAt = 0) => ({
  body: JSON.stringify({ 'detail-type': type, detail: {} }),
  sentAt,
});
const arn = (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`;
const tagged = (name: string) => ({ 'lapse:function': name });

/** Two stacks in one account. What a rule could not deliver and what a function gave up on lie in one queue. */
const account: Readonly<Record<string, Queue>> = {
  'lapse-EnforcementDecisionsQueueAB12-x1': {},
  'lapse-EnforcementDecisionsDeadLettersAB12-x2': {
    tags: tagged('enforce'),
    messages: [event('Exception Lapsed', 2000), event('Exception Restored', 1000)],
    of: 'lapse-EnforcementDecisionsQueueAB12-x1',
  },
  'lapse-SlackAppQuestionsDeadLettersCD34-x3': {
    tags: tagged('ask-owners'),
    of: 'lapse-SlackAppQuestionsQueueCD34-x4',
  },
  'lapse-SlackAppQuestionsQueueCD34-x4': {},
  'lapse-DeadlinesDeadLettersEF56-x5': { tags: tagged('sweep-deadlines'), messages: [event('Tick')] },
  'lapse-test-EnforcementDecisionsDeadLettersAB12-x6': {
    tags: tagged('enforce'),
    messages: [event('Exception Lapsed')],
    of: 'lapse-test-EnforcementDecisionsQueueAB12-x7',
  },
};

interface Input {
  readonly QueueUrl?: string;
  readonly QueueNamePrefix?: string;
  readonly SourceArn?: string;
}

/** SQS, as far as it is asked. */
async function sqs(refuse?: string) {
  const asked: { operation: string; input: Input }[] = [];
  const server = createServer((request, response) => {
    void Array.fromAsync(request as AsyncIterable<Buffer>).then((chunks) => {
      const operation = String(request.headers['x-amz-target']).replace('AmazonSQS.', '');
      const input = JSON.parse(Buffer.concat(chunks).toString()) as Input;
      asked.push({ operation, input });
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      if (operation === refuse) {
        response.statusCode = 403;
        return response.end(JSON.stringify({ __type: 'AccessDenied', message: 'not for you' }));
      }
      return response.end(JSON.stringify(answer(operation, input)));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const at = (name: string) => `${url}/123456789012/${name}`;
  function answer(operation: string, { QueueUrl = '', QueueNamePrefix = '' }: Input): unknown {
    const name = QueueUrl.split('/').at(-1) ?? '';
    const { tags = {}, messages = [], of } = account[name] ?? {};
    switch (operation) {
      case 'ListQueues':
        return {
          QueueUrls: Object.keys(account)
            .filter((one) => one.startsWith(QueueNamePrefix))
            .map(at),
        };
      case 'ListQueueTags':
        return { Tags: tags };
      case 'ListDeadLetterSourceQueues':
        return { queueUrls: of === undefined ? [] : [at(of)] };
      case 'GetQueueAttributes':
        return { Attributes: { QueueArn: arn(name), ApproximateNumberOfMessages: String(messages.length) } };
      case 'ReceiveMessage':
        return {
          Messages: messages.map(({ body, sentAt }, index) => ({
            MessageId: String(index),
            Body: body,
            MD5OfBody: createHash('md5').update(body).digest('hex'),
            Attributes: { SentTimestamp: String(sentAt) },
          })),
        };
      default:
        return { TaskHandle: 'task' };
    }
  }
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    vi.unstubAllEnvs();
  });
  vi.stubEnv('AWS_ENDPOINT_URL_SQS', url);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  return { moves: () => asked.filter(({ operation }) => operation === 'StartMessageMoveTask') };
}

describe('the dead letters of a stack on AWS', () => {
  it('are those of its own queues that hold some, with their kinds and the oldest', async () => {
    const { moves } = await sqs();
    expect(await createDeadLettersOfStack('lapse').list()).toEqual([
      {
        function: 'enforce',
        count: 2,
        oldest: '1970-01-01T00:00:01.000Z',
        kinds: { 'Exception Lapsed': 1, 'Exception Restored': 1 },
        again: true,
      },
      {
        function: 'sweep-deadlines',
        count: 1,
        oldest: '1970-01-01T00:00:00.000Z',
        kinds: { Tick: 1 },
        again: false,
      },
    ]);
    expect(moves()).toEqual([]);
  });

  it('go back to the queue they came from, which is named', async () => {
    const { moves } = await sqs();
    expect(await createDeadLettersOfStack('lapse').redrive(['enforce'])).toEqual([
      { function: 'enforce', sent: 2, left: 0 },
    ]);
    expect(moves()).toMatchObject([
      {
        input: {
          SourceArn: arn('lapse-EnforcementDecisionsDeadLettersAB12-x2'),
          DestinationArn: arn('lapse-EnforcementDecisionsQueueAB12-x1'),
        },
      },
    ]);
  });

  it('that are past ticks of a schedule go nowhere', async () => {
    const { moves } = await sqs();
    expect(await createDeadLettersOfStack('lapse').redrive(['sweep-deadlines'])).toEqual([]);
    expect(moves()).toEqual([]);
  });

  it('are looked for in vain where there is no such stack', async () => {
    await sqs();
    await expect(createDeadLettersOfStack('elapse').list()).rejects.toThrow(
      'the stack elapse has no dead-letter queues',
    );
  });

  it('are not seen without the right to, which is said', async () => {
    await sqs('ListQueueTags');
    await expect(createDeadLettersOfStack('lapse').list()).rejects.toMatchObject({
      message: 'AWS does not let its dead-letter queues be seen or sent again',
      why: 'not for you',
    });
  });
});
