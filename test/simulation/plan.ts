/**
 * What a world is to go through, all of it drawn from its seed: which policies, what people do in the tenant, what
 * fails. Whatever may be left out for a shorter trace has an id.
 */
import { hashPolicy } from '#policy/hash-policy.ts';
import { kinds, type Kind } from '#kinds/registry.ts';
import { duration } from '#time/instant.ts';
import { policy as fixture } from '#test/policy/fixture.ts';
import { createChance, type Chance } from './chance.ts';
import { faults, parties, type FaultKind, type Outage, type Party, type Rates } from './boundary.ts';
import type { UsualMode } from '#policy/enforcement-mode.ts';
import type { Policy, RiskClass } from '#policy/policy.ts';
import type { Risk } from '#risk/finding.ts';

const minute = 60_000;
const hour = 60 * minute;
export const day = 24 * hour;

export const families = [
  'transport-rule',
  'inbound-connector',
  'outbound-connector',
  'ip-allow',
  'allowed-domain',
  'tenant-allow',
  'auto-forwarding',
] as const satisfies readonly Kind[];
export type Family = (typeof families)[number];

export type Verb = 'create' | 'alter' | 'enable' | 'disable' | 'rename' | 'remove' | 'recreate' | 'namesake';

export interface Doing {
  readonly id: string;
  readonly at: number;
  readonly verb: Verb;
  readonly variant: number;
  readonly by: string;
}

export interface ObjectPlan {
  readonly index: number;
  readonly tenant: string;
  readonly family: Family;
  readonly doings: readonly Doing[];
  /** A tool re-applies it, so many times. */
  readonly reapplied: number;
  /** Whose it is, by a rule of policy or by its comment; absent: whoever made it. */
  readonly owner?: { readonly address: string; readonly by: 'rule' | 'comment' };
}

export interface Deployment {
  readonly id: string;
  readonly at: number;
  /** Which of the policies. */
  readonly policy: number;
  /** Milliseconds in which workers of both are at work. */
  readonly overlap: number;
}

export interface ModeChange {
  readonly id: string;
  readonly at: number;
  readonly tenant: string;
  readonly order: 'on' | 'off' | 'stop' | 'resume';
}

export interface Plan {
  readonly seed: string;
  readonly start: number;
  /** When everything that goes wrong ends, and nobody does anything any more. */
  readonly quiet: number;
  readonly tenants: readonly string[];
  readonly usual: UsualMode;
  readonly policies: readonly Policy[];
  readonly deployments: readonly Deployment[];
  readonly objects: readonly ObjectPlan[];
  readonly modes: readonly ModeChange[];
  readonly rates: Rates;
  readonly outages: readonly Outage[];
  /** Milliseconds by which a clock may be wrong. */
  readonly skew: number;
  /** How likely somebody answers what they are asked. */
  readonly answers: number;
}

export const admins = ['toni', 'ines', 'jan'].map((name) => `${name}.admin@contoso.example`);
/** An approver who also administers. */
export const samAddress = 'sam.security@contoso.example';
export const approvers = { sam: 'U0SAM', rita: 'U0RITA', late: 'U0LATE' } as const;
export const owners = ['alex', 'bea', 'carl', 'dora'].map((name) => `${name}.owner@contoso.example`);

const tenantIds = ['b3f6c1d2-7a54-4e0b-9d1c-5f20a6b8c9e1', '0d6b9c3e-51f2-4f5e-8c1b-7a90e2d4c6f8'];

export function createPlan(seed: string, objects?: number): Plan {
  const chance = createChance(`plan ${seed}`);
  const start = Date.parse('2026-01-05T08:00:00Z') + chance.below('start', 300) * 6 * hour;
  const usual = chance.of('usual') < 0.92 ? 'live' : 'observing';
  const days = chance.pick('days', usual === 'live' ? [25, 40, 60, 90] : [20, 30]);
  const tenants = tenantIds.slice(0, chance.of('tenants') < 0.3 ? 2 : 1);
  const count = objects ?? chance.pick('objects', [12, 20, 30, 40, 60]);
  const quiet = start + days * day;
  const used = familiesOf(chance);
  const made = Array.from({ length: count }, (_, index) =>
    planObject(index, { chance, tenants, start, quiet, used }),
  );
  const policies = policiesOf(chance, tenants, used, made);
  return {
    ...{ seed, start, quiet, tenants, policies },
    usual,
    deployments: deploymentsOf(chance, start, days, policies.length),
    objects: made,
    modes: modesOf(chance, tenants, start, days),
    rates: ratesOf(chance),
    outages: outagesOf(chance, start, days),
    skew:
      chance.choose('skew', { none: 4, seconds: 3, minutes: 2 }) === 'none'
        ? 0
        : chance.pick('how wrong', [2_000, 90_000, 10 * minute]),
    answers: chance.pick('answers', [0.1, 0.4, 0.7, 0.9]),
  };
}

/** Most tenants have exceptions of a few kinds. */
function familiesOf(chance: Chance): readonly Family[] {
  const some = families.filter((family) => chance.of(`has ${family}`) < 0.45);
  return some.includes('transport-rule') ? some : ['transport-rule', ...some];
}

const verbs = {
  alter: 5,
  enable: 2,
  disable: 2,
  rename: 2,
  remove: 1.5,
  recreate: 1.5,
  namesake: 1,
} as const satisfies Partial<Record<Verb, number>>;

function planObject(
  index: number,
  {
    chance,
    tenants,
    start,
    quiet,
    used,
  }: {
    readonly chance: Chance;
    readonly tenants: readonly string[];
    readonly start: number;
    readonly quiet: number;
    readonly used: readonly Family[];
  },
): ObjectPlan {
  const name = `object ${String(index)}`;
  const was = chance.of(`${name} was there`) < 0.3;
  const made = was
    ? start - chance.between(`${name} made`, 1, 200) * day
    : chance.between(`${name} made`, start + hour, start + (quiet - start) * 0.7);
  const more = chance.pick(`${name} more`, [0, 0, 0, 1, 1, 2, 4]);
  const admin = (which: string): string =>
    chance.of(`${which} sam`) < 0.08 ? samAddress : chance.pick(which, admins);
  const doings: Doing[] = [
    {
      id: `${name}: create`,
      at: made,
      verb: 'create',
      variant: chance.below(`${name} variant`, 100),
      by: admin(`${name} by`),
    },
  ];
  for (let step = 0; step < more; step += 1) {
    const which = `${name} step ${String(step)}`;
    const last = Math.max(start, doings.at(-1)?.at ?? made);
    // Within the second, within the hour, days later.
    const gap = chance.pick(`${which} gap`, [400, 3_000, 20 * minute, 9 * hour, 3 * day, 11 * day]);
    const at = last + gap * (0.5 + chance.of(`${which} at`));
    if (at > quiet - hour) break;
    doings.push({
      id: `${name}: ${String(step)}`,
      at,
      verb: chance.choose(`${which} verb`, verbs),
      variant: chance.below(`${which} variant`, 100),
      by: admin(`${which} by`),
    });
  }
  const owned = chance.of(`${name} owned`);
  return {
    index,
    tenant: chance.pick(`${name} tenant`, tenants),
    family: chance.pick(`${name} family`, used),
    doings,
    reapplied: chance.of(`${name} reapplied`) < 0.08 ? 1 + chance.below(`${name} times`, 4) : 0,
    ...(owned < 0.7 && {
      owner: {
        address: chance.pick(`${name} owner`, owners),
        by: owned < 0.5 ? ('rule' as const) : ('comment' as const),
      },
    }),
  };
}

/** The name tells a rule of policy whose it is. */
export const baseName = ({ index, owner }: Pick<ObjectPlan, 'index' | 'owner'>): string =>
  owner?.by === 'rule'
    ? `Exception ${String(index)} of ${owner.address.split('.')[0] ?? ''}`
    : `Exception ${String(index)}`;

function policiesOf(
  chance: Chance,
  tenants: readonly string[],
  used: readonly Family[],
  objects: readonly ObjectPlan[],
): readonly Policy[] {
  const without = kinds.filter(
    (kind) =>
      !(used as readonly Kind[]).includes(kind) &&
      !(kind === 'direct-send' && chance.of('direct send') < 0.3),
  );
  const rules = owners.map((address) => ({ name: `*of ${address.split('.')[0] ?? ''}*`, owner: address }));
  const base: Policy = {
    ...fixture,
    approvers: [approvers.sam, approvers.rita],
    owners: [
      ...rules,
      // What a list entry is called, nobody chooses.
      ...objects.flatMap((one) =>
        one.owner?.by === 'rule' && isEntry(one.family)
          ? [{ name: entryOf(one), owner: one.owner.address }]
          : [],
      ),
    ],
    tenants: tenants.map((id, index) => ({
      id,
      name: ['Contoso', 'Fabrikam'][index] ?? id,
      cloud: 'worldwide',
      without,
    })),
    digest: {
      ...fixture.digest,
      above: chance.pick('digest', [3, 3, 1000]),
      daily: chance.of('daily') < 0.5 ? ['low', 'medium'] : [],
    },
    breaker: { ...fixture.breaker, ...(chance.of('breaker') < 0.3 && { most: 4, least: 3 }) },
    nativeExpiry: chance.of('native') < 0.4,
    graceOnImport: duration(chance.pick('grace', ['P14D', 'P7D', 'P30D'])),
  };
  const all = [varied(base, chance, 'first'), varied(base, chance, 'second'), varied(base, chance, 'third')];
  return all.map((one) => ({ ...one, hash: hashPolicy(one) }));
}

function varied(base: Policy, chance: Chance, which: string): Policy {
  const changed = (risk: Risk): RiskClass => {
    const one = base.risk[risk];
    const name = `${which} ${risk}`;
    const longer = chance.pick(`${name} longer`, [1, 1, 1, 2, 0.5]);
    const times = (length: string): RiskClass['confirmWithin'] => scaled(length, longer);
    const silence = chance.of(`${name} silence`);
    return {
      ...one,
      confirmWithin: times(one.confirmWithin),
      longestTerm: risk === 'low' ? duration('P180D') : one.longestTerm,
      reviewEvery: risk === 'low' ? duration('P90D') : one.reviewEvery,
      ...(chance.of(`${name} next`) < 0.5 && { askNextAfter: times('P1D') }),
      onSilence: silence < 0.85 ? 'disable' : silence < 0.95 ? 'disable-first' : 'escalate',
      hours: chance.of(`${name} hours`) < 0.25 ? 'working' : 'any',
    };
  };
  return {
    ...base,
    approvers: chance.of(`${which} approvers`) < 0.25 ? [approvers.sam, approvers.late] : base.approvers,
    risk: {
      low: changed('low'),
      medium: changed('medium'),
      high: changed('high'),
      critical: changed('critical'),
    },
  };
}

function scaled(length: string, by: number): RiskClass['confirmWithin'] {
  const hours = /^P(\d+)D$/.exec(length)?.[1];
  return hours === undefined
    ? duration(length)
    : duration(`PT${String(Math.round(Number(hours) * 24 * by))}H`);
}

export const isEntry = (family: Family): boolean =>
  ['ip-allow', 'allowed-domain', 'tenant-allow'].includes(family);

/** What an entry of a list says. */
export function entryOf({ index, family }: Pick<ObjectPlan, 'index' | 'family'>): string {
  switch (family) {
    case 'ip-allow':
      return `203.0.${String(100 + Math.floor(index / 200))}.${String((index % 200) + 1)}`;
    case 'tenant-allow':
      return `sender${String(index)}.example (Sender)`;
    default:
      return `domain${String(index)}.example`;
  }
}

const deploymentsOf = (
  chance: Chance,
  start: number,
  days: number,
  policies: number,
): readonly Deployment[] =>
  Array.from({ length: chance.pick('deployments', [0, 1, 1, 2, 4]) }, (_, index) => ({
    id: `deployment ${String(index)}`,
    at: chance.between(`deployment ${String(index)}`, start + day, start + days * day),
    policy: chance.below(`deploys ${String(index)}`, policies),
    overlap: chance.pick(`overlap ${String(index)}`, [0, minute, 30 * minute, 6 * hour]),
  })).sort((a, b) => a.at - b.at);

function modesOf(
  chance: Chance,
  tenants: readonly string[],
  start: number,
  days: number,
): readonly ModeChange[] {
  const some = chance.pick('modes', [0, 0, 0, 0, 1, 3, 6]);
  if (some === 0) return [];
  const changes = Array.from({ length: some }, (_, index): ModeChange => ({
    id: `mode ${String(index)}`,
    at: chance.between(`mode ${String(index)}`, start + day, start + days * day),
    tenant: chance.pick(`mode of ${String(index)}`, tenants),
    order: chance.pick(`order ${String(index)}`, ['on', 'on', 'off', 'stop', 'resume', 'resume'] as const),
  }));
  // Mostly, in the end everything is live: what is not stays as it is for ever.
  const end = start + days * day - day;
  const last = tenants.flatMap((tenant, index): readonly ModeChange[] =>
    chance.of(`live in the end ${String(index)}`) < 0.8
      ? (['resume', 'on'] as const).map((order, place) => ({
          id: `mode in the end ${String(index)} ${order}`,
          at: end + place * minute,
          tenant,
          order,
        }))
      : [],
  );
  return [...changes, ...last].sort((a, b) => a.at - b.at);
}

/** Some worlds are calm, some have one weak party, some are bad all over. */
function ratesOf(chance: Chance): Rates {
  const bad = chance.choose('weather', { calm: 2, one: 3, all: 3 });
  const weak = chance.pick('weak', parties);
  const rate = (party: Party, kind: FaultKind): number => {
    if (bad === 'calm' || (bad === 'one' && party !== weak)) return 0.0005;
    return chance.of(`rate ${party} ${kind}`) < 0.5 ? 0.002 : 0.012;
  };
  return Object.fromEntries(
    parties.map((party) => [party, Object.fromEntries(faults.map((kind) => [kind, rate(party, kind)]))]),
  ) as Rates;
}

const outagesOf = (chance: Chance, start: number, days: number): readonly Outage[] =>
  Array.from({ length: chance.pick('outages', [0, 1, 1, 2, 4]) }, (_, index) => {
    const from = chance.between(`outage ${String(index)}`, start, start + days * day);
    const length = chance.pick(`outage length ${String(index)}`, [10 * minute, 3 * hour, day, 4 * day]);
    return {
      id: `outage ${String(index)}`,
      party: chance.pick(`outage of ${String(index)}`, parties),
      from,
      to: from + length * (0.5 + chance.of(`outage lasts ${String(index)}`)),
    };
  });
