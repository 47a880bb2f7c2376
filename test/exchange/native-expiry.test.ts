import { describe, expect, it } from 'vitest';
import { fromMillis } from '#domain/instant.ts';
import { enforcementEvents, react } from '#domain/react.ts';
import { setExpiry } from '#exchange/enforcement.ts';
import { recordChange } from '#functions/record-changes.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { sam } from '#test/domain/examples.ts';
import { auditRecord, inbound, policy, riskyRule, startTenant } from './surroundings.ts';
import { duration } from '#domain/instant.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Command } from '#domain/commands.ts';
import type { Exception } from '#domain/exception.ts';
import type { Enforcement } from '#exchange/enforcement.ts';

const day = 86_400_000;

/** One exception that an approver has approved for some days. */
async function startApproved(record: AuditRecord = riskyRule('x'), days = 20) {
  const running = await startTenant();
  const register = createInMemoryRegister();
  running.standIn.apply(record);
  const recordIt = (one: AuditRecord) =>
    recordChange(one, {
      register,
      tenants: running.tenants,
      policy,
      now: fromMillis(running.now()),
      enough: () => AbortSignal.timeout(10_000),
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
  const enforcement: Omit<Enforcement, 'report'> = {
    load: () => register.load(id),
    tenants: running.tenants,
    wait: running.wait,
  };
  return {
    ...running,
    approved,
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
      until: rule.approved.expiresAt,
    });
    expect(enforcementEvents).toContain('ExceptionRenewed');

    expect(await setExpiry(rule.enforcement)).toBe('set');
    expect(rule.end()).toBe(rule.approved.expiresAt.replace('.000Z', 'Z'));
    expect(await setExpiry(rule.enforcement)).toBe('as it should be');
  });

  it('has it moved by a renewal', async () => {
    await using rule = await startApproved();
    await setExpiry(rule.enforcement);
    rule.advance(3 * day);
    const { expiresAt } = await rule.keep('Renew', 25);
    expect(await setExpiry(rule.enforcement)).toBe('set');
    expect(Date.parse(String(rule.end()))).toBe(Date.parse(expiresAt));
  });

  it('keeps acting through a hold that lasts longer', async () => {
    await using rule = await startApproved(riskyRule('x'), 2);
    await setExpiry(rule.enforcement);
    const until = fromMillis(rule.now() + 10 * day);
    const [held] = await rule.command({ type: 'Hold', by: sam, until, reason: 'investigating' });
    expect(held && react(held, await rule.exception())).toContainEqual({ type: 'set-expiry', until });
    expect(await setExpiry(rule.enforcement)).toBe('set');
    expect(Date.parse(String(rule.end()))).toBe(Date.parse(until));
  });

  it('is not asked about again when our own command comes back in the log', async () => {
    await using rule = await startApproved();
    await setExpiry(rule.enforcement);
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

  it('whose end Exchange accepts and does not show is tried again', async () => {
    await using rule = await startApproved();
    rule.standIn.fault({ kind: 'disable-does-nothing', times: 1 });
    await expect(setExpiry(rule.enforcement)).rejects.toThrow('does not show it after 5 looks');
    expect(await setExpiry(rule.enforcement)).toBe('set');
  });

  it('that was revoked meanwhile is left alone', async () => {
    await using rule = await startApproved();
    await rule.command({ type: 'Revoke', by: sam, seen: (await rule.exception()).asOf });
    expect(await setExpiry(rule.enforcement)).toBe('not asked for any more');
    expect(rule.end()).toBeUndefined();
  });
});

describe('an approved connector', () => {
  it('has no such date in Exchange', async () => {
    await using connector = await startApproved(inbound('gateway'), 2);
    const { event } = connector.approved;
    expect(event && react(event, await connector.exception()).map(({ type }) => type)).not.toContain(
      'set-expiry',
    );
    expect(await setExpiry(connector.enforcement)).toBe('not asked for any more');
  });
});
