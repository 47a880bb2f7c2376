/** What a single mailbox lets out, where policy has it watched like everything else. */
import { describe, expect, it } from 'vitest';
import { disable, restore } from '#exchange/enforcement.ts';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { takeTenant } from '#inventory/take.ts';
import { recordMailboxException } from '#recording/record-change.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { fromMillis } from '#time/instant.ts';
import { createInMemoryVersionedValues } from '#test/register/in-memory-versioned-values.ts';
import { neverAborts } from '#test/never-aborts.ts';
import { auditRecord, policy as examplePolicy, startTenant, tenantId } from '../exchange/surroundings.ts';
import { sam } from '../lifecycle/examples.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Enforcing } from '#exchange/enforcement.ts';
import type { Tenants } from '#exchange/tenants.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';

const policy: Policy = {
  ...examplePolicy,
  mailboxes: { ...examplePolicy.mailboxes, asExceptions: true },
};
const ann = 'ann@contoso.com';
const forward = (to: string, Identity = ann, more: object = {}): AuditRecord =>
  auditRecord(
    'Set-Mailbox',
    { Identity, ForwardingSmtpAddress: to === '' ? '' : `smtp:${to}` },
    { UserId: ann, ...more },
  );

async function startMailboxes() {
  const running = await startTenant();
  const register = createInMemoryRegister();
  const values = createInMemoryVersionedValues();
  const record = (one: AuditRecord, tenants: Tenants = running.tenants) =>
    recordMailboxException(one, {
      domains,
      ...{ register, tenants, policy, now: fromMillis(running.now()), enough: neverAborts },
    });
  // Direct Send is on in every tenant that did not switch it off.
  const all = async (): Promise<readonly Exception[]> =>
    (await Array.fromAsync(register.list())).filter(({ kind }) => kind !== 'direct-send');
  const one = async (): Promise<Exception> => {
    const [found, ...others] = await all();
    if (!found || others.length > 0) throw new Error('not exactly one');
    return found;
  };
  let commands = 0;
  const command = async (given: Command): Promise<Exception> => {
    commands += 1;
    running.advance(1_000);
    const now = fromMillis(running.now());
    await execute(register, {
      ...{ id: (await one()).id, receipt: `test#${commands}`, command: given, now, policy },
    });
    return one();
  };
  const enforcing = async (): Promise<Enforcing> => {
    const { id } = await one();
    return {
      load: () => register.load(id),
      report: async (report, receipt) => {
        running.advance(1_000);
        const now = fromMillis(running.now());
        await execute(register, { id, receipt, command: report, now, policy });
      },
      ...{ tenants: running.tenants, wait: running.wait },
      mode: () => Promise.resolve({ type: 'live' }),
    };
  };
  return {
    ...{ ...running, record, all, one, command, enforcing },
    happen: async (...records: readonly AuditRecord[]) => {
      for (const each of records) running.standIn.apply(each);
      for (const each of records) await record(each);
    },
    take: (given: Policy = policy) =>
      takeTenant({
        ...{ tenantId, tenant: { ...running.tenant, domains }, register, values, policy: given },
        ...{ now: fromMillis(running.now()), hasTime: () => true },
        sendMessage: () => Promise.resolve(),
      }),
    forwards: () =>
      running.standIn.objects('mailbox').map(({ parameters }) => parameters['ForwardingSmtpAddress']),
    [Symbol.asyncDispose]: () => running.standIn.close(),
  };
}

const domains = () => Promise.resolve(['contoso.com']);
const outOfReach: Tenants = () => Promise.reject(new ExchangeError('unavailable', 'Exchange is down.'));

describe('a mailbox that begins to forward its mail', () => {
  it('outside is an exception, which is its owner’s, with what the mailbox shows', async () => {
    await using here = await startMailboxes();
    await here.happen(forward('x@gmail.com'));
    expect(await here.one()).toMatchObject({
      kind: 'mailbox-forwarding',
      name: ann,
      state: 'unconfirmed',
      risk: 'critical',
      complete: true,
      changedBy: { id: ann },
      settings: {
        Mailbox: ann,
        ForwardingSmtpAddress: 'x@gmail.com',
        DeliverToMailboxAndForward: false,
      },
    });
  });

  it('inside is none', async () => {
    await using here = await startMailboxes();
    await here.happen(forward('bob@contoso.com'));
    expect(await here.all()).toEqual([]);
  });

  it('is one exception by whatever name records call the mailbox', async () => {
    await using here = await startMailboxes();
    await here.happen(forward('x@gmail.com'));
    await here.record(forward('x@gmail.com', 'ann'));
    await here.record(forward('x@gmail.com', 'ANN@contoso.com'));
    expect(await here.one()).toMatchObject({ name: ann });
    const CreationTime = '2026-11-20T08:30:00';
    here.standIn.apply(forward('', ann, { CreationTime }));
    await here.record(forward('', 'ann', { CreationTime }));
    expect(await here.one()).toMatchObject({ name: ann, state: 'removed' });
  });

  it('is recorded from the log alone where Exchange cannot be asked, if the log has its address', async () => {
    await using here = await startMailboxes();
    await expect(here.record(forward('x@gmail.com', 'ann'), outOfReach)).rejects.toThrow('Exchange is down.');
    expect(await here.all()).toEqual([]);
    expect(await here.record(forward('x@gmail.com'), outOfReach)).toMatchObject({ outcome: 'done' });
    expect(await here.one()).toMatchObject({ name: ann, state: 'unconfirmed', complete: false });
  });

  it('leaves what other mailboxes have alone, also where its record cannot be read', async () => {
    await using here = await startMailboxes();
    await here.happen(forward('x@gmail.com'));
    here.standIn.apply(forward('y@gmail.com', 'bob@contoso.com'));
    await here.record(
      auditRecord(
        'Set-Mailbox',
        {},
        {
          UserId: 'bob@contoso.com',
          ObjectId: 'bob@contoso.com',
          Parameters: '@{…}',
          CreationTime: '2026-11-20T08:30:00',
        },
      ),
    );
    expect((await here.all()).map(({ name, state }) => [name, state]).toSorted()).toEqual([
      [ann, 'unconfirmed'],
      ['bob@contoso.com', 'unconfirmed'],
    ]);
  });

  it('is another question once it forwards elsewhere', async () => {
    await using here = await startMailboxes();
    await here.happen(forward('x@fabrikam.example'));
    const { asOf } = await here.one();
    await here.happen(forward('x@gmail.com', ann, { CreationTime: '2026-11-20T08:30:00' }));
    expect(await here.one()).toMatchObject({ risk: 'critical', state: 'unconfirmed' });
    expect((await here.one()).asOf).not.toBe(asOf);
  });
});

describe('disabling it', () => {
  it('ends the forwarding, is believed only once the mailbox shows it, and can be taken back', async () => {
    await using alone = await startMailboxes();
    alone.standIn.apply(forward('y@fabrikam.example', 'bob@contoso.com'));
    await alone.happen(forward('x@fabrikam.example'));
    await alone.command({ type: 'Decline', by: sam, seen: (await alone.one()).asOf });
    expect(await disable(1, await alone.enforcing())).toEqual({ outcome: 'disabled' });
    expect(alone.forwards()).toEqual(['smtp:y@fabrikam.example', null]);
    expect(await alone.one()).toMatchObject({ state: 'disabled' });

    await alone.command({
      type: 'Restore',
      by: sam,
      reason: 'needed',
      expiresAt: fromMillis(alone.now() + 3_600_000),
    });
    expect(await restore(1, await alone.enforcing())).toEqual({ outcome: 'done' });
    expect(alone.forwards()).toEqual(['smtp:y@fabrikam.example', 'x@fabrikam.example']);
  });
});

describe('the inventory', () => {
  it('finds what no record told of, and what is gone', async () => {
    await using here = await startMailboxes();
    here.standIn.apply(forward('x@gmail.com'));
    here.standIn.apply(forward('bob@contoso.com', 'carl@contoso.com'));
    expect(await here.take()).toMatchObject({ doubts: [] });
    expect(await here.one()).toMatchObject({ name: ann, state: 'unconfirmed' });
    here.standIn.apply(forward('', ann, { CreationTime: '2026-11-20T08:30:00' }));
    here.advance(3_600_000);
    expect(await here.take()).toMatchObject({ gone: 1, doubts: [] });
    expect(await here.one()).toMatchObject({ state: 'removed' });
  });

  it('does not look into mailboxes unless policy says so', async () => {
    await using here = await startMailboxes();
    here.standIn.apply(forward('x@gmail.com'));
    expect(await here.take(examplePolicy)).toMatchObject({ doubts: [] });
    expect(await here.all()).toEqual([]);
  });
});
