import { describe, expect, it } from 'vitest';
import { duration, instant, plus } from '#time/instant.ts';
import { takeTenant, type InventoryText, type InventoryResult, type Taking } from '#inventory/take.ts';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { recordChange } from '#recording/record-change.ts';
import { execute } from '#register/execute.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { createInMemoryVersionedValues } from '#test/register/in-memory-versioned-values.ts';
import { policy, sam } from '../lifecycle/examples.ts';
import { withUnreadable } from '#test/register/unreadable.ts';
import {
  auditRecord,
  inbound,
  riskyRule,
  start,
  startTenant,
  tenantId,
} from '#test/exchange/surroundings.ts';
import { neverAborts } from '#test/never-aborts.ts';
import { noDomains } from '#test/recording/no-domains.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { FoundObject, NotFound } from '#exchange/tenant.ts';
import type { Instant } from '#time/instant.ts';
import type { AuditRecord } from '#audit-log/record.ts';

/** A tenant, an empty register, and inventories an hour apart. */
async function world(...seed: readonly AuditRecord[]) {
  const { standIn, tenant, advance, now, ...rest } = await startTenant({ seed });
  const register = createInMemoryRegister();
  const values = createInMemoryVersionedValues();
  const messages: InventoryText[] = [];
  const at = (): Instant => instant(now());
  const unreadable: string[] = [];
  let sight = (seen: FoundObject | NotFound): FoundObject | NotFound => seen;
  const take = (more: Partial<Taking> = {}): Promise<InventoryResult> =>
    takeTenant({
      tenantId,
      tenant: { ...tenant, read: async (ref, signal) => sight(await tenant.read(ref, signal)) },
      register: withUnreadable(register, ...unreadable),
      values,
      policy,
      now: at(),
      hasTime: () => true,
      sendMessage: (_run, message) => {
        messages.push(message);
        return Promise.resolve();
      },
      ...more,
    });
  const all = async (): Promise<readonly Exception[]> =>
    (await Array.fromAsync(register.list())).filter(({ kind }) => kind !== 'direct-send');
  return {
    standIn,
    tenant,
    register,
    values,
    messages,
    /** From now on Exchange's word that something is gone is not certain. */
    beUnsure: () => void (sight = (seen) => (seen.found ? seen : { found: false, certain: false })),
    /** From now on the inventory is taken by a release that cannot read it. */
    makeUnreadable: (id: string) => void unreadable.push(id),
    at,
    take,
    all,
    /** The next hour's. */
    async again(): Promise<InventoryResult> {
      advance(3_600_000);
      return take();
    },
    advance,
    async one(name: string): Promise<Exception> {
      const found = (await all()).filter((one) => one.name === name);
      expect(found.map((one) => one.name)).toEqual([name]);
      return found[0] as Exception;
    },
    async give(id: string, command: Command): Promise<void> {
      await execute(register, { id, receipt: `${command.type} ${at()}`, command, now: at(), policy });
    },
    trail: async (id: string) => Array.fromAsync(register.trail(id)),
    [Symbol.asyncDispose]: () => rest[Symbol.asyncDispose](),
  };
}

const later = (minutes: number): string => plus(start, duration(`PT${minutes}M`)).replace('.000Z', '');
const change = (operation: string, parameters: Readonly<Record<string, string>>, minutes: number) =>
  auditRecord(operation, parameters, { CreationTime: later(minutes) });
const rule = 'Supplier invoices past the filter';

describe('the first inventory', () => {
  it('imports what was there with a grace, asks nobody yet, and tells of it in one message', async () => {
    await using here = await world(riskyRule(), inbound());
    const taken = await here.take();
    expect(taken).toMatchObject({ opened: 3, imported: 3, gone: 0, doubts: [], failed: [], finished: true });
    const exceptions = await here.all();
    for (const one of exceptions) {
      expect(one.state).toBe('unconfirmed');
      expect(one.complete).toBe(true);
      const [opened] = await here.trail(one.id);
      expect(opened).toMatchObject({ type: 'ExceptionOpened', imported: true, actor: { type: 'inventory' } });
      expect(one.state === 'unconfirmed' && one.confirmBy >= plus(here.at(), policy.graceOnImport)).toBe(
        true,
      );
    }
    expect(here.messages.map(({ about }) => about)).toEqual(['import']);
    expect(here.messages[0]?.text).toContain('found 3 exceptions that were there already');
    expect(here.messages[0]?.text).toContain(rule);
  });

  it('gives the most dangerous the earliest deadline', async () => {
    await using here = await world(riskyRule('A'), riskyRule('B'), inbound());
    await here.take();
    const order = (await here.all())
      .flatMap((one) => (one.state === 'unconfirmed' ? [one] : []))
      .sort((a, b) => (a.confirmBy < b.confirmBy ? -1 : 1))
      .map(({ risk }) => ['low', 'medium', 'high', 'critical'].indexOf(risk));
    expect(order).toEqual(order.toSorted((a, b) => b - a));
  });

  it('asks no more of a working day than policy says, also where a run before it was interrupted', async () => {
    await using here = await world(...Array.from({ length: 25 }, (_, index) => riskyRule(`Rule ${index}`)));
    let left = 7;
    expect(await here.take({ hasTime: () => (left -= 1) >= 0 })).toMatchObject({ finished: false });
    await here.again();
    const days = (await here.all()).map((one) =>
      one.state === 'unconfirmed' ? one.confirmBy.slice(0, 10) : '',
    );
    const counts = Object.values(Object.groupBy(days, (day) => day)).map((some) => some?.length);
    // A quarter of them: more on one day would look like a mass.
    expect(Math.max(...counts.map((count) => count ?? 0))).toBe(6);
    expect(counts).toHaveLength(5);
  });

  it('says from the next working day on how far it is, once a day', async () => {
    await using here = await world(riskyRule(), inbound());
    await here.take();
    // Over the weekend.
    here.advance(86_400_000);
    await here.take();
    here.advance(2 * 86_400_000);
    await here.take();
    await here.again();
    const said = () => here.messages.filter(({ about }) => about === 'progress').map(({ text }) => text);
    expect(said()).toEqual([expect.stringContaining('0 of 3 answered')]);
    here.advance(86_400_000);
    await here.take();
    expect(said()).toHaveLength(2);
  });

  it('is the only one that imports: what comes later is asked about as usual', async () => {
    await using here = await world(inbound());
    await here.take();
    here.standIn.apply(change('New-TransportRule', { Name: 'New', SetSCL: '-1' }, 10));
    expect(await here.again()).toMatchObject({ opened: 1, imported: 0 });
    const opened = await here.one('New');
    const soon = plus(here.at(), policy.risk[opened.risk].confirmWithin);
    expect(opened.state === 'unconfirmed' && opened.confirmBy <= soon).toBe(true);
    expect(here.messages).toHaveLength(1);
  });

  it('taken twice in the same hour records once', async () => {
    await using here = await world(riskyRule());
    await here.take();
    const before = await here.trail((await here.one(rule)).id);
    expect(await here.take()).toMatchObject({ opened: 0, changed: 0 });
    expect(await here.trail((await here.one(rule)).id)).toEqual(before);
  });

  it('leaves harmless objects alone', async () => {
    await using here = await world(
      auditRecord('New-TransportRule', { Name: 'Disclaimer', ApplyHtmlDisclaimerText: 'Regards' }),
    );
    await here.take();
    expect(await here.all()).toEqual([]);
  });
});

describe('what another release wrote', () => {
  it('stops nothing where it cannot be read: it is counted, left as it is, and opened no second time', async () => {
    await using here = await world(riskyRule(), inbound('A'));
    await here.take();
    const { id } = await here.one(rule);
    here.makeUnreadable(id);
    here.standIn.apply(change('Set-TransportRule', { Identity: rule, SenderDomainIs: 'wider.example' }, 10));
    here.standIn.apply(
      change('New-InboundConnector', { Name: 'B', SenderDomains: '*', RequireTls: 'False' }, 11),
    );
    const before = await here.trail(id);
    expect(await here.again()).toMatchObject({ opened: 1, failed: [], unreadable: [{ id }], finished: true });
    expect(await here.trail(id)).toEqual(before);
    expect((await here.all()).map(({ name }) => name).toSorted()).toEqual(['A', 'B', rule]);
  });

  it('stays in the notes where it is not known here', async () => {
    await using here = await world(riskyRule());
    await here.take();
    const name = `inventory#${tenantId}`;
    const kept = await here.values.read(name);
    const value = kept?.value as { imported: string[] };
    const more = { ...value, imported: [...value.imported, 'later-kind'], laterNote: { since: 1 } };
    await here.values.write(name, more, kept?.revision ?? 0);
    await here.again();
    expect((await here.values.read(name))?.value).toMatchObject({
      imported: expect.arrayContaining(['later-kind', 'transport-rule']) as string[],
      laterNote: { since: 1 },
    });
  });
});

describe('an hour in which nothing changed', () => {
  it('records nothing at all', async () => {
    await using here = await world(riskyRule(), inbound());
    await here.take();
    const before = (await here.all()).map(({ version }) => version);
    expect(await here.again()).toMatchObject({ opened: 0, changed: 0, gone: 0, doubts: [] });
    expect((await here.all()).map(({ version }) => version)).toEqual(before);
  });
});

describe('what the log did not tell', () => {
  it('a removal is believed after a look by GUID', async () => {
    await using here = await world(riskyRule(), riskyRule('Another'));
    await here.take();
    here.standIn.apply(change('Remove-TransportRule', { Identity: rule }, 10));
    expect(await here.again()).toMatchObject({ gone: 1 });
    expect((await here.one(rule)).state).toBe('removed');
    expect((await here.one('Another')).state).toBe('unconfirmed');
  });

  it('a rename is followed, and widening after an approval asks again', async () => {
    await using here = await world(inbound());
    await here.take();
    const { id, version } = await here.one('From the mail gateway');
    await here.give(id, {
      type: 'Approve',
      by: sam,
      seen: version,
      reason: 'our gateway',
      expiresAt: plus(here.at(), duration('P10D')),
      reviewEvery: duration('P5D'),
    });
    expect((await here.register.load(id))?.state).toBe('confirmed');
    here.advance(3_600_000);
    here.standIn.apply(
      change('Set-InboundConnector', { Identity: 'From the mail gateway', Name: 'Gateway' }, 61),
    );
    await here.again();
    expect(await here.one('Gateway')).toMatchObject({ id, state: 'confirmed' });
    here.standIn.apply(
      change('Set-InboundConnector', { Identity: 'Gateway', SenderIPAddresses: '198.51.100.0/24' }, 130),
    );
    await here.again();
    expect(await here.one('Gateway')).toMatchObject({ id, state: 'unconfirmed', question: 'changed' });
  });

  it('a way around a protective rule is found, and that it was switched off', async () => {
    await using here = await world(
      auditRecord('New-TransportRule', { Name: 'Reject executables', RejectMessageReasonText: 'No' }),
      auditRecord('New-TransportRule', { Name: 'Hold macros', Quarantine: 'True' }),
    );
    await here.take();
    expect(await here.all()).toEqual([]);
    here.standIn.apply(
      change(
        'Set-TransportRule',
        { Identity: 'Reject executables', ExceptIfSenderDomainIs: 'tailspin.example' },
        10,
      ),
    );
    here.standIn.apply(change('Disable-TransportRule', { Identity: 'Hold macros' }, 11));
    expect(await here.again()).toMatchObject({ opened: 2 });
    expect((await here.one('Reject executables')).findings.map(({ id }) => id)).toContain('LAPSE-TR-008');
    expect((await here.one('Hold macros')).findings.map(({ id }) => id)).toContain('LAPSE-TR-009');
    expect(await here.again()).toMatchObject({ opened: 0, changed: 0, gone: 0 });
  });

  it('a connector that locks delivery to the gateway is no exception, and its weakening is one', async () => {
    const locked = (Name: string) =>
      auditRecord('New-InboundConnector', {
        Name,
        ConnectorType: 'Partner',
        SenderDomains: '*',
        RestrictDomainsToIPAddresses: 'True',
        SenderIPAddresses: '203.0.113.0/26',
        RequireTls: 'True',
      });
    const names = ['Wider', 'Narrower', 'Unbolted', 'Off', 'Left alone', 'Gone'];
    await using here = await world(...names.map(locked));
    await here.take();
    expect(await here.all()).toEqual([]);
    const set = (Identity: string, given: Readonly<Record<string, string>>) =>
      here.standIn.apply(change('Set-InboundConnector', { Identity, ...given }, 10));
    set('Wider', { SenderIPAddresses: '203.0.113.0/24' });
    set('Narrower', { SenderDomains: 'partner.example' });
    set('Unbolted', { RestrictDomainsToIPAddresses: 'False' });
    set('Off', { Enabled: 'False' });
    set('Left alone', { Comment: 'as it was' });
    here.standIn.apply(change('Remove-InboundConnector', { Identity: 'Gone' }, 11));
    expect(await here.again()).toMatchObject({ opened: 4, failed: [] });
    const found = Object.fromEntries(
      (await here.all()).map(({ name, remedy, findings }) => [name, [findings[0]?.id, remedy]]),
    );
    expect(found).toEqual({
      Wider: ['LAPSE-IC-008', 'escalate'],
      Narrower: ['LAPSE-IC-008', 'escalate'],
      Unbolted: ['LAPSE-IC-009', 'escalate'],
      Off: ['LAPSE-IC-009', 'escalate'],
    });
    const removed = () => here.messages.filter(({ about }) => about === 'removed');
    expect(removed().map(({ text }) => text)).toEqual([
      expect.stringContaining('• inbound connector "Gone"') as string,
    ]);
    expect(await here.again()).toMatchObject({ opened: 0, changed: 0, gone: 0, failed: [] });
    expect(removed()).toHaveLength(1);
  });

  it('the only connector, gone with all others, is told of once', async () => {
    const lock = { Name: 'Lock', SenderDomains: '*', RestrictDomainsToIPAddresses: 'True' };
    await using here = await world(
      auditRecord('New-InboundConnector', { ...lock, SenderIPAddresses: '203.0.113.0/26' }),
    );
    await here.take();
    here.standIn.apply(change('Remove-InboundConnector', { Identity: 'Lock' }, 10));
    await here.again();
    await here.again();
    expect(here.messages.filter(({ about }) => about === 'removed').map(({ text }) => text)).toEqual([
      expect.stringContaining('• inbound connector "Lock"') as string,
    ]);
  });

  it('that a protective rule is gone is told once, but not that a harmless one is', async () => {
    await using here = await world(
      auditRecord('New-TransportRule', { Name: 'Hold macros', Quarantine: 'True' }),
      auditRecord('New-TransportRule', { Name: 'Disclaimer', ApplyHtmlDisclaimerText: 'Regards' }),
      auditRecord('New-TransportRule', { Name: 'Another', ApplyHtmlDisclaimerText: 'Regards' }),
    );
    await here.take();
    for (const Identity of ['Hold macros', 'Disclaimer'])
      here.standIn.apply(change('Remove-TransportRule', { Identity }, 10));
    await here.again();
    await here.again();
    expect(here.messages.filter(({ about }) => about === 'removed').map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /gone\. [^]*\n• transport rule "Hold macros"\nIf that was not intended/,
      ) as string,
    ]);
  });

  it('the record that comes later names who made it, and that person is asked', async () => {
    await using here = await world(inbound());
    await here.take();
    here.standIn.apply(change('New-TransportRule', { Name: 'New', SetSCL: '-1' }, 10));
    await here.again();
    const opened = await here.one('New');
    expect(opened.owner.type).toBe('team');
    await here.give(opened.id, {
      type: 'Observe',
      id: opened.id,
      observation: {
        record: 'rec-1',
        operation: 'New-TransportRule',
        change: 'create',
        tenant: tenantId,
        kind: 'transport-rule',
        name: 'New',
        settings: { SetSCL: '-1' },
        complete: false,
        passed: ['SetSCL'],
        enabled: true,
        changedBy: { type: 'person', id: 'ines.moreau@fabrikam.example' },
        changedAt: plus(start, duration('PT10M')),
      },
    });
    expect(await here.one('New')).toMatchObject({
      state: 'unconfirmed',
      owner: { type: 'person', address: 'ines.moreau@fabrikam.example' },
      changedBy: { id: 'ines.moreau@fabrikam.example' },
    });
  });
});

describe('a look that cannot be trusted', () => {
  it.each(['503', 'error-in-200', '403-nul', 'down'] as const)(
    'removes nothing, and says so once a day (%s)',
    async (kind) => {
      await using here = await world(riskyRule(), inbound());
      await here.take();
      here.standIn.fault({ kind, times: Infinity });
      const taken = await here.again();
      expect(taken.gone).toBe(0);
      expect(taken.doubts.length).toBeGreaterThan(0);
      for (let hour = 0; hour < 3; hour += 1) await here.again();
      expect(here.messages.map(({ about }) => about)).toEqual(['import', 'incomplete']);
      for (const { state } of await here.all()) expect(state).toBe('unconfirmed');
      here.advance(21 * 3_600_000);
      await here.again();
      expect(here.messages.map(({ about }) => about)).toEqual(['import', 'incomplete', 'incomplete']);
      here.standIn.mend();
      expect((await here.again()).doubts).toEqual([]);
    },
  );

  it('does not take for gone at once what it merely did not find, but an hour later', async () => {
    await using here = await world(riskyRule('A'), riskyRule('B'), riskyRule('C'), inbound());
    await here.take();
    here.beUnsure();
    here.standIn.apply(change('Remove-TransportRule', { Identity: 'A' }, 10));
    expect(await here.again()).toMatchObject({ gone: 0 });
    expect((await here.one('A')).state).toBe('unconfirmed');
    expect(await here.again()).toMatchObject({ gone: 1 });
    expect((await here.one('A')).state).toBe('removed');
  });

  it('a list that is suddenly empty is not believed', async () => {
    await using here = await world(riskyRule());
    await here.take();
    here.standIn.apply(change('Remove-TransportRule', { Identity: rule }, 10));
    const taken = await here.again();
    expect(taken).toMatchObject({ gone: 0, doubts: [{ kind: 'transport-rule' }] });
    expect((await here.one(rule)).state).toBe('unconfirmed');
  });

  it('what is present in the parts that worked is recorded all the same', async () => {
    await using here = await world(riskyRule());
    // One question of the many fails, whichever it is.
    here.standIn.fault({ kind: '403-nul', times: 1 });
    await here.take();
    await here.again();
    expect((await here.one(rule)).state).toBe('unconfirmed');
  });
});

it('an answer given between looking and recording is not overwritten', async () => {
  await using here = await world(riskyRule());
  await here.take();
  const { id, version, settings } = await here.one(rule);
  const observation = {
    record: 'hour#x',
    operation: 'Inventory',
    change: 'alter',
    tenant: tenantId,
    kind: 'transport-rule',
    name: rule,
    settings: { ...settings, SenderDomainIs: ['elsewhere.example'] },
    complete: true,
    passed: [],
    enabled: true,
    changedBy: { type: 'unknown', id: 'unknown' },
    changedAt: here.at(),
    compared: version,
  } as const;
  await here.give(id, { type: 'Reassign', by: sam, address: 'ann@fabrikam.example' });
  const before = await here.register.load(id);
  await here.give(id, { type: 'Observe', id, observation });
  expect(await here.register.load(id)).toEqual(before);
});

it('an object that was recorded by its name and by its GUID while Exchange was down has one exception', async () => {
  await using here = await world(riskyRule());
  const listing = await here.tenant.list('transport-rule');
  const { guid } = listing.objects[0] as { guid: string };
  const down = () => Promise.reject(new ExchangeError('unavailable', 'Exchange is down.'));
  here.advance(3_600_000);
  for (const record of [
    riskyRule(rule, { UserId: 'mallory@fabrikam.example' }),
    auditRecord('Set-TransportRule', { Identity: guid, SetSCL: '-1' }),
  ])
    await recordChange(record, {
      domains: noDomains,
      ...{ register: here.register, tenants: down, policy, now: here.at() },
      enough: neverAborts,
    });
  expect(await here.all()).toHaveLength(2);

  const taken = await here.take();

  expect(taken).toMatchObject({ doubts: [], gone: 0, failed: [] });
  const living = (await here.all()).filter(({ state }) => state !== 'removed');
  expect(living).toMatchObject([{ name: rule, guid }]);
  expect(living[0]?.makers?.map(({ id }) => id)).toContain('mallory@fabrikam.example');
});
