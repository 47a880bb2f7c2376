import { describe, expect, it } from 'vitest';
import { fromMillis } from '#time/instant.ts';
import { enforcementEvents, react } from '#lifecycle/react.ts';
import { disable, restore, setExpiry } from '#exchange/enforcement.ts';
import { recordChange } from '#recording/record-change.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { sam } from '../lifecycle/examples.ts';
import { auditRecord, inbound, policy as off, riskyRule, startTenant } from './surroundings.ts';
import { duration } from '#time/instant.ts';
import { neverAborts } from '#test/never-aborts.ts';
import { noDomains } from '#test/recording/no-domains.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { Enforcing, Report } from '#exchange/enforcement.ts';

const day = 86_400_000;

/** One exception that an approver has approved for some days. */
async function startApproved(record: AuditRecord = riskyRule('x'), days = 20) {
  let policy: Policy = { ...off, nativeExpiry: true };
  const running = await startTenant();
  const register = createInMemoryRegister();
  running.standIn.apply(record);
  const recordIt = (one: AuditRecord) =>
    recordChange(one, {
      domains: noDomains,
      register,
      tenants: running.tenants,
      policy,
      now: fromMillis(running.now()),
      enough: neverAborts,
    });
  const { exception: id = '' } = await recordIt(record);
  const now = async (): Promise<Exception> => {
    const state = await register.load(id);
    if (!state) throw new Error('there is no exception');
    return state;
  };
  let commands = 0;
  const command = async (given: Command) => {
    running.advance(1_000);
    commands += 1;
    const { events } = await execute(register, {
      id,
      receipt: `test#${commands}`,
      command: given,
      now: fromMillis(running.now()),
      policy,
    });
    return events;
  };
  const keep = async (type: 'Approve' | 'Renew', length: number) => {
    const expiresAt = fromMillis(running.now() + length * day);
    const events = await command({
      type,
      by: sam,
      seen: (await now()).asOf,
      reason: 'the supplier is moving',
      expiresAt,
      reviewEvery: duration('P7D'),
    });
    expect(events.map((event) => event.type)).toEqual([
      type === 'Approve' ? 'ExceptionApproved' : 'ExceptionRenewed',
    ]);
    return { expiresAt, event: events[0] };
  };
  const approved = await keep('Approve', days);
  const enforcement: Enforcing = {
    load: () => register.load(id),
    report: async (report, receipt) => {
      const now = fromMillis(running.now());
      await execute(register, { id, receipt, command: report, now, policy });
    },
    tenants: running.tenants,
    wait: running.wait,
    mode: () => Promise.resolve({ type: 'live' }),
  };
  return {
    ...running,
    approved,
    /** From now on by another policy. */
    by: (rules: Policy) => void (policy = rules),
    keep,
    command,
    record: recordIt,
    exception: now,
    enforcement,
    types: async () => (await Array.fromAsync(register.trail(id))).map(({ type }) => type),
    end: () => running.standIn.objects('transport-rule')[0]?.parameters['ExpiryDate'],
    [Symbol.asyncDispose]: () => running.standIn.close(),
  };
}

describe('an approved transport rule', () => {
  it('gets the end of its approval from Exchange too, read back and set once', async () => {
    await using rule = await startApproved();
    expect(rule.approved.event && react(rule.approved.event, await rule.exception())).toContainEqual({
      type: 'set-expiry',
      attempt: 1,
    });
    expect(enforcementEvents).toContain('ExceptionRenewed');

    expect(await setExpiry(1, rule.enforcement)).toEqual({ outcome: 'done' });
    expect(rule.end()).toBe(rule.approved.expiresAt.replace('.000Z', 'Z'));
    expect(await rule.types()).toEqual(['ExceptionOpened', 'ExceptionApproved', 'ActDone']);
    expect(await setExpiry(1, rule.enforcement)).toEqual({ outcome: 'not asked for any more' });
  });

  it('whose GUID was never read gives no end to another of its name', async () => {
    await using rule = await startApproved();
    rule.standIn.apply(
      auditRecord('Remove-TransportRule', { Identity: 'x' }, { CreationTime: '2026-11-20T08:30:00' }),
    );
    rule.standIn.apply(
      auditRecord(
        'New-TransportRule',
        { Name: 'x', RedirectMessageTo: 'attacker@evil.example' },
        { CreationTime: '2026-11-20T08:31:00' },
      ),
    );
    const load = async () => {
      const state = await rule.exception();
      return { ...state, guid: undefined } as unknown as Exception;
    };
    expect(await setExpiry(1, { ...rule.enforcement, load })).toMatchObject({ outcome: 'failed' });
    expect(rule.end()).toBeUndefined();
  });

  it('gets no end, nor an earlier one, where Lapse may not act; a later one takes nothing from anybody', async () => {
    await using rule = await startApproved();
    const stopped = {
      ...rule.enforcement,
      mode: () =>
        Promise.resolve({ type: 'stopped', at: fromMillis(0), by: 'sam', why: 'mail stands still' } as const),
    };
    expect(await setExpiry(1, stopped)).toMatchObject({ outcome: 'failed' });
    expect(rule.end()).toBeUndefined();
    const { acting } = await rule.exception();
    expect(acting).toMatchObject({ act: 'expiry', phase: 'waiting' });
    rule.advance(Date.parse(acting?.nextAt ?? '') - rule.now());
    await rule.command({ type: 'CheckDue' });
    expect(await setExpiry(2, rule.enforcement)).toEqual({ outcome: 'done' });
    rule.advance(3 * day);
    const { expiresAt } = await rule.keep('Renew', 25);
    expect(await setExpiry(1, stopped)).toEqual({ outcome: 'done' });
    expect(Date.parse(String(rule.end()))).toBe(Date.parse(expiresAt));
  });

  it('has it moved by a renewal', async () => {
    await using rule = await startApproved();
    await setExpiry(1, rule.enforcement);
    rule.advance(3 * day);
    const { expiresAt } = await rule.keep('Renew', 25);
    expect(await setExpiry(1, rule.enforcement)).toEqual({ outcome: 'done' });
    expect(Date.parse(String(rule.end()))).toBe(Date.parse(expiresAt));
  });

  it('keeps acting through a hold that lasts longer', async () => {
    await using rule = await startApproved(riskyRule('x'), 2);
    await setExpiry(1, rule.enforcement);
    const until = fromMillis(rule.now() + 10 * day);
    const [held] = await rule.command({ type: 'Hold', by: sam, until, reason: 'investigating' });
    expect(held && react(held, await rule.exception())).toContainEqual({ type: 'set-expiry', attempt: 1 });
    expect(await setExpiry(1, rule.enforcement)).toEqual({ outcome: 'done' });
    expect(Date.parse(String(rule.end()))).toBe(Date.parse(until));
  });

  it('is not asked about again when our own command comes back in the log', async () => {
    await using rule = await startApproved();
    await setExpiry(1, rule.enforcement);
    rule.advance(60_000);
    await rule.record(
      auditRecord(
        'Set-TransportRule',
        { Identity: 'x', ExpiryDate: String(rule.end()) },
        {
          CreationTime: new Date(rule.now()).toISOString().slice(0, 19),
          UserType: 5,
          UserId: 'lapse',
          AppId: 'lapse',
        },
      ),
    );
    expect(await rule.exception()).toMatchObject({ state: 'confirmed' });
    expect((await rule.types()).at(-1)).not.toBe('ExceptionChanged');
  });

  it('whose end Exchange accepts and does not show is tried again until it does', async () => {
    await using rule = await startApproved();
    rule.standIn.fault({ kind: 'disable-does-nothing', times: 1 });
    expect(await setExpiry(1, rule.enforcement)).toMatchObject({
      outcome: 'failed',
      why: expect.stringContaining('does not show it after 5 looks') as string,
    });
    const { acting } = await rule.exception();
    expect(acting).toMatchObject({ act: 'expiry', phase: 'waiting' });
    rule.advance(Date.parse(acting?.nextAt ?? '') - rule.now());
    const [retried] = await rule.command({ type: 'CheckDue' });
    expect(retried && react(retried, await rule.exception())).toEqual([{ type: 'set-expiry', attempt: 2 }]);
    expect(await setExpiry(2, rule.enforcement)).toEqual({ outcome: 'done' });
  });

  it('whose end stands there already, because the report of it was lost, is left as it is', async () => {
    await using rule = await startApproved();
    const lost = { ...rule.enforcement, report: () => Promise.resolve() };
    expect(await setExpiry(1, lost)).toEqual({ outcome: 'done' });
    expect(await setExpiry(1, rule.enforcement)).toEqual({ outcome: 'already so' });
    expect(await rule.exception()).toMatchObject({ keptEnd: rule.approved.expiresAt });
  });

  it('is not cut off by a report about an end that has moved since', async () => {
    await using rule = await startApproved();
    const late: Report[] = [];
    const report = (one: Report): Promise<void> => {
      late.push(one);
      return Promise.resolve();
    };
    await setExpiry(1, { ...rule.enforcement, report });
    const { expiresAt } = await rule.keep('Renew', 25);
    for (const one of late) {
      expect(await rule.command(one)).toEqual([]);
      expect(await rule.command({ why: 'busy', ...one, type: 'ReportActFailed' } as Command)).toEqual([]);
    }
    expect(late).toHaveLength(1);
    expect(await setExpiry(1, rule.enforcement)).toEqual({ outcome: 'done' });
    expect(Date.parse(String(rule.end()))).toBe(Date.parse(expiresAt));
  });

  it('that was revoked meanwhile is left alone', async () => {
    await using rule = await startApproved();
    await rule.command({ type: 'Revoke', by: sam, seen: (await rule.exception()).asOf });
    expect(await setExpiry(1, rule.enforcement)).toEqual({ outcome: 'not asked for any more' });
    expect(rule.end()).toBeUndefined();
  });

  it('gets it again after it was switched off and on', async () => {
    await using rule = await startApproved();
    await setExpiry(1, rule.enforcement);
    await rule.command({ type: 'Revoke', by: sam, seen: (await rule.exception()).asOf });
    await disable(1, rule.enforcement);
    const expiresAt = fromMillis(rule.now() + 3_600_000);
    const [restored] = await rule.command({ type: 'Restore', by: sam, reason: 'payroll', expiresAt });
    // One after the other: what is off needs no end.
    expect(restored && react(restored, await rule.exception()).map(({ type }) => type)).toEqual([
      'refresh',
      'restore',
      'inform',
    ]);
    expect(await setExpiry(1, rule.enforcement)).toEqual({ outcome: 'not asked for any more' });
    await restore(1, rule.enforcement);
    expect(await rule.exception()).toMatchObject({ acting: { act: 'expiry', attempt: 1 } });
    expect(await setExpiry(1, rule.enforcement)).toEqual({ outcome: 'done' });
    expect(Date.parse(String(rule.end()))).toBe(Date.parse(expiresAt));
    expect((await rule.exception()).acting).toBeUndefined();
  });
});

describe('an approved rule whose end policy has written there no longer', () => {
  it('is not cut off by it once it is renewed for longer', async () => {
    await using rule = await startApproved();
    await setExpiry(1, rule.enforcement);
    expect(await rule.exception()).toMatchObject({ keptEnd: rule.approved.expiresAt });
    rule.by(off);
    const { expiresAt } = await rule.keep('Renew', 28);
    expect(await setExpiry(1, rule.enforcement)).toEqual({ outcome: 'done' });
    expect(Date.parse(String(rule.end()))).toBe(Date.parse(expiresAt));
    expect(await rule.exception()).toMatchObject({ keptEnd: expiresAt });
    // And is left alone where the end comes nearer: that Lapse keeps by itself.
    const shorter = await rule.keep('Renew', 10);
    expect(shorter.event).not.toHaveProperty('expireBy');
  });
});

describe('an approved connector', () => {
  it('has no such date in Exchange', async () => {
    await using connector = await startApproved(inbound('gateway'), 2);
    const { event } = connector.approved;
    expect(event && react(event, await connector.exception()).map(({ type }) => type)).not.toContain(
      'set-expiry',
    );
    expect((await connector.exception()).acting).toBeUndefined();
  });
});
