import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Bus } from './bus.ts';

/** Answers what the AWS SDK asks of EventBridge and Secrets Manager, in their wire format (AWS JSON 1.1). */
export interface Endpoint {
  readonly url: string;
  close(): Promise<void>;
}

export interface EndpointOptions {
  readonly bus: () => Bus;
  /** The text of a secret by its name; `undefined` where there is none. */
  readonly secret: (name: string) => string | undefined;
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
const secretSchema = z.object({ SecretId: z.string() });

interface Reply {
  readonly status: number;
  readonly body: unknown;
}

export async function startEndpoint(options: EndpointOptions): Promise<Endpoint> {
  const server = createServer((request, response) => {
    void reply(request, options).then(({ status, body }) => {
      response.writeHead(status, {
        'content-type': 'application/x-amz-json-1.1',
        'x-amzn-requestid': randomUUID(),
      });
      response.end(JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function reply(request: IncomingMessage, { bus, secret }: EndpointOptions): Promise<Reply> {
  try {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const input: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}');
    const operation = String(request.headers['x-amz-target']);
    switch (operation) {
      case 'AWSEvents.PutEvents':
        return putEvents(putSchema.parse(input).Entries, bus());
      case 'secretsmanager.GetSecretValue':
        return getSecret(secretSchema.parse(input).SecretId, secret);
      default:
        return failure('UnknownOperationException', `the local deployment does not answer ${operation}`);
    }
  } catch (error) {
    return failure('ValidationException', error instanceof Error ? error.message : String(error));
  }
}

function putEvents(entries: z.infer<typeof putSchema>['Entries'], bus: Bus): Reply {
  if (entries.length < 1 || entries.length > 10)
    return failure('ValidationException', 'PutEvents takes 1 to 10 entries');
  const results = bus.put(entries);
  const failed = results.filter((result) => 'ErrorCode' in result).length;
  return { status: 200, body: { FailedEntryCount: failed, Entries: results } };
}

function getSecret(id: string, secret: EndpointOptions['secret']): Reply {
  const name = id.startsWith('arn:')
    ? id
        .split(':')
        .slice(6)
        .join(':')
        .replace(/-[^-]{6}$/, '')
    : id;
  const text = secret(name);
  return text === undefined
    ? failure('ResourceNotFoundException', `Secrets Manager can't find the specified secret ${name}.`)
    : {
        status: 200,
        body: { ARN: id, Name: name, SecretString: text, VersionId: 'local', VersionStages: ['AWSCURRENT'] },
      };
}

const failure = (type: string, message: string): Reply => ({ status: 400, body: { __type: type, message } });
