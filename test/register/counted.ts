/** Counts what is asked of DynamoDB, by kind of request. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export interface Requests {
  readonly client: DynamoDBClient;
  /** What was asked since the last time, and begins anew. */
  readonly taken: () => Readonly<Record<string, number>>;
}

export function counted(client: DynamoDBClient): Requests {
  let requests: Record<string, number> = {};
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const name = (context.commandName ?? '').replace(/(?:Item)?Command$/, '');
      requests[name] = (requests[name] ?? 0) + 1;
      return next(args);
    },
    // Each request that goes out, those that the SDK repeats by itself too.
    { step: 'finalizeRequest', priority: 'low' },
  );
  return {
    client,
    taken() {
      const taken = requests;
      requests = {};
      return taken;
    },
  };
}

/** Everything but writes. */
export const reads = (requests: Readonly<Record<string, number>>): number =>
  Object.entries(requests).reduce(
    (sum, [name, times]) => sum + (/^(?:TransactWrite|Put|Delete|Update)/.test(name) ? 0 : times),
    0,
  );
