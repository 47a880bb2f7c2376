/** What people did in a tenant, by chance: the records it leaves, and what is there in the end. */
import * as fc from 'fast-check';
import { idAt } from '#test/audit-log/records.ts';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { auditRecord } from './surroundings.ts';
import type { AuditRecord } from '#audit-log/record.ts';
import type { Settings } from '#risk/settings.ts';
import type { FoundObject, ExchangeTenant, TenantObject } from '#exchange/tenant.ts';
import type { Tenants } from '#exchange/tenants.ts';

interface Act {
  readonly verb: 'create' | 'alter' | 'enable' | 'disable' | 'rename' | 'remove';
  readonly object: number;
  readonly by: number;
  readonly variant: number;
  /** The record names the object by its GUID. */
  readonly byGuid?: boolean;
  /** How long after the one before, in units of 100 ns. */
  readonly pause: bigint;
}

export interface Life {
  readonly [fc.toStringMethod]: () => string;
  readonly records: readonly AuditRecord[];
  readonly present: readonly FoundObject[];
}

const people = ['ines.moreau', 'jan.kowal', 'kira.lund'].map((name) => `${name}@fabrikam.example`);
const names = ['Alpha', 'Beta', 'Gamma'];
/** What a rule is made with, and altered to: harmless alone, risky alone, risky together with another. */
const variants: readonly Readonly<Record<string, string>>[] = [
  { SetSCL: '-1' },
  { SetSCL: '-1', SenderDomainIs: 'tailspin.example' },
  { PrependSubject: '[External]' },
  { SenderDomainIs: 'wingtip.example' },
  { SetSCL: '0' },
  { SenderIpRanges: '192.0.2.1' },
];
const start = '2026-11-20T07:00:00Z';

export const acts = (
  verbs: readonly Act['verb'][],
  byGuid: fc.Arbitrary<boolean> = fc.constant(false),
): fc.Arbitrary<readonly Act[]> =>
  fc.array(
    fc.record({
      verb: fc.constantFrom(...verbs),
      // What was renamed and left its name to others is three further on.
      object: verbs.includes('rename')
        ? fc.constantFrom(0, 0, 0, 1, 3, 3)
        : fc.constantFrom(0, 0, 0, 0, 1, 2),
      byGuid,
      by: fc.nat({ max: people.length - 1 }),
      variant: fc.nat({ max: variants.length - 1 }),
      pause: fc.constantFrom(1n, 4_000n, 3_000_000n, 700_000_000n),
    }),
    { minLength: 2, maxLength: 9 },
  );

interface Rule {
  readonly guid: string;
  name: string;
  enabled: boolean;
  settings: Settings;
}

/** What cannot be done (to what is not there, or to a name that is taken) is left out. */
export function lived(done: readonly Act[]): Life {
  const there = new Map<number, Rule>();
  const records: AuditRecord[] = [];
  let ticks = 0n;
  for (const { verb, object, by, variant, pause, byGuid } of done) {
    const rule = there.get(object);
    const given = variants[variant] ?? {};
    if ((verb === 'create') === (rule !== undefined)) continue;
    if (verb === 'create' && names[object] === undefined) continue;
    ticks += pause;
    const second = new Date(Date.parse(start) + Number(ticks / 10_000_000n) * 1000).toISOString();
    const record = (operation: string, parameters: Readonly<Record<string, string>>) => {
      const serial = (9 - records.length).toString(16).padStart(8, '0');
      records.push(
        auditRecord(`${operation}-TransportRule`, parameters, {
          Id: idAt(second, ticks % 10_000_000n, serial),
          CreationTime: second.slice(0, 19),
          UserId: people[by],
        }),
      );
    };
    const name = rule?.name ?? names[object] ?? '';
    const called = byGuid && rule ? rule.guid : name;
    if (rule === undefined) {
      const Enabled = by === 0 ? 'False' : 'True';
      const serial = String(records.length).padStart(12, '0');
      there.set(object, {
        guid: `0f5c2b1e-1c7f-4a39-9a64-${serial}`,
        name,
        enabled: by !== 0,
        settings: { ...given, Name: name },
      });
      record('New', { Name: name, Enabled, ...given });
    } else if (verb === 'alter') {
      rule.settings = { ...rule.settings, ...given };
      record('Set', { Identity: called, ...given });
    } else if (verb === 'rename') {
      const to = `${names[object % 3] ?? ''} ${records.length}`;
      rule.name = to;
      if (by === 0 && !there.has(object + 3)) {
        there.delete(object);
        there.set(object + 3, rule);
      }
      rule.settings = { ...rule.settings, Name: to };
      record('Set', { Identity: called, Name: to });
    } else if (verb === 'remove') {
      there.delete(object);
      record('Remove', { Identity: called });
    } else {
      rule.enabled = verb === 'enable';
      record(verb === 'enable' ? 'Enable' : 'Disable', { Identity: called });
    }
  }
  return {
    [fc.toStringMethod]: () => `
${records.map(brief).join('\n')}`,
    records,
    present: [...there.values()].map((rule) => ({ found: true, ...rule })),
  };
}

/** For counterexamples. */
export const brief = ({ Operation, UserId, Id, Parameters }: AuditRecord): string =>
  [
    Operation,
    ...(Parameters as readonly { Name: string; Value: string }[]).map(
      ({ Name, Value }) => `${Name}=${Value}`,
    ),
    `by ${String(UserId)}`,
    Id,
  ].join(' ');

/** Exchange as it is when the records arrive. */
export const exchanges = {
  'out of reach': () => () => Promise.reject(new ExchangeError('unavailable', 'Exchange is down.')),
  'without the object': () => tenantWith([]),
  'with what is there': ({ present }: Life) => tenantWith(present),
} as const satisfies Record<string, (life: Life) => Tenants>;

function tenantWith(present: readonly FoundObject[]): Tenants {
  const refuse = () => Promise.reject(new Error('nobody asks for this'));
  const tenant: ExchangeTenant = {
    domains: () => Promise.resolve([]),
    list: refuse,
    listIn: refuse,
    read: ({ guid, name }: TenantObject) =>
      Promise.resolve(
        present.find((one) =>
          guid === undefined ? one.name.toLowerCase() === name?.toLowerCase() : one.guid === guid,
        ) ?? { found: false, certain: true },
      ),
    disable: refuse,
    enable: refuse,
    expire: refuse,
    traced: refuse,
    steps: refuse,
  };
  return () => Promise.resolve(tenant);
}
