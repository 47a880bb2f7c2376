/** Counts what is asked of DynamoDB, by kind of request. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export interface Requests {
  readonly client: DynamoDBClient;
  /** What was asked since the last time, and begins anew. */
  readonly taken: () => Readonly<Record<string, number>>;
  /** What was charged for since the last time, in units of capacity, and begins anew. */
  readonly units: () => { readonly reading: number; readonly writing: number };
}

interface Consumed {
  readonly CapacityUnits?: number;
}

export function counted(client: DynamoDBClient): Requests {
  let requests: Record<string, number> = {};
  let charged = { reading: 0, writing: 0 };
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const name = (context.commandName ?? '').replace(/(?:Item)?Command$/, '');
      requests[name] = (requests[name] ?? 0) + 1;
      return next(args);
    },
    // Each request that goes out, those that the SDK repeats by itself too.
    { step: 'finalizeRequest', priority: 'low' },
  );
  client.middlewareStack.add(
    (next, context) => async (args) => {
      Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
      const done = await next(args);
      const { ConsumedCapacity: one = [] } = done.output as {
        ConsumedCapacity?: Consumed | readonly Consumed[];
      };
      const units = [one].flat().reduce((sum, { CapacityUnits = 0 }) => sum + CapacityUnits, 0);
      charged[/Get|Query/.test(context.commandName ?? '') ? 'reading' : 'writing'] += units;
      return done;
    },
    { step: 'initialize', priority: 'low' },
  );
  return {
    client,
    taken() {
      const taken = requests;
      requests = {};
      return taken;
    },
    units() {
      const units = charged;
      charged = { reading: 0, writing: 0 };
      return units;
    },
  };
}

/** Everything but writes. */
export const reads = (requests: Readonly<Record<string, number>>): number =>
  Object.entries(requests).reduce(
    (sum, [name, times]) => sum + (/^(?:TransactWrite|Put|Delete|Update)/.test(name) ? 0 : times),
    0,
  );
