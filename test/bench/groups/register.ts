/** The register's own work against DynamoDB's: one transaction of the same size, sent by the bare client. */
import { TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import { execute } from '#register/execute.ts';
import { createRegister } from '#register/register.ts';
import { noon, observe, policy } from '../../lifecycle/examples.ts';
import { commitOf } from '../../register/commits.ts';
import { startEngine } from '../../register/table.ts';
import { inShort, paired } from '../paired.ts';
import type { DynamoDBClient, TransactWriteItemsCommandInput } from '@aws-sdk/client-dynamodb';
import type { Command } from '#lifecycle/commands.ts';
import type { Commit, Reading } from '#register/contract.ts';
import type { Group } from '../row.ts';

const perRun = 60;
const pairs = 15;

export const register: Group = {
  name: 'register',
  async *rows(progress) {
    const engine = await startEngine();
    try {
      const tableName = await engine.table({ stream: false });
      const client = engine.client();
      const ours = createRegister({ client, tableName });
      let serial = 0;
      const next = (): { readonly id: string; readonly command: Command } => {
        serial += 1;
        const name = String(serial).padStart(8, '0');
        const id = `ex-${name}`;
        const observed = observe({ name: `Rule ${name}`, guid: `guid of ${name}` });
        return { id, command: { ...observed, id } as Command };
      };

      const sent = await transactionOf(client, async () => {
        const { command } = next();
        await ours.commit(commitOf(undefined, command));
      });
      const written = JSON.stringify(sent);
      const told = String(serial).padStart(8, '0');
      const bare = () => {
        serial += 1;
        const input = written.replaceAll(told, String(serial).padStart(8, '0'));
        return client.send(
          new TransactWriteItemsCommand(JSON.parse(input) as TransactWriteItemsCommandInput),
        );
      };
      /** Read and decided beforehand: that is no part of it, and whoever commits has what they decided on. */
      progress('deciding what to commit');
      const decided: { readonly commit: Commit; readonly reading: Reading }[] = [];
      for (let count = 2 * (pairs + 1) * perRun; count > 0; count -= 1) {
        const one = commitOf(undefined, next().command);
        const { tenant, kind, name, guid = '' } = one.after;
        const objects = [{ tenant, kind, name, guid }];
        const reading = await ours.reading({ ids: [one.id], receipt: one.receipt, objects });
        decided.push({ commit: one, reading });
      }
      const commit = async () => {
        const one = decided.pop();
        const result = one && (await ours.commit(one.commit, one.reading));
        if (result !== 'committed') throw new Error(result);
      };
      const whole = async () => {
        const { id, command } = next();
        const { outcome } = await execute(ours, {
          id,
          command,
          receipt: `receipt of ${id}`,
          now: noon,
          policy,
        });
        if (outcome !== 'done') throw new Error(outcome);
      };

      const ways = [
        ['commit', commit, 1, 0.85],
        ['commit', commit, 20, 0.9],
        ['whole command', whole, 1, 0.65],
        ['whole command', whole, 20, 0.7],
      ] as const;
      for (const [name, work, atOnce, atLeast] of ways) {
        const what = `${name} against TransactWriteItems, ${atOnce === 1 ? 'one at a time' : `${atOnce} at once`}`;
        progress(what);
        const found = await paired(times(work, atOnce), times(bare, atOnce), pairs);
        yield { what, reached: found.ratio, goal: { atLeast }, note: inShort(found) };
      }
    } finally {
      await engine.close();
    }
  },
};

const times = (work: () => Promise<unknown>, atOnce: number) => async () => {
  for (let done = 0; done < perRun; done += atOnce) await Promise.all(Array.from({ length: atOnce }, work));
};

/** What the work writes, as it goes over the wire. */
async function transactionOf(client: DynamoDBClient, work: () => Promise<void>): Promise<unknown> {
  let body: unknown;
  client.middlewareStack.add(
    (next, { commandName }) =>
      (args) => {
        if (commandName === 'TransactWriteItemsCommand' && body === undefined)
          body = (args.request as { readonly body?: unknown }).body;
        return next(args);
      },
    { step: 'finalizeRequest', name: 'watch' },
  );
  await work();
  client.middlewareStack.remove('watch');
  const text = typeof body === 'string' ? body : Buffer.from(body as Uint8Array).toString();
  // Each of the bare ones is another request.
  return { ...(JSON.parse(text) as object), ClientRequestToken: undefined };
}
