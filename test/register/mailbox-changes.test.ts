import { GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mailboxChangeKey } from '#register/keys.ts';
import { createMailboxChanges } from '#register/mailbox-changes.ts';
import { createRegister } from '#register/register.ts';
import { duration, instant } from '#time/instant.ts';
import { createInMemoryMailboxChanges } from './in-memory-mailbox-changes.ts';
import { startEngine, type Engine } from './table.ts';
import type { MailboxChange } from '#lifecycle/mailbox-change.ts';
import type { MailboxChanges } from '#register/mailbox-changes.ts';

const contoso = 'b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1';
const fabrikam = '0d6b9c3e-51f2-4f5e-8c1b-7a90e2d4c6f8';
const keptFor = duration('P90D');
const at = (minute: number) => instant(`2026-11-03T10:${String(minute).padStart(2, '0')}:00Z`);
const change = (minute: number, given: Partial<MailboxChange> = {}): MailboxChange => ({
  door: 'forwarding',
  mailbox: 'ann@contoso.com',
  operation: 'Set-Mailbox',
  settings: { ForwardingSmtpAddress: { type: 'whole', entries: ['x@gmail.com'] } },
  by: { type: 'person', id: 'ann@contoso.com' },
  moment: { at: at(minute), record: `r${minute}` },
  ...given,
});
const records = async (changes: AsyncIterable<MailboxChange>): Promise<readonly string[]> =>
  (await Array.fromAsync(changes)).map(({ moment: { record } }) => record);

const contract = (name: string, create: () => Promise<MailboxChanges>): void => {
  describe(`changes in mailboxes ${name}`, () => {
    it('are kept as they are, and once', async () => {
      const mailboxes = await create();
      const whole = change(1, {
        door: 'inbox rule',
        rule: 'r',
        became: 'made',
        settings: {
          ForwardTo: { type: 'whole', entries: ['x@gmail.com'] },
          RedirectTo: { type: 'edit', add: [], remove: ['y@gmail.com'] },
        },
        from: '192.0.2.1:5',
        by: { type: 'person', id: 'eve@msp.example', outside: 'partner' },
        moment: { at: at(1), order: '0001', record: 'r1' },
        unread: 'lost',
        unplaced: true,
      });
      expect(await mailboxes.keep(contoso, whole, keptFor)).toBe('kept');
      expect(await mailboxes.keep(contoso, { ...whole, settings: {} }, keptFor)).toBe('duplicate');
      expect(await Array.fromAsync(mailboxes.inTenant(contoso))).toEqual([whole]);
    });

    it('are listed by tenant, newest first, however many there are', async () => {
      const mailboxes = await create();
      const minutes = Array.from({ length: 60 }, (_, minute) => minute);
      for (const half of ['a', 'b', 'c'])
        await Promise.all(
          minutes.map((minute) =>
            mailboxes.keep(
              contoso,
              change(minute, {
                mailbox: `user${minute}`,
                moment: { at: at(minute), record: `${half}${minute}` },
              }),
              keptFor,
            ),
          ),
        );
      await mailboxes.keep(fabrikam, change(1), keptFor);
      const listed = await Array.fromAsync(mailboxes.inTenant(contoso.toUpperCase()));
      expect(listed).toHaveLength(180);
      const moments = listed.map(({ moment }) => moment.at);
      expect(moments).toEqual(moments.toSorted().reverse());
      expect(await records(mailboxes.inTenant(fabrikam))).toEqual(['r1']);
    });

    it('are found by mailbox and time, by its address or alias, oldest first', async () => {
      const mailboxes = await create();
      const called = ['ann@contoso.com', 'Ann', 'ANN@contoso.com', 'ann@contoso.org', 'bob', 'anna'];
      for (const [minute, mailbox] of called.entries())
        await mailboxes.keep(contoso, change(minute, { mailbox }), keptFor);
      await mailboxes.keep(fabrikam, change(9), keptFor);
      const found = (mailbox: string, from?: number, to?: number) =>
        records(
          mailboxes.inMailbox(contoso, mailbox, {
            from: from === undefined ? undefined : at(from),
            to: to === undefined ? undefined : at(to),
          }),
        );
      expect(await found('ann@Contoso.com')).toEqual(['r0', 'r1', 'r2']);
      expect(await found('ann')).toEqual(['r0', 'r1', 'r2', 'r3']);
      expect(await found('ann', 1, 2)).toEqual(['r1', 'r2']);
      expect(await found('nobody')).toEqual([]);
    });
  });
};

contract('in memory', () => Promise.resolve(createInMemoryMailboxChanges()));

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine();
});
afterAll(async () => engine.close());
contract('on DynamoDB', async () =>
  createMailboxChanges({ client: engine.client(), tableName: await engine.table() }),
);

describe('a change in a mailbox on DynamoDB', () => {
  it('expires when policy says, counted from the change', async () => {
    const [client, tableName] = [engine.client(), await engine.table()];
    await createMailboxChanges({ client, tableName }).keep(contoso, change(0), keptFor);
    const { pk, sk } = mailboxChangeKey(contoso, 'ann@contoso.com', change(0).moment);
    const { Item } = await client.send(
      new GetItemCommand({ TableName: tableName, Key: { pk: { S: pk }, sk: { S: sk } } }),
    );
    expect(Item?.['ttl']).toEqual({ N: String(Date.parse('2027-02-01T10:00:00Z') / 1000) });
  });

  it('is no exception: nothing is due, and no list of exceptions has it', async () => {
    const [client, tableName] = [engine.client(), await engine.table()];
    await createMailboxChanges({ client, tableName }).keep(contoso, change(0), keptFor);
    const register = createRegister({ client, tableName });
    expect(await Array.fromAsync(register.list())).toEqual([]);
    expect(await Array.fromAsync(register.rows({ tenant: contoso }))).toEqual([]);
    expect(await register.firstDue()).toBeUndefined();
  });

  it.each(['x'.repeat(5_000), '日'.repeat(2_000)])('fits, whatever it is called: %.10s', async (long) => {
    const mailboxes = createMailboxChanges({ client: engine.client(), tableName: await engine.table() });
    const named = change(0, { mailbox: long, moment: { at: at(0), record: '日'.repeat(256) + long } });
    expect(await mailboxes.keep(long, named, keptFor)).toBe('kept');
    expect(await records(mailboxes.inMailbox(long, long))).toHaveLength(1);
  });
});
