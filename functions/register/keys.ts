/** The keys of the table. */
import { risks, type Risk } from '#risk/finding.ts';
import { foldName } from '#kinds/fold-name.ts';
import { boundKey } from './bound-key.ts';
import { noteNames, partitions } from './partitions.ts';
import type { Moment } from '#time/moment.ts';
import type { ObjectRef } from './identity.ts';

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

/**
 * One partition of an index takes 1,000 writes a second; eight leave room, and a sweep still needs only eight
 * queries.
 */
export const shards = ['0', '1', '2', '3', '4', '5', '6', '7'] as const;

export function shardOf(id: string): string {
  let sum = 0;
  for (const character of id) sum += character.charCodeAt(0);
  return String(sum % shards.length);
}

/** Like `shards`, for what is found by its danger first. */
const halves = ['0', '1'] as const;

/** Partitions of one risk. */
export const dangers = (risk: Risk): readonly string[] => halves.map((half) => `${risk}#${half}`);
export const dangerOf = (risk: Risk, id: string): string => `${risk}#${Number(shardOf(id)) % halves.length}`;
export const riskIn = (danger: string): Risk | undefined =>
  risks.find((risk) => danger.startsWith(`${risk}#`));

/** Sorts after every deadline, and before what is switched off. */
export const lastAsked = '9999-12-31T23:59:59.999Z';

/** GUIDs are written in either case. */
export const withinOf = (tenant: string): string => bounded(tenant.toLowerCase(), 400);

export const trailPrefix = 'TRAIL#';

export const stateKey = (id: string): Key => ({ pk: exceptionOf(id), sk: 'STATE' });
/** Twelve digits, so that entries sort as text in the order they were written. */
export const trailKey = (id: string, version: number): Key => ({
  pk: exceptionOf(id),
  sk: `${trailPrefix}${String(version).padStart(12, '0')}`,
});
export const versionIn = ({ sk }: Pick<Key, 'sk'>): number => Number(sk.slice(trailPrefix.length));
/** A caller may ask for anything. */
const exceptionOf = (id: string): string => `${partitions.exceptions}${bounded(id)}`;
export const idIn = ({ pk }: Pick<Key, 'pk'>): string => pk.slice(partitions.exceptions.length);

export const receiptKey = (receipt: string): Key => ({
  pk: `${partitions.receipts}${bounded(receipt)}`,
  sk: 'RECEIPT',
});

/** Of one item, which is replaced every few minutes: see `heartbeat.ts`. */
export const heartbeatKey = {
  pk: `${partitions.notes}${noteNames.heartbeat}`,
  sk: 'HEARTBEAT',
} as const satisfies Key;

const place = ({ tenant, kind }: ObjectRef): string => `${bounded(tenant, 400)}#${kind}`;

export const nameAlias = (object: ObjectRef): Key => ({
  pk: `${partitions.aliases}${place(object)}#name#${bounded(foldName(object.name))}`,
  sk: 'ALIAS',
});
export const guidAlias = (object: ObjectRef & { readonly guid: string }): Key => ({
  pk: `${partitions.aliases}${place(object)}#guid#${bounded(object.guid.toLowerCase())}`,
  sk: 'ALIAS',
});
export const rememberedKey = (object: ObjectRef): Key => ({
  pk: `${partitions.remembered}${place(object)}#${bounded(foldName(object.name))}`,
  sk: 'REMEMBERED',
});

/** Where the changes in mailboxes are listed, by moment. */
export const mailboxesOf = (tenant: string): string => `MAILBOXES#${withinOf(tenant)}`;
/** By what comes before the @, which is all that an alias says. A record is about one mailbox. */
export const mailboxChangeKey = (
  tenant: string,
  mailbox: string,
  { at, record }: Pick<Moment, 'at' | 'record'>,
): Key => ({
  pk: `${partitions.mailboxes}${withinOf(tenant)}#${bounded(foldName(mailbox.split('@')[0] ?? ''))}`,
  // DynamoDB takes 1,024 bytes here.
  sk: `${at}#${bounded(record, 900)}`,
});

/** Runs of the control-point test in a tenant, by moment. */
export const probeKey = (tenant: string, { at, id }: { readonly at: string; readonly id: string }): Key => ({
  pk: `${partitions.probes}${withinOf(tenant)}`,
  sk: `${at}#${bounded(id, 900)}`,
});

/** Of one exception, in order of days. */
export const usageKey = (
  id: string,
  { date, source }: { readonly date: string; readonly source: string },
): Key => ({
  pk: `${partitions.usage}${bounded(id)}`,
  sk: `${date}#${source}`,
});

/**
 * DynamoDB refuses partition keys over 2,048 bytes. No real name is that long, and none that is gets in through the
 * audit log; a key is bounded all the same, since anybody may ask for one.
 */
const bounded = (text: string, mostBytes = 1500): string => boundKey(text, mostBytes);
