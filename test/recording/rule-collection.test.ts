/** `Import-TransportRuleCollection` writes all rules anew and says of none what it is: the tenant is looked at. */
import { expect, it } from 'vitest';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { recordChange } from '#recording/record-change.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { policy } from '../lifecycle/examples.ts';
import { auditRecord, start } from '../exchange/surroundings.ts';
import { neverAborts } from '#test/never-aborts.ts';
import { noDomains } from '#test/recording/no-domains.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Shown } from '#kinds/shown.ts';
import type { Tenants } from '#exchange/tenants.ts';

const shown = (name: string, serial: number, settings: object): Shown => ({
  guid: `0f5c2b1e-1c7f-4a39-9a64-2f6f6b0b7d${serial}`,
  name,
  enabled: true,
  settings: { Name: name, ...settings },
});
const withRules = (...objects: readonly Shown[]): Tenants =>
  (() =>
    Promise.resolve({
      list: () => Promise.resolve({ objects, complete: true }),
      read: ({ guid, name }: { guid?: string; name?: string }) => {
        const object = objects.find((one) => (guid === undefined ? one.name === name : one.guid === guid));
        return Promise.resolve(object ? { ...object, found: true } : { found: false, certain: true });
      },
    })) as never;
const down: Tenants = () => Promise.reject(new ExchangeError('unavailable', 'Exchange is down.'));
const bypass = { SetSCL: '-1' };
const made = (Name: string) =>
  auditRecord(
    'New-TransportRule',
    { Name, SetSCL: '-1' },
    { CreationTime: '2026-11-20T08:00:00', UserId: 'ines@fabrikam.example' },
  );
const imported = auditRecord(
  'Import-TransportRuleCollection',
  { FileData: 'System.Byte[]' },
  { CreationTime: '2026-11-20T08:30:00', UserId: 'mallory@fabrikam.example' },
);

function recorded() {
  const register = createInMemoryRegister();
  const record = (one: AuditRecord, tenants: Tenants) =>
    recordChange(one, { register, tenants, policy, domains: noDomains, now: start, enough: neverAborts });
  const all = async () =>
    (await Array.fromAsync(register.list())).map((one) => ({
      name: one.name,
      guid: one.guid?.slice(-2),
      state: one.state,
      makers: one.makers?.map(({ id }) => id.split('@')[0]),
    }));
  return { record, all };
}

it('opens what is there since, and ends what is not', async () => {
  const { record, all } = recorded();
  await record(made('Kept'), withRules(shown('Kept', 11, bypass)));
  await record(made('Gone'), withRules(shown('Kept', 11, bypass), shown('Gone', 12, bypass)));

  await record(imported, withRules(shown('Kept', 21, bypass), shown('New', 23, bypass)));

  expect(await all()).toEqual(
    expect.arrayContaining([
      { name: 'Kept', guid: '11', state: 'removed', makers: ['ines'] },
      { name: 'Gone', guid: '12', state: 'removed', makers: ['ines'] },
      { name: 'Kept', guid: '21', state: 'unconfirmed', makers: ['mallory'] },
      { name: 'New', guid: '23', state: 'unconfirmed', makers: ['mallory'] },
    ]),
  );
});

it('leaves alone what is there as it was, and goes by the GUID where a rule bears another name', async () => {
  const { record, all } = recorded();
  await record(made('Old name'), withRules(shown('Old name', 11, bypass)));
  await record(imported, withRules(shown('New name', 11, bypass)));
  expect(await all()).toMatchObject([{ guid: '11', state: 'unconfirmed' }]);
});

it('comes again where nobody can look', async () => {
  const { record, all } = recorded();
  await expect(record(imported, down)).rejects.toThrow('Exchange is down');
  expect(await all()).toEqual([]);
});
