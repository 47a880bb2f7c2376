import { describe, expect, it } from 'vitest';
import { duration, fromMillis } from '#time/instant.ts';
import { disable, restore } from '#exchange/enforcement.ts';
import type { Mode } from '#policy/enforcement-mode.ts';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { recordChange } from '#recording/record-change.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { sam } from '../lifecycle/examples.ts';
import {
  auditRecord,
  inbound,
  outbound,
  policy,
  riskyRule,
  secret,
  startTenant,
  tenantId,
} from './surroundings.ts';
import { neverAborts } from '#test/never-aborts.ts';
import { noDomains } from '#test/recording/no-domains.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Enforcing } from '#exchange/enforcement.ts';
import type { ExchangeTenant } from '#exchange/tenant.ts';
import type { Tenants } from '#exchange/tenants.ts';

/** One exception of one object in the tenant, which an approver has declined: it is to be disabled. */
async function startDeclined(
  record: AuditRecord = riskyRule('x'),
  options: { readonly seen?: boolean } = {},
) {
  const running = await startTenant();
  const register = createInMemoryRegister();
  running.standIn.apply(record);
  if (options.seen === false) running.standIn.fault({ kind: 'down', times: Infinity });
  const { exception: id = '' } = await recordChange(record, {
    domains: noDomains,
    register,
    tenants: running.tenants,
    policy,
    now: fromMillis(running.now()),
    enough: neverAborts,
  });
  running.standIn.mend();
  running.waits.length = 0;

  const now = async (): Promise<Exception> => {
    const state = await register.load(id);
    if (!state) throw new Error('there is no exception');
    return state;
  };
  let commands = 0;
  const command = async (given: Command): Promise<Exception> => {
    running.advance(1_000);
    commands += 1;
    await execute(register, {
      id,
      receipt: `test#${commands}`,
      command: given,
      now: fromMillis(running.now()),
      policy,
    });
    return now();
  };
  await command({ type: 'Decline', by: sam, seen: (await now()).asOf });

  const enforcement: Enforcing = {
    load: () => register.load(id),
    report: async (report, receipt) => {
      await execute(register, { id, receipt, command: report, now: fromMillis(running.now()), policy });
    },
    tenants: running.tenants,
    wait: running.wait,
    mode: () => Promise.resolve({ type: 'live' }),
  };
  return {
    ...running,
    enforcement,
    now,
    command,
    clock: running.now,
    /** The time of the next attempt comes. */
    retry: async () => {
      const state = await now();
      if (state.state === 'disabling') running.advance(Date.parse(state.nextAt) - running.now());
      return command({ type: 'CheckDue' });
    },
    trail: async () => (await Array.fromAsync(register.trail(id))).map(({ type }) => type),
    objects: () =>
      running.standIn.objects(
        record.Operation.endsWith('Rule')
          ? 'transport-rule'
          : record.Operation.endsWith('InboundConnector')
            ? 'inbound-connector'
            : 'outbound-connector',
      ),
    [Symbol.asyncDispose]: () => running.standIn.close(),
  };
}

describe('a disable', () => {
  it.each([
    ['transport rule', riskyRule('x')],
    ['inbound connector', inbound('x')],
    ['outbound connector', outbound('x')],
    [
      'outbound connector that only rules use',
      outbound('x', { IsTransportRuleScoped: 'True', UseMXRecord: 'True' }),
    ],
    ['outbound connector in test mode', outbound('x', { TestMode: 'True' })],
  ])('switches a %s off, reads it back, and keeps what was there', async (_what, record) => {
    await using declined = await startDeclined(record);
    const { settings, guid } = await declined.now();

    expect(await disable(1, declined.enforcement)).toEqual({ outcome: 'disabled' });
    expect(declined.objects()).toMatchObject([{ enabled: false }]);
    expect(await declined.now()).toMatchObject({ state: 'disabled', cause: 'declined', guid, settings });
  });

  it('leaves alone what meanwhile stops mail: switching that off would let more in', async () => {
    await using declined = await startDeclined(riskyRule('x'));
    declined.standIn.apply(
      auditRecord('Set-TransportRule', { Identity: 'x', RejectMessageReasonText: 'no', SetSCL: '' }),
    );
    expect(await disable(1, declined.enforcement)).toMatchObject({
      outcome: 'failed',
      why: expect.stringContaining('switching it off would let more in') as string,
    });
    expect(declined.objects()).toMatchObject([{ enabled: true }]);
  });

  it('finds an object that was never read by its exact name', async () => {
    await using declined = await startDeclined(riskyRule('x'), { seen: false });
    expect((await declined.now()).guid).toBeUndefined();
    await disable(1, declined.enforcement);
    expect(await declined.now()).toMatchObject({ state: 'disabled', guid: declined.objects()[0]?.guid });
  });

  it('of an object that is off already is only reported', async () => {
    await using declined = await startDeclined();
    declined.standIn.apply(auditRecord('Disable-TransportRule', { Identity: 'x' }));
    expect(await disable(1, declined.enforcement)).toEqual({ outcome: 'already disabled' });
    expect((await declined.now()).state).toBe('disabled');
  });

  it('that is delivered again does nothing', async () => {
    await using declined = await startDeclined();
    await disable(1, declined.enforcement);
    const trail = await declined.trail();
    expect(await disable(1, declined.enforcement)).toEqual({ outcome: 'not asked for any more' });
    expect(await declined.trail()).toEqual(trail);
  });

  it('that has failed is not begun again by its event, but by the next attempt', async () => {
    await using declined = await startDeclined();
    await declined.command({ type: 'ReportDisableFailed', attempt: 1, why: 'Exchange is busy' });
    expect(await disable(1, declined.enforcement)).toEqual({ outcome: 'not asked for any more' });
    expect(declined.objects()).toMatchObject([{ enabled: true }]);
  });

  it.each([
    ['rule', 'transport-rule', [true, true], 'gone'],
    ['rule', 'transport-rule', [false, true], 'failed'],
    ['rule', 'transport-rule', [true, false], 'failed'],
    ['list entry', 'ip-allow', [true, true], 'already disabled'],
    ['list entry', 'ip-allow', [false, false], 'failed'],
  ] as const)('of a %s (%s) that two looks (%j) do not find: %s', async (_, kind, certain, outcome) => {
    await using declined = await startDeclined();
    const exception = await declined.now();
    const looks = [...certain];
    const read = () => Promise.resolve({ found: false as const, certain: looks.shift() ?? false });
    const result = await disable(1, {
      ...declined.enforcement,
      load: () => Promise.resolve({ ...exception, kind }),
      report: () => Promise.resolve(),
      tenants: () => Promise.resolve({ read } as unknown as ExchangeTenant),
    });
    expect(result.outcome).toBe(outcome);
    expect(looks).toEqual([]);
  });

  it.each([
    [true, 'disabled'],
    [false, 'failed'],
  ] as const)('of an entry that no list shows afterwards (certain: %s): %s', async (certain, outcome) => {
    await using declined = await startDeclined();
    const exception = await declined.now();
    const looks = [
      { found: true as const, guid: 'g', name: 'n', enabled: true, settings: { Entry: '203.0.113.7' } },
    ];
    const tenant = {
      read: () => Promise.resolve(looks.shift() ?? { found: false as const, certain }),
      disable: () => Promise.resolve(),
    } as unknown as ExchangeTenant;
    const result = await disable(1, {
      ...declined.enforcement,
      load: () => Promise.resolve({ ...exception, kind: 'ip-allow' }),
      report: () => Promise.resolve(),
      tenants: () => Promise.resolve(tenant),
    });
    expect(result.outcome).toBe(outcome);
  });

  it('of another attempt than the running one does nothing', async () => {
    await using declined = await startDeclined();
    expect(await disable(2, declined.enforcement)).toEqual({ outcome: 'not asked for any more' });
    expect(declined.objects()).toMatchObject([{ enabled: true }]);
  });

  it('waits for reads that lag behind', async () => {
    await using declined = await startDeclined();
    declined.standIn.fault({ kind: 'stale-reads', times: 4 });
    // The first of the four is the look before the disable, when nothing lags yet.
    expect(await disable(1, declined.enforcement)).toEqual({ outcome: 'disabled' });
    expect(declined.waits).toEqual([1_000, 2_000, 4_000]);
  });

  it('is not believed as long as the object reads as on', async () => {
    await using declined = await startDeclined();
    declined.standIn.fault({ kind: 'disable-does-nothing', times: 1 });
    expect(await disable(1, declined.enforcement)).toMatchObject({ outcome: 'failed' });
    expect(await declined.now()).toMatchObject({
      state: 'disabling',
      phase: 'waiting',
      failure:
        'Exchange accepted the command, but still shows the object as on after 5 looks; something else may be switching it back',
    });

    expect(await declined.retry()).toMatchObject({ phase: 'running', attempt: 2 });
    expect(await disable(2, declined.enforcement)).toEqual({ outcome: 'disabled' });
  });
});

describe('an object that is not the one', () => {
  const removed = auditRecord(
    'Remove-TransportRule',
    { Identity: 'x' },
    { CreationTime: '2026-11-20T08:10:00' },
  );
  const namesake = riskyRule('x', { CreationTime: '2026-11-20T08:20:00' });

  it('is not touched, though it bears the name: ours is gone', async () => {
    await using declined = await startDeclined();
    declined.standIn.apply(removed);
    declined.standIn.apply(namesake);
    expect(await disable(1, declined.enforcement)).toEqual({ outcome: 'gone' });
    expect(declined.objects()).toMatchObject([{ name: 'x', enabled: true }]);
    expect(await declined.now()).toMatchObject({ state: 'removed' });
  });

  it('is not touched when Exchange answers a wrong identity with everything', async () => {
    await using declined = await startDeclined();
    declined.standIn.apply(removed);
    for (const name of ['a', 'b', 'c']) declined.standIn.apply(riskyRule(name));
    await disable(1, declined.enforcement);
    expect(declined.objects().every(({ enabled }) => enabled)).toBe(true);
  });

  it('is followed through a rename: the GUID counts', async () => {
    await using declined = await startDeclined();
    declined.standIn.apply(auditRecord('Set-TransportRule', { Identity: 'x', Name: 'innocent' }));
    declined.standIn.apply(riskyRule('x', { CreationTime: '2026-11-20T08:30:00' }));
    expect(await disable(1, declined.enforcement)).toEqual({ outcome: 'disabled' });
    expect(declined.objects().map(({ name, enabled }) => [name, enabled])).toEqual([
      ['innocent', false],
      ['x', true],
    ]);
  });

  it('is believed absent at the second look only', async () => {
    await using declined = await startDeclined();
    let looks = 0;
    const tenants: Tenants = async (id) => {
      const tenant = await declined.tenants(id);
      return {
        ...tenant,
        read: (object) => {
          looks += 1;
          return looks === 1 ? Promise.resolve({ found: false, certain: true }) : tenant.read(object);
        },
      };
    };
    expect(await disable(1, { ...declined.enforcement, tenants })).toEqual({ outcome: 'disabled' });
    expect(declined.waits[0]).toBe(3_000);
  });

  it.each([
    [true, false],
    [false, true],
    [false, false],
  ])('is not believed absent where one of two looks is not certain (%s, %s)', async (...certain) => {
    await using declined = await startDeclined();
    let looks = 0;
    const tenants: Tenants = async (id) => ({
      ...(await declined.tenants(id)),
      read: () => Promise.resolve({ found: false, certain: certain[(looks += 1) - 1] ?? true }),
    });
    expect(await disable(1, { ...declined.enforcement, tenants })).toMatchObject({ outcome: 'failed' });
    expect(looks).toBe(2);
    expect((await declined.now()).state).toBe('disabling');
  });

  it('is not believed absent because Exchange lists nothing at all', async () => {
    await using declined = await startDeclined();
    declined.standIn.apply(removed);
    expect(await disable(1, declined.enforcement)).toMatchObject({
      outcome: 'failed',
      why: expect.stringContaining('listed nothing of this kind') as string,
    });
    expect((await declined.now()).state).toBe('disabling');
  });
});

describe('an object whose GUID was never read', () => {
  const removed = auditRecord(
    'Remove-TransportRule',
    { Identity: 'x' },
    { CreationTime: '2026-11-20T08:10:00' },
  );
  const again = (parameters: Readonly<Record<string, string>>): AuditRecord =>
    auditRecord('New-TransportRule', { Name: 'x', ...parameters }, { CreationTime: '2026-11-20T08:20:00' });

  it('is not disabled where a harmless one now bears its name: ours is gone', async () => {
    await using declined = await startDeclined(riskyRule('x'), { seen: false });
    declined.standIn.apply(removed);
    declined.standIn.apply(again({ SubjectContainsWords: 'invoice', PrependSubject: '[check] ' }));
    expect(await disable(1, declined.enforcement)).toEqual({
      outcome: 'gone',
      why: expect.stringContaining('lets nothing past') as string,
    });
    expect(declined.objects()).toMatchObject([{ name: 'x', enabled: true }]);
    expect((await declined.now()).state).toBe('removed');
  });

  it('is not disabled where one of another risk bears its name: a person must look', async () => {
    await using declined = await startDeclined(riskyRule('x'), { seen: false });
    declined.standIn.apply(removed);
    declined.standIn.apply(again({ RedirectMessageTo: 'attacker@evil.example' }));
    expect(await disable(1, declined.enforcement)).toMatchObject({
      outcome: 'failed',
      why: expect.stringMatching(/"x".*\b[0-9a-f-]{36}\b.*a person must look/) as string,
    });
    expect(declined.objects()).toMatchObject([{ name: 'x', enabled: true }]);
    expect((await declined.trail()).at(-1)).toBe('DisableFailed');
  });

  it('is disabled where what bears its name lets the same past', async () => {
    await using declined = await startDeclined(riskyRule('x'), { seen: false });
    declined.standIn.apply(auditRecord('Set-TransportRule', { Identity: 'x', Comments: 'changed' }));
    expect(await disable(1, declined.enforcement)).toEqual({ outcome: 'disabled' });
  });
});

describe('a disable that fails', () => {
  it.each([
    ['down', /could not be reached/],
    ['429', /asked Lapse to slow down/],
    ['503', /HTTP 503/],
    ['error-in-200', /The operation could not be completed/],
    ['403-nul', /"Transport Rules"/],
  ] as const)('for "%s" is reported with the reason, and works at the next attempt', async (kind, why) => {
    await using declined = await startDeclined();
    declined.standIn.fault({ kind, times: Infinity });
    expect(await disable(1, declined.enforcement)).toMatchObject({ outcome: 'failed' });
    declined.standIn.mend();

    const failed = await declined.now();
    expect(failed).toMatchObject({ state: 'disabling', phase: 'waiting' });
    const failure = failed.state === 'disabling' ? (failed.failure ?? '') : '';
    expect(failure).toMatch(why);
    expect(failure).not.toMatch(/\.$/);
    expect(failure).not.toContain(secret);

    await declined.retry();
    expect(await disable(2, declined.enforcement)).toEqual({ outcome: 'disabled' });
  });

  it('for want of a credential says which tenant', async () => {
    await using declined = await startDeclined();
    const tenants: Tenants = (id) =>
      Promise.reject(new ExchangeError('no-credential', `Lapse has no credential for tenant ${id}.`));
    await disable(1, { ...declined.enforcement, tenants });
    expect(await declined.now()).toMatchObject({ failure: `Lapse has no credential for tenant ${tenantId}` });
  });

  it('for a reason nobody foresaw is reported too, without what the error says', async () => {
    await using declined = await startDeclined();
    const error = new TypeError(`cannot read ${secret}`);
    const result = await disable(1, { ...declined.enforcement, tenants: () => Promise.reject(error) });
    expect(result).toMatchObject({ outcome: 'failed', error });
    expect(JSON.stringify(await declined.now())).not.toContain(secret);
    expect((await declined.trail()).at(-1)).toBe('DisableFailed');
  });

  it('to be recorded is thrown, and the next delivery records it', async () => {
    await using declined = await startDeclined();
    const report = () => Promise.reject(new Error('the table is away'));
    await expect(disable(1, { ...declined.enforcement, report })).rejects.toThrow('the table is away');
    expect(declined.objects()).toMatchObject([{ enabled: false }]);
    expect(await disable(1, declined.enforcement)).toEqual({ outcome: 'already disabled' });
    expect((await declined.now()).state).toBe('disabled');
  });
});

describe('a restore', () => {
  async function startRestored(record?: AuditRecord) {
    const declined = await startDeclined(record);
    await disable(1, declined.enforcement);
    await declined.command({
      type: 'Restore',
      by: sam,
      reason: 'payroll stands still',
      expiresAt: fromMillis(declined.clock() + 6 * 3_600_000),
    });
    const dueAgain = async () => {
      const { acting } = await declined.now();
      if (acting) declined.advance(Date.parse(acting.nextAt) - declined.clock());
      return declined.command({ type: 'CheckDue' });
    };
    return { ...declined, dueAgain };
  }

  it('switches the object on again, as it was, and says so once Exchange shows it', async () => {
    await using restored = await startRestored();
    expect(await restored.now()).toMatchObject({
      state: 'confirmed',
      acting: { act: 'restore', attempt: 1, phase: 'running' },
    });
    expect(await restore(1, restored.enforcement)).toEqual({ outcome: 'done' });
    expect(restored.objects()).toMatchObject([{ enabled: true, parameters: { SetSCL: '-1' } }]);
    expect((await restored.now()).acting).toBeUndefined();
    expect((await restored.trail()).at(-1)).toBe('ActDone');
  });

  it('that is delivered again does nothing, and one whose report was lost is only reported', async () => {
    await using restored = await startRestored();
    const report = () => Promise.reject(new Error('the table is away'));
    await expect(restore(1, { ...restored.enforcement, report })).rejects.toThrow('the table is away');
    expect(restored.objects()).toMatchObject([{ enabled: true }]);
    expect(await restore(1, restored.enforcement)).toEqual({ outcome: 'already so' });
    const trail = await restored.trail();
    expect(await restore(1, restored.enforcement)).toEqual({ outcome: 'not asked for any more' });
    expect(await restored.trail()).toEqual(trail);
  });

  it('of another attempt than the running one does nothing', async () => {
    await using restored = await startRestored();
    expect(await restore(2, restored.enforcement)).toEqual({ outcome: 'not asked for any more' });
    restored.standIn.fault({ kind: 'down', times: Infinity });
    await restore(1, restored.enforcement);
    restored.standIn.mend();
    expect(await restore(1, restored.enforcement)).toEqual({ outcome: 'not asked for any more' });
    expect(restored.objects()).toMatchObject([{ enabled: false }]);
  });

  it('and a disable are each recorded every time, not the first time only', async () => {
    await using restored = await startRestored();
    await restore(1, restored.enforcement);
    await restored.command({ type: 'Revoke', by: sam, seen: (await restored.now()).asOf });
    await disable(1, restored.enforcement);
    expect((await restored.now()).state).toBe('disabled');
    await restored.command({
      type: 'Restore',
      by: sam,
      reason: 'once more',
      expiresAt: fromMillis(restored.clock() + 3_600_000),
    });
    expect(await restore(1, restored.enforcement)).toEqual({ outcome: 'done' });
    expect((await restored.now()).acting).toBeUndefined();
  });

  it('of what was meanwhile revoked does nothing', async () => {
    await using restored = await startRestored();
    await restored.command({ type: 'Revoke', by: sam, seen: (await restored.now()).asOf });
    expect(await restore(1, restored.enforcement)).toEqual({ outcome: 'not asked for any more' });
    expect(restored.objects()).toMatchObject([{ enabled: false }]);
  });

  it('goes on through a renewal', async () => {
    await using restored = await startRestored();
    restored.standIn.fault({ kind: 'down', times: Infinity });
    await restore(1, restored.enforcement);
    restored.standIn.mend();
    const { asOf } = await restored.now();
    await restored.command({
      type: 'Renew',
      by: sam,
      seen: asOf,
      reason: 'longer',
      expiresAt: fromMillis(restored.clock() + 86_400_000),
      reviewEvery: duration('P1D'),
    });
    expect(await restored.now()).toMatchObject({ renewals: 1, acting: { act: 'restore', phase: 'waiting' } });
    await restored.dueAgain();
    expect(await restore(2, restored.enforcement)).toEqual({ outcome: 'done' });
  });

  it.each([
    ['down', /could not be reached/],
    ['disable-does-nothing', /still shows the object as off after 5 looks/],
  ] as const)(
    'that fails ("%s") is reported with the reason, and works at the next attempt',
    async (kind, why) => {
      await using restored = await startRestored();
      restored.standIn.fault({ kind, times: kind === 'down' ? Infinity : 1 });
      expect(await restore(1, restored.enforcement)).toMatchObject({
        outcome: 'failed',
        why: expect.stringMatching(why) as string,
      });
      restored.standIn.mend();
      expect(await restored.now()).toMatchObject({
        state: 'confirmed',
        acting: { act: 'restore', phase: 'waiting', failure: expect.stringMatching(why) as string },
      });
      expect(await restored.dueAgain()).toMatchObject({ acting: { attempt: 2, phase: 'running' } });
      expect(await restore(2, restored.enforcement)).toEqual({ outcome: 'done' });
      expect(restored.objects()).toMatchObject([{ enabled: true }]);
    },
  );

  it.each<[string, AuditRecord]>([
    [
      'outbound spam policy',
      auditRecord('New-HostedOutboundSpamFilterPolicy', { Name: 'Sales', AutoForwardingMode: 'On' }),
    ],
    [
      'content filter policy',
      auditRecord('New-HostedContentFilterPolicy', { Name: 'Sales', AllowedSenders: 'ann@tailspin.example' }),
    ],
  ])(
    'of what stood in %s that is gone says so, and goes on once that is there again',
    async (policy, record) => {
      await using restored = await startRestored(record);
      restored.standIn.apply(
        auditRecord(
          record.Operation.replace('New-', 'Remove-'),
          { Identity: 'Sales' },
          { CreationTime: '2026-11-20T10:00:00' },
        ),
      );
      expect(await restore(1, restored.enforcement)).toMatchObject({
        outcome: 'failed',
        why: expect.stringContaining(`The ${policy} "Sales", to which this belongs, is gone`) as string,
      });
      restored.standIn.apply(
        auditRecord(
          record.Operation,
          { Name: 'Sales', AutoForwardingMode: 'Off', AllowedSenders: '' },
          { CreationTime: '2026-11-20T10:01:00' },
        ),
      );
      expect(await restored.dueAgain()).toMatchObject({ acting: { attempt: 2, phase: 'running' } });
      expect(await restore(2, restored.enforcement)).toEqual({ outcome: 'done' });
    },
  );

  it('does not touch another object of the name: ours is gone', async () => {
    await using restored = await startRestored();
    restored.standIn.apply(
      auditRecord('Remove-TransportRule', { Identity: 'x' }, { CreationTime: '2026-11-20T10:00:00' }),
    );
    restored.standIn.apply(
      auditRecord(
        'New-TransportRule',
        { Name: 'x', Enabled: 'False' },
        { CreationTime: '2026-11-20T10:01:00' },
      ),
    );
    expect(await restore(1, restored.enforcement)).toEqual({ outcome: 'gone' });
    expect(restored.objects()).toMatchObject([{ enabled: false }]);
    expect((await restored.now()).state).toBe('removed');
  });

  it.each([
    ['something else past', { RedirectMessageTo: 'attacker@evil.example' }],
    ['nothing past', { PrependSubject: '[check] ' }],
  ])('of one whose GUID was never read leaves off what lets %s by the same name', async (_what, sets) => {
    await using restored = await startRestored();
    restored.standIn.apply(
      auditRecord('Remove-TransportRule', { Identity: 'x' }, { CreationTime: '2026-11-20T10:00:00' }),
    );
    restored.standIn.apply(
      auditRecord(
        'New-TransportRule',
        { Name: 'x', Enabled: 'False', ...sets },
        { CreationTime: '2026-11-20T10:01:00' },
      ),
    );
    const load = async () => {
      const state = await restored.now();
      return { ...state, guid: undefined } as unknown as Exception;
    };
    expect(await restore(1, { ...restored.enforcement, load })).toMatchObject({ outcome: 'failed' });
    expect(restored.objects()).toMatchObject([{ enabled: false }]);
  });

  it('does not take the object for gone because Exchange lists nothing at all', async () => {
    await using restored = await startRestored();
    restored.standIn.apply(
      auditRecord('Remove-TransportRule', { Identity: 'x' }, { CreationTime: '2026-11-20T10:00:00' }),
    );
    expect(await restore(1, restored.enforcement)).toMatchObject({
      outcome: 'failed',
      why: expect.stringContaining('listed nothing of this kind') as string,
    });
    expect(await restored.now()).toMatchObject({ state: 'confirmed', acting: { phase: 'waiting' } });
  });
});

describe('where Lapse may not act', () => {
  const barred: readonly Mode[] = [
    { type: 'observing' },
    { type: 'stopped', at: fromMillis(0), by: 'sam', why: 'mail stands still' },
  ];

  it.each(barred)(
    'nothing is disabled, and the attempt is on record and tried again ($type)',
    async (mode) => {
      await using declined = await startDeclined();
      const { enforcement, now, command, advance } = declined;
      const stopped = { ...enforcement, mode: () => Promise.resolve(mode) };
      expect(await disable(1, stopped)).toMatchObject({ outcome: 'failed' });
      expect(declined.standIn.objects('transport-rule')[0]?.enabled).toBe(true);
      const failed = await now();
      expect(failed).toMatchObject({ state: 'disabling', phase: 'waiting', attempt: 1 });
      advance(86_400_000);
      expect(await command({ type: 'CheckDue' })).toMatchObject({ phase: 'running', attempt: 2 });
      expect(await disable(2, enforcement)).toEqual({ outcome: 'disabled' });
    },
  );

  it('nor while nobody can tell whether it may', async () => {
    await using declined = await startDeclined();
    const unread = { ...declined.enforcement, mode: () => Promise.reject(new Error('no table')) };
    expect(await disable(1, unread)).toMatchObject({ outcome: 'failed' });
    expect(declined.standIn.objects('transport-rule')[0]?.enabled).toBe(true);
  });

  it('what is off already is reported, because nothing is done', async () => {
    await using declined = await startDeclined();
    await disable(1, { ...declined.enforcement, report: () => Promise.resolve() });
    const observing = {
      ...declined.enforcement,
      mode: () => Promise.resolve({ type: 'observing' } as const),
    };
    expect(await disable(1, observing)).toEqual({ outcome: 'already disabled' });
  });

  it('what Lapse switched off is switched on again all the same', async () => {
    await using declined = await startDeclined();
    await disable(1, declined.enforcement);
    await declined.command({
      type: 'Restore',
      by: sam,
      reason: 'payroll waits',
      expiresAt: fromMillis(declined.clock() + 3_600_000),
    });
    const stopped = { ...declined.enforcement, mode: () => Promise.resolve(barred[1] as Mode) };
    expect(await restore(1, stopped)).toEqual({ outcome: 'done' });
  });
});
