/** Look, compare, keep, act, read back, report: for every kind, whatever goes wrong on the way, there and back. */
import { describe, expect, it } from 'vitest';
import { disable, restore } from '#exchange/enforcement.ts';
import { lookIfOff } from '#exchange/still-off.ts';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { protects } from '#kinds/protection.ts';
import { kinds, type Kind } from '#kinds/registry.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { duration, fromMillis, plus } from '#time/instant.ts';
import { examples } from '../kinds/examples.ts';
import { sam } from '../lifecycle/examples.ts';
import { auditRecord, policy, startTenant, tenantId } from './surroundings.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Enforcing, Report } from '#exchange/enforcement.ts';
import type { ExchangeTenant } from '#exchange/tenant.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Disabled, Exception } from '#lifecycle/exception.ts';

const id = 'ex-aaaaaaaaaaaaaaaa';

/** What goes wrong with one act; everything after it works. */
interface Fault {
  /** The act as it fails. */
  readonly act?: (really: () => Promise<void>) => Promise<void>;
  /** The report of its end never arrives: the function dies first. */
  readonly dies?: true;
  /** Whether the failure is on record. */
  readonly isReported: boolean;
}

const refused = (code: ExchangeError['code']) => () => Promise.reject(new ExchangeError(code, 'No.'));
const faults: Readonly<Record<string, Fault>> = {
  'nothing goes wrong': { isReported: false },
  'Exchange fails before it acts': { act: refused('unavailable'), isReported: true },
  'Exchange is throttled': { act: refused('throttled'), isReported: true },
  'a permission is missing': { act: refused('forbidden'), isReported: true },
  'it takes too long, and was done': {
    act: async (really) => {
      await really();
      throw new ExchangeError('timeout', 'Too long.');
    },
    isReported: true,
  },
  'it is accepted and never shows': { act: () => Promise.resolve(), isReported: true },
  'Lapse dies between the act and its report': { dies: true, isReported: false },
};

/** Declined, with what the register knows of it: all, or what the log told. */
async function start(
  kind: Kind,
  known: 'all' | 'the name alone',
  made: readonly AuditRecord[] = examples[kind].made,
) {
  const running = await startTenant();
  for (const record of made) running.standIn.apply(record);
  const listed = async () =>
    (await running.tenant.list(kind)).objects
      .filter(({ enabled }) => enabled)
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const before = await listed();
  const found = before.find((one) => one.name === examples[kind].name) ?? before[0];
  if (!found) throw new Error('not listed');

  const register = createInMemoryRegister();
  let receipts = 0;
  const command = async (given: Command): Promise<Exception> => {
    running.advance(1_000);
    receipts += 1;
    const now = fromMillis(running.now());
    await execute(register, { id, receipt: `test#${receipts}`, command: given, now, policy });
    return state();
  };
  const state = async (): Promise<Exception> => {
    const one = await register.load(id);
    if (!one) throw new Error('nothing was opened');
    return one;
  };
  const all = known === 'all';
  await command({
    type: 'Observe',
    id,
    observation: {
      record: 'r',
      operation: 'New-TransportRule',
      change: 'create',
      tenant: tenantId,
      kind,
      name: found.name,
      ...(all && { guid: found.guid }),
      settings: all ? found.settings : examples[kind].settings,
      complete: all,
      passed: [],
      enabled: true,
      changedBy: { type: 'person', id: 'ines.moreau@fabrikam.example' },
      changedAt: fromMillis(running.now() - 60_000),
    },
  });
  await command({ type: 'Decline', by: sam, seen: (await state()).asOf });

  const enforcing = (fault: Fault = { isReported: false }): Enforcing => {
    const failing = (): Promise<ExchangeTenant> => {
      const { tenant } = running;
      const { act } = fault;
      return Promise.resolve(
        !act
          ? tenant
          : {
              ...tenant,
              disable: (...given) => act(() => tenant.disable(...given)),
              enable: (...given) => act(() => tenant.enable(...given)),
            },
      );
    };
    return {
      load: () => register.load(id),
      report: async (report: Report, receipt) => {
        if (fault.dies && report.type !== 'ReportFound') throw new Error('died');
        await execute(register, { id, receipt, command: report, now: fromMillis(running.now()), policy });
      },
      tenants: failing,
      wait: running.wait,
      mode: () => Promise.resolve({ type: 'live' }),
    };
  };
  /** By the sweep, as often as it takes: what failed is tried again, and what nobody reported counts as failed. */
  const again = async (): Promise<Exception> => {
    const now = await state();
    const next = now.state === 'disabling' ? now.nextAt : now.acting?.nextAt;
    if (next === undefined) return now;
    running.advance(Math.max(0, Date.parse(next) - running.now()));
    return command({ type: 'CheckDue' });
  };
  return {
    before,
    listed,
    state,
    command,
    enforcing,
    again,
    now: () => fromMillis(running.now()),
    tenant: running.tenant,
    settings: found.settings,
    events: () => Array.fromAsync(register.trail(id)),
    trail: async () => (await Array.fromAsync(register.trail(id))).map(({ type }) => type),
    apply: (record: AuditRecord) => running.standIn.apply(record),
    wait: (ms: number) => running.advance(ms),
    [Symbol.asyncDispose]: () => running.standIn.close(),
  };
}

type Life = Awaited<ReturnType<typeof start>>;

const attemptOf = (state: Exception): number =>
  state.state === 'disabling' ? state.attempt : (state.acting?.attempt ?? 0);

/** First with the fault, then without it until it is done. */
async function carryOut(life: Life, act: typeof disable | typeof restore, fault: Fault): Promise<void> {
  const first = act(attemptOf(await life.state()), life.enforcing(fault));
  if (fault.dies) await expect(first).rejects.toThrow('died');
  else await first;
  for (let tries = 0; tries < 3; tries += 1) {
    const now = await life.state();
    if (now.state !== 'disabling' && !now.acting) return;
    const phase = now.state === 'disabling' ? now.phase : now.acting?.phase;
    if (phase === 'running') await act(attemptOf(now), life.enforcing());
    else await life.again();
  }
}

const disabled = kinds.filter((kind) => !protects({ kind, settings: examples[kind].settings }));

describe.each(disabled)('%s', (kind) => {
  it.each(Object.entries(faults))('is off and then as it was before, although %s', async (_what, fault) => {
    await using life = await start(kind, 'all');
    await carryOut(life, disable, fault);
    expect(await life.state()).toMatchObject({ state: 'disabled', settings: life.settings });
    expect((await life.listed()).map(({ name }) => name)).toEqual(
      life.before.map(({ name }) => name).filter((name) => name !== examples[kind].name),
    );
    expect((await life.trail()).includes('DisableFailed')).toBe(fault.isReported);

    await life.command({
      type: 'Restore',
      by: sam,
      reason: 'mail was lost',
      expiresAt: plus(life.now(), duration('PT8H')),
    });
    await carryOut(life, restore, fault);
    expect(await life.listed()).toEqual(life.before);
    const state = await life.state();
    expect(state).toMatchObject({ state: 'confirmed' });
    expect(state.acting).toBeUndefined();
    expect((await life.trail()).includes('ActFailed')).toBe(fault.isReported);
  });

  it('is restored with what only a look showed, although Lapse dies right after the act', async () => {
    await using life = await start(kind, 'the name alone');
    await carryOut(life, disable, { dies: true, isReported: false });
    expect(await life.state()).toMatchObject({ state: 'disabled', settings: life.settings });
    expect(await life.trail()).toContain('SettingsKept');
    await life.command({
      type: 'Restore',
      by: sam,
      reason: 'mail was lost',
      expiresAt: plus(life.now(), duration('PT8H')),
    });
    await carryOut(life, restore, { isReported: false });
    expect(await life.listed()).toEqual(life.before);
  });
});

describe.each(disabled)('%s, once it is off', (kind) => {
  const look = async (life: Life) => {
    const { looking } = (await life.state()) as Disabled;
    life.wait(Date.parse(looking?.nextAt ?? life.now()) - Date.parse(life.now()));
    const ordered = (await life.command({ type: 'CheckDue' })) as Disabled;
    const attempt = ordered.looking?.attempt ?? 0;
    return lookIfOff(attempt, { ...life.enforcing(), now: life.now });
  };

  it('is looked at after an hour and after a day, and the trail tells of the day', async () => {
    await using life = await start(kind, 'all');
    await carryOut(life, disable, { isReported: false });
    const before = (await life.trail()).length;
    expect(await look(life)).toEqual({ outcome: 'still off' });
    expect((await life.trail()).slice(before)).toEqual(['LookOrdered']);
    expect(await look(life)).toEqual({ outcome: 'still off' });
    expect((await life.trail()).slice(before)).toEqual(['LookOrdered', 'LookOrdered', 'StayedDisabled']);
    expect(await life.state()).not.toHaveProperty('looking');
  });

  it('is found on where somebody has switched it on behind everybody’s back', async () => {
    await using life = await start(kind, 'all');
    await carryOut(life, disable, { isReported: false });
    const { guid = '', settings } = await life.state();
    await life.tenant.enable(kind, { guid, settings });
    expect(await look(life)).toEqual({ outcome: 'on' });
    expect((await life.events()).at(-1)).toMatchObject({
      type: 'ExceptionReopened',
      actor: { type: 'inventory' },
      alert: true,
      times: 1,
    });
    expect(await life.state()).toMatchObject({ state: 'unconfirmed', question: 're-enabled' });
  });
});

describe('a look at what is off', () => {
  /** An hour after: ordered, and not carried out yet. */
  const ordered = async (kind: Kind = 'outbound-connector') => {
    const life = await start(kind, 'all');
    await carryOut(life, disable, { isReported: false });
    life.wait(3_600_000);
    await life.command({ type: 'CheckDue' });
    return life;
  };
  const looking = (life: Life, tenants = life.enforcing().tenants) => ({
    ...life.enforcing(),
    tenants,
    now: life.now,
  });
  const last = async (life: Life) => (await life.events()).at(-1);

  it('finds it removed, as the inventory would', async () => {
    await using life = await ordered();
    life.apply(auditRecord('Remove-OutboundConnector', { Identity: examples['outbound-connector'].name }));
    life.apply(
      auditRecord('New-OutboundConnector', {
        Name: 'another',
        ConnectorType: 'Partner',
        UseMXRecord: 'True',
      }),
    );
    expect(await lookIfOff(1, looking(life))).toEqual({ outcome: 'gone' });
    expect(await last(life)).toMatchObject({ type: 'ExceptionRemoved', operation: 'Inventory' });
  });

  it('takes an answer that lists nothing at all for no proof that it is gone', async () => {
    await using life = await ordered();
    life.apply(auditRecord('Remove-OutboundConnector', { Identity: examples['outbound-connector'].name }));
    const nothing = {
      ...life.tenant,
      read: () => Promise.resolve({ found: false, certain: false } as const),
    };
    expect(
      await lookIfOff(
        1,
        looking(life, () => Promise.resolve(nothing)),
      ),
    ).toMatchObject({
      outcome: 'failed',
    });
    expect(await life.state()).toMatchObject({ state: 'disabled', looking: { phase: 'waiting' } });
  });

  it('is made again where Exchange could not be asked, and says why', async () => {
    await using life = await ordered();
    const busy = () => Promise.reject(new ExchangeError('throttled', 'Exchange is busy.'));
    expect(await lookIfOff(1, looking(life, busy))).toMatchObject({ outcome: 'failed' });
    expect(await last(life)).toMatchObject({ type: 'LookFailed', attempt: 1, why: 'Exchange is busy' });
    life.wait(3_600_000);
    await life.command({ type: 'CheckDue' });
    expect(await lookIfOff(2, looking(life))).toEqual({ outcome: 'still off' });
  });

  it('says nothing when its event comes again, or long after', async () => {
    await using life = await ordered();
    expect(await lookIfOff(1, looking(life))).toEqual({ outcome: 'still off' });
    life.wait(86_400_000);
    await life.command({ type: 'CheckDue' });
    const before = await life.trail();
    expect(await lookIfOff(1, looking(life))).toEqual({ outcome: 'not asked for any more' });
    expect(await life.trail()).toEqual(before);
  });

  it('asks nothing of Exchange once it is being restored', async () => {
    await using life = await ordered();
    await life.command({
      type: 'Restore',
      by: sam,
      reason: 'mail was lost',
      expiresAt: plus(life.now(), duration('PT8H')),
    });
    const untouched = () => Promise.reject(new Error('it was asked'));
    expect(await lookIfOff(1, looking(life, untouched))).toEqual({ outcome: 'not asked for any more' });
  });
});

describe('what does not come back as it was', () => {
  const restored = async (life: Life): Promise<Exception> => {
    await life.command({
      type: 'Restore',
      by: sam,
      reason: 'mail was lost',
      expiresAt: plus(life.now(), duration('PT8H')),
    });
    await carryOut(life, restore, { isReported: false });
    return life.state();
  };
  const last = async (life: Life) => (await life.events()).at(-1);

  it('is said: a rule that somebody moved or let only watch while it was off', async () => {
    await using life = await start('transport-rule', 'all');
    await carryOut(life, disable, { isReported: false });
    life.apply(
      auditRecord('Set-TransportRule', { Identity: examples['transport-rule'].name, Mode: 'Audit' }),
    );
    await restored(life);
    expect(await last(life)).toMatchObject({
      type: 'ActDone',
      unlike: [expect.stringMatching(/^Mode is Audit, was /)],
    });
  });

  it('is said: an end of an allow that has passed meanwhile', async () => {
    await using life = await start('tenant-allow', 'all', [
      auditRecord('New-TenantAllowBlockListItems', {
        ListType: 'Sender',
        Entries: 'tailspin.example',
        Allow: 'True',
        ExpirationDate: '2026-11-20T12:00:00Z',
      }),
    ]);
    await carryOut(life, disable, { isReported: false });
    life.wait(86_400_000);
    await restored(life);
    const done = await last(life);
    expect(done).toMatchObject({ type: 'ActDone' });
    expect(JSON.stringify(done)).toMatch(/ExpirationDate is .*, was 2026-11-20T12:00:00/);
  });

  it('is said: an object that is gone from the tenant', async () => {
    await using life = await start('outbound-connector', 'all');
    await carryOut(life, disable, { isReported: false });
    life.apply(auditRecord('Remove-OutboundConnector', { Identity: examples['outbound-connector'].name }));
    expect(await restored(life)).toMatchObject({ state: 'removed' });
    expect((await last(life))?.type).toBe('ExceptionFoundGone');
  });

  it('is nothing where all is as it was', async () => {
    await using life = await start('transport-rule', 'all');
    await carryOut(life, disable, { isReported: false });
    await restored(life);
    expect(await last(life)).not.toHaveProperty('unlike');
  });
});
