/** The one transaction of a commit, and what its refusal means. */
import * as items from './items.ts';
import { chainEvents } from './trail-chain.ts';
import type { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import type { TransactWriteCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Instant } from '#time/instant.ts';
import type { AliasChange } from './aliases.ts';
import type { Commit } from './contract.ts';
import type { RememberedChange } from './remembered.ts';

export type Action = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

const absent = 'attribute_not_exists(pk)';

/**
 * `previous` is the hash of the newest trail entry of `before`, and `replaced` the item it is stored in. Throws
 * `ItemTooLarge`.
 */
export function createTransaction(
  TableName: string,
  commit: Commit,
  previous: string,
  aliases: readonly AliasChange[],
  replaced?: unknown,
): Action[] {
  const { id, receipt, before, events, after, placed = [], remembered = [] } = commit;
  const putNew = (Item: items.Item): Action => ({ Put: { TableName, Item, ConditionExpression: absent } });
  const entries = chainEvents(id, before?.version ?? 0, previous, events);
  const state = items.toStateItem(commit, entries.at(-1)?.hash ?? previous, replaced);
  return [
    before
      ? {
          Put: {
            TableName,
            Item: state,
            ConditionExpression: 'version = :version',
            ExpressionAttributeValues: { ':version': before.version },
          },
        }
      : putNew(state),
    ...entries.map((entry) => putNew(items.toTrailItem(id, after.tenant, entry))),
    ...[receipt, ...placed].map((one) => putNew(items.toReceiptItem(one, commit))),
    ...aliases.map(({ key, from, to }): Action => {
      const condition = items.unchangedHolder(from);
      return to
        ? { Put: { TableName, Item: items.toAliasItem(key, to), ...condition } }
        : { Delete: { TableName, Key: { ...key }, ...condition } };
    }),
    ...remembered.map((change) => putRemembered(TableName, change, events[0]?.at ?? after.changedAt)),
  ];
}

export const putRemembered = (TableName: string, change: RememberedChange, now: Instant): Action => ({
  Put: { TableName, Item: items.toRememberedItem(change, now), ...items.unchangedRemembered(change) },
});

const throttling = new Set([
  'ProvisionedThroughputExceeded',
  'ThrottlingError',
  'TransactionInProgressException',
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

/**
 * - `refused`: a condition does not hold. That is an answer, whatever else was in the way.
 * - `contended`: another transaction was at the same items at that moment.
 * - `throttled`: DynamoDB asks for patience.
 * - `broken`: anything else.
 */
export function classifyFailure(error: unknown): 'refused' | 'contended' | 'throttled' | 'broken' {
  if (!(error instanceof Error)) return 'broken';
  if (error.name !== 'TransactionCanceledException')
    return throttling.has(error.name) ? 'throttled' : 'broken';
  const { CancellationReasons: reasons = [] } = error as Pick<
    TransactionCanceledException,
    'CancellationReasons'
  >;
  const codes = reasons.map(({ Code = 'None' }) => Code).filter((code) => code !== 'None');
  if (codes.includes('ConditionalCheckFailed')) return 'refused';
  const contended = (code: string) => code === 'TransactionConflict';
  if (codes.length === 0 || !codes.every((code) => contended(code) || throttling.has(code))) return 'broken';
  return codes.some(contended) ? 'contended' : 'throttled';
}
