import { Agent, createServer, request as ask, type IncomingMessage } from 'node:http';
import { secretNameOf } from '#runtime/secret-name.ts';
import type { AddressInfo } from 'node:net';
import { createHash, randomUUID } from 'node:crypto';
import * as z from 'zod';
import { findDynamoDbActs, type TableIdentity } from './dynamodb-acts.ts';
import { busArn, queueArn, secretArn } from './template.ts';
import { answerWithToken, findTokenAct, refuseToken } from './web-identity.ts';
import type { Bus } from './bus.ts';
import type { RequestedAction } from './iam/decide.ts';
import type { Rights } from './rights.ts';

/**
 * Answers what the functions ask of AWS by its SDK: EventBridge, SQS, Secrets Manager and STS here, DynamoDB by way of its
 * engine. Each asks under its own name, and gets only what its role in the template allows: a right that is missing is
 * missing here too.
 */
export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

export interface EndpointOptions {
  readonly bus: () => Bus;
  readonly rights: Rights;
  /** Where the DynamoDB engine answers. */
  readonly dynamodb: string;
  readonly tables: readonly TableIdentity[];
  /** Puts a message on a queue, by the id of the queue, from which it can be taken after so many seconds. */
  readonly send: (queue: string, body: string, seconds: number) => void;
  /** The text of a secret by its name; empty where it was never given one, `undefined` where there is none. */
  readonly secret: (name: string) => string | undefined;
  readonly now: () => Date;
}

const putSchema = z.object({
  Entries: z.array(
    z.object({
      Source: z.string().optional(),
      DetailType: z.string().optional(),
      Detail: z.string().optional(),
      EventBusName: z.string().optional(),
      Resources: z.array(z.string()).optional(),
    }),
  ),
});
const messageSchema = z.object({
  QueueUrl: z.string(),
  MessageBody: z.string().min(1),
  DelaySeconds: z.int().min(0).max(900).default(0),
});
const secretSchema = z.object({ SecretId: z.string() });

interface Reply {
  readonly status: number;
  /** A text is XML. */
  readonly body: Buffer | object | string;
}

/** By which the SDK of a function signs: its own name, so that its requests can be told from those of the others. */
const signer = /Credential=([^/]+)\//;
const dynamoDb = 'DynamoDB_20120810.';
/** Only STS is asked by form. */
const formEncoded = 'application/x-www-form-urlencoded';

export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((request, response) => {
    void reply(request, options, agent).then(({ status, body }) => {
      const isText = typeof body === 'string';
      response.writeHead(status, {
        'content-type': isText
          ? 'text/xml'
          : (request.headers['content-type'] ?? 'application/x-amz-json-1.1'),
        'x-amzn-requestid': randomUUID(),
      });
      response.end(isText || Buffer.isBuffer(body) ? body : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        agent.destroy();
      }),
  };
}

async function reply(request: IncomingMessage, options: EndpointOptions, agent: Agent): Promise<Reply> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const name = signer.exec(request.headers.authorization ?? '')?.[1] ?? 'nobody';
    if (request.headers['content-type']?.startsWith(formEncoded))
      return getToken(new URLSearchParams(body.toString('utf8')), name, options);
    const input: unknown = JSON.parse(body.toString('utf8') || '{}');
    const operation = String(request.headers['x-amz-target']);
    const refused = options.rights.refused({ role: name }, actsOf(operation, input, options));
    if (refused !== undefined) return failure('AccessDeniedException', refused);
    if (operation.startsWith(dynamoDb)) return await forward(request, body, options.dynamodb, agent);
    if (operation === 'AmazonSQS.SendMessage') return sendMessage(messageSchema.parse(input), options.send);
    return operation === 'AWSEvents.PutEvents'
      ? putEvents(putSchema.parse(input).Entries, options.bus())
      : getSecret(secretSchema.parse(input).SecretId, options.secret);
  } catch (error) {
    return failure('ValidationException', error instanceof Error ? error.message : String(error));
  }
}

/** Throws for what is not answered here. */
function actsOf(operation: string, input: unknown, { tables }: EndpointOptions): readonly RequestedAction[] {
  if (operation.startsWith(dynamoDb))
    return findDynamoDbActs(operation.slice(dynamoDb.length), input, tables);
  switch (operation) {
    case 'AWSEvents.PutEvents':
      return putSchema.parse(input).Entries.map(({ EventBusName = 'default', Source, DetailType }) => ({
        action: 'events:PutEvents',
        resource: busArn(EventBusName),
        context: {
          ...(Source !== undefined && { 'events:source': [Source] }),
          ...(DetailType !== undefined && { 'events:detail-type': [DetailType] }),
        },
      }));
    case 'AmazonSQS.SendMessage':
      return [
        {
          action: 'sqs:SendMessage',
          resource: queueArn(queueAt(messageSchema.parse(input).QueueUrl)),
          context: {},
        },
      ];
    case 'secretsmanager.GetSecretValue':
      return [
        {
          action: 'secretsmanager:GetSecretValue',
          resource: secretArn(secretSchema.parse(input).SecretId),
          context: {},
        },
      ];
    default:
      throw new RangeError(`the local deployment does not answer ${operation}`);
  }
}

/** Under the one name that the engine knows: some keep a database for each. */
function forward(from: IncomingMessage, body: Buffer, to: string, agent: Agent): Promise<Reply> {
  const { headers } = from;
  return new Promise((resolve) => {
    // As AWS says it, and so that the SDK asks again.
    const away = (error: Error): void =>
      resolve({ status: 500, body: { __type: 'InternalServerError', message: error.message } });
    const outgoing = ask(
      to,
      {
        method: 'POST',
        agent,
        headers: {
          ...headers,
          connection: 'keep-alive',
          host: new URL(to).host,
          authorization: (headers.authorization ?? '').replace(signer, 'Credential=local/'),
        },
      },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', away);
        incoming.on('end', () =>
          resolve({ status: incoming.statusCode ?? 500, body: Buffer.concat(chunks) }),
        );
      },
    );
    outgoing.on('error', away);
    outgoing.end(body);
  });
}

function putEvents(entries: z.infer<typeof putSchema>['Entries'], bus: Bus): Reply {
  if (entries.length < 1 || entries.length > 10)
    return failure('ValidationException', 'PutEvents takes 1 to 10 entries');
  const results = bus.put(entries);
  const failed = results.filter((result) => 'ErrorCode' in result).length;
  return { status: 200, body: { FailedEntryCount: failed, Entries: results } };
}

const queueAt = (url: string): string => url.split('/').at(-1) ?? '';

function sendMessage(
  { QueueUrl, MessageBody, DelaySeconds }: z.infer<typeof messageSchema>,
  send: EndpointOptions['send'],
): Reply {
  send(queueAt(QueueUrl), MessageBody, DelaySeconds);
  const MD5OfMessageBody = createHash('md5').update(MessageBody).digest('hex');
  return { status: 200, body: { MessageId: randomUUID(), MD5OfMessageBody } };
}

function getToken(form: URLSearchParams, name: string, { rights, now }: EndpointOptions): Reply {
  const refused = rights.refused({ role: name }, [findTokenAct(form)]);
  return refused === undefined
    ? { status: 200, body: answerWithToken(form, name, now()) }
    : { status: 403, body: refuseToken('AccessDenied', refused) };
}

function getSecret(id: string, secret: EndpointOptions['secret']): Reply {
  const name = secretNameOf(id);
  const text = secret(name);
  if (text)
    return {
      status: 200,
      body: { ARN: id, Name: name, SecretString: text, VersionId: 'local', VersionStages: ['AWSCURRENT'] },
    };
  return failure(
    'ResourceNotFoundException',
    text === undefined
      ? `Secrets Manager can't find the specified secret ${name}.`
      : `Secrets Manager can't find the specified secret value for staging label: AWSCURRENT`,
  );
}

const failure = (type: string, message: string): Reply => ({ status: 400, body: { __type: type, message } });
