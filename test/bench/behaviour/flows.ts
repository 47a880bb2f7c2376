/**
 * Made-up mail through one exception for more than a year: what is usual for it, what changes for harmless reasons, and
 * campaigns whose beginning is known. The numbers are guesses of what such flows look like; nobody has published any.
 */
import { addDays, weekdayOf } from '#time/dates.ts';
import { instant } from '#time/instant.ts';
import type { Chance } from './chance.ts';
import type { Check, Sighting } from '#behaviour/sighting.ts';

export const days = 460;
const start = '2025-01-01';
export const dateAt = (index: number): string => addDays(start, index);

/** How likely mail is to pass each check. */
type Passing = Readonly<Partial<Record<Check, number>>>;

const proven: Passing = { spf: 0.99, dkim: 0.99, dmarc: 0.99, compauth: 0.995 };
const unproven: Passing = { spf: 0.02, dkim: 0, dmarc: 0, compauth: 0.02 };

export interface Origin {
  readonly domain: string;
  readonly network: string;
  readonly passing: Passing;
}

export interface Flow {
  readonly name: string;
  /** Messages on a day, on average. */
  readonly mean: (index: number) => number;
  /** How much the mean itself varies from day to day: 0 is a steady flow. */
  readonly unsteady: number;
  readonly origins: (index: number) => readonly [Origin, ...Origin[]];
  readonly threats: number;
}

export interface Campaign {
  readonly name: string;
  readonly from: number;
  /** Hours after its first message at which any of it is first called a threat. */
  readonly judgedAfter: number;
  readonly sightings: readonly Sighting[];
}

const isWorkday = (index: number): boolean => ![0, 6].includes(weekdayOf(dateAt(index)));
/** Christmas, and two weeks of summer. */
const isHoliday = (index: number): boolean => {
  const date = dateAt(index).slice(5);
  return date >= '12-23' || date <= '01-03' || (date >= '08-04' && date <= '08-15');
};
const quieter = (index: number, share: number): number =>
  (isWorkday(index) ? 1 : share) * (isHoliday(index) ? 0.15 : 1);

const networkOf = (chance: Chance): string =>
  `${chance.whole(11, 200)}.${chance.whole(0, 255)}.${chance.whole(0, 255)}`;

const several = (count: number, make: (at: number) => Origin): readonly [Origin, ...Origin[]] => [
  make(0),
  ...Array.from({ length: count - 1 }, (_, at) => make(at + 1)),
];

/** What goes through exceptions in ordinary times. */
export const usualFlows: readonly ((chance: Chance) => Flow)[] = [
  function partner(chance) {
    const size = chance.between(15, 120);
    const origins = several(chance.whole(1, 3), () => ({
      domain: 'payroll.example',
      network: networkOf(chance),
      passing: proven,
    }));
    return {
      name: 'partner on working days',
      mean: (at) => size * quieter(at, 0.05),
      unsteady: 0.25,
      origins: () => origins,
      threats: 0.0001,
    };
  },
  function helpdesk(chance) {
    const size = chance.between(60, 400);
    const origins = several(chance.whole(2, 5), () => ({
      domain: 'helpdesk.example',
      network: networkOf(chance),
      passing: { spf: 0.97, dkim: 0.985, dmarc: 0.99 },
    }));
    return {
      name: 'service that never rests',
      mean: (at) => size * (isWorkday(at) ? 1 : 0.5),
      unsteady: 0.3,
      origins: () => origins,
      threats: 0.0002,
    };
  },
  function newsletter(chance) {
    const size = chance.between(200, 1500);
    const weekday = chance.whole(1, 5);
    // A mailing service sends from ever new networks.
    const networks = several(14, () => ({
      domain: 'news.example',
      network: networkOf(chance),
      passing: proven,
    }));
    return {
      name: 'weekly newsletter',
      mean: (at) => (weekdayOf(dateAt(at)) === weekday ? size : chance.next() < 0.05 ? size / 10 : 0),
      unsteady: 0.35,
      origins: (at) => {
        const known = Math.min(networks.length, 6 + Math.floor(at / 60));
        const [first, ...rest] = networks.slice(Math.max(0, known - 6), known);
        return first ? [first, ...rest] : networks;
      },
      threats: 0.0001,
    };
  },
  function printers(chance) {
    const size = chance.between(3, 40);
    const origins = several(chance.whole(1, 4), () => ({
      domain: 'contoso.example',
      network: networkOf(chance),
      passing: unproven,
    }));
    return {
      name: 'printers without authentication',
      mean: (at) => size * quieter(at, 0.02),
      unsteady: 0.4,
      origins: () => origins,
      threats: 0,
    };
  },
  function invoices(chance) {
    const size = chance.between(30, 200);
    const origins = several(1, () => ({
      domain: 'billing.example',
      network: networkOf(chance),
      passing: proven,
    }));
    return {
      name: 'monthly invoices',
      mean: (at) => (Number(dateAt(at).slice(8)) <= 2 ? size : 0),
      unsteady: 0.2,
      origins: () => origins,
      threats: 0,
    };
  },
  function quarterly(chance) {
    const size = chance.between(5, 60);
    const origins = several(1, () => ({
      domain: 'audit.example',
      network: networkOf(chance),
      passing: proven,
    }));
    return {
      name: 'quarterly audit',
      mean: (at) => (at % 91 >= 80 && at % 91 < 84 ? size : 0),
      unsteady: 0.3,
      origins: () => origins,
      threats: 0,
    };
  },
  function hub(chance) {
    const size = chance.between(100, 500);
    const all = several(60, (at) => ({
      domain: `customer${at}.example`,
      network: networkOf(chance),
      passing: at % 5 === 0 ? { spf: 0.6, dkim: 0.5, dmarc: 0.7 } : proven,
    }));
    return {
      name: 'hub for many domains',
      mean: (at) => size * quieter(at, 0.2),
      unsteady: 0.2,
      // A new customer every two weeks.
      origins: (at) => {
        const [first, ...rest] = all.slice(0, 12 + Math.floor(at / 14));
        return first ? [first, ...rest] : all;
      },
      threats: 0.0005,
    };
  },
  function supplier(chance) {
    const size = chance.between(0.3, 8);
    const origins = several(2, () => ({
      domain: 'supplier.example',
      network: networkOf(chance),
      // Some of it is forwarded, which breaks SPF.
      passing: { spf: 0.85, dkim: 0.97, dmarc: 0.98 },
    }));
    return {
      name: 'supplier that writes now and then',
      mean: (at) => size * quieter(at, 0.1),
      unsteady: 0.6,
      origins: () => origins,
      threats: 0.0005,
    };
  },
];

/** Harmless changes. */
export const changes: readonly ((flow: Flow, chance: Chance) => Flow)[] = [
  (flow) => flow,
  function slowStart(flow, chance) {
    const begin = chance.whole(30, 120);
    const ramp = chance.whole(20, 60);
    return {
      ...flow,
      name: `${flow.name}, slow start`,
      mean: (at) => flow.mean(at) * Math.min(1, Math.max(0, at - begin) / ramp),
    };
  },
  function migration(flow, chance) {
    const begin = chance.whole(150, 380);
    const moved = new Map<string, string>();
    const networkAfter = (network: string): string => {
      const known = moved.get(network) ?? networkOf(chance);
      moved.set(network, known);
      return known;
    };
    return {
      ...flow,
      name: `${flow.name}, migration`,
      origins: (at) => {
        const [first, ...rest] = flow.origins(at);
        const move = (one: Origin): Origin =>
          at >= begin && chance.next() < (at - begin) / 21
            ? { ...one, network: networkAfter(one.network) }
            : one;
        return [move(first), ...rest.map(move)];
      },
    };
  },
  function bulkMonth(flow, chance) {
    const begin = chance.whole(150, 380);
    const times = chance.between(2, 6);
    return {
      ...flow,
      name: `${flow.name}, busy month`,
      mean: (at) => flow.mean(at) * (at >= begin && at < begin + 30 ? times : 1),
    };
  },
  function brokenSignature(flow, chance) {
    const begin = chance.whole(150, 380);
    return {
      ...flow,
      name: `${flow.name}, signature broken for three days`,
      origins: (at) => {
        const [first, ...rest] = flow.origins(at);
        const broken = (one: Origin): Origin =>
          at >= begin && at < begin + 3 ? { ...one, passing: { ...one.passing, dkim: 0 } } : one;
        return [broken(first), ...rest.map(broken)];
      },
    };
  },
  function growth(flow) {
    return { ...flow, name: `${flow.name}, growing`, mean: (at) => flow.mean(at) * (0.6 + at / days) };
  },
];

export function sightingsOf(flow: Flow, index: number, chance: Chance): readonly Sighting[] {
  const mean = flow.mean(index) * Math.exp(flow.unsteady * chance.normal() - flow.unsteady ** 2 / 2);
  return Array.from({ length: chance.poisson(mean) }, (_, at) => {
    const origin = chance.one([...flow.origins(index)] as [Origin, ...Origin[]]);
    return sightingOf(origin, `${index}-${at}`, index, hourOf(chance), chance, flow.threats);
  });
}

const hourOf = (chance: Chance): number => Math.min(23.99, Math.max(0, 12 + 3.5 * chance.normal()));

function sightingOf(
  { domain, network, passing }: Origin,
  message: string,
  index: number,
  hour: number,
  chance: Chance,
  threats: number,
): Sighting {
  const passed: Partial<Record<Check, boolean>> = {};
  for (const [check, share] of Object.entries(passing) as [Check, number][])
    passed[check] = chance.next() < share;
  const threat = chance.next() < threats;
  return {
    source: 'email-events',
    at: instant(Date.parse(`${dateAt(index)}T00:00:00Z`) + Math.floor(hour * 3_600_000)),
    message,
    direction: 'inbound',
    recipients: chance.whole(1, 2),
    sender: `${chance.whole(1, 20)}@${domain}`,
    from: domain,
    mailFrom: domain,
    address: `${network}.${chance.whole(1, 254)}`,
    passed,
    outcome: 'delivered',
    threat,
    via: {},
  };
}

/**
 * Campaigns through the exception. Of every second one nothing is ever called a threat, and of the others a part, hours
 * later.
 */
export const campaigns: readonly ((flow: Flow, from: number, chance: Chance) => Campaign)[] = [
  (flow, from, chance) =>
    campaign('somebody writes as the partner', from, chance, {
      messages: chance.whole(5, 150),
      lasts: chance.whole(4, 60),
      origins: several(chance.whole(1, 5), () => ({
        domain: flow.origins(from)[0].domain,
        network: networkOf(chance),
        passing: unproven,
      })),
      threats: 0.1,
    }),
  (_, from, chance) =>
    campaign('somebody writes as one of the tenant', from, chance, {
      messages: chance.whole(5, 200),
      lasts: chance.whole(2, 48),
      origins: several(chance.whole(1, 6), () => ({
        domain: 'contoso.example',
        network: networkOf(chance),
        passing: unproven,
      })),
      threats: 0.05,
    }),
  (flow, from, chance) =>
    campaign('signed with the partner’s stolen key', from, chance, {
      messages: chance.whole(10, 200),
      lasts: chance.whole(4, 48),
      origins: several(chance.whole(1, 3), () => ({
        domain: flow.origins(from)[0].domain,
        network: networkOf(chance),
        passing: { spf: 0.03, dkim: 0.99, dmarc: 0.99, compauth: 0.99 },
      })),
      threats: 0.1,
    }),
  (flow, from, chance) =>
    campaign('from the partner’s own servers', from, chance, {
      messages: chance.whole(30, 400),
      lasts: chance.whole(2, 36),
      origins: flow.origins(from),
      threats: 0.15,
    }),
];

function campaign(
  name: string,
  from: number,
  chance: Chance,
  given: {
    readonly messages: number;
    /** Hours. */
    readonly lasts: number;
    readonly origins: readonly [Origin, ...Origin[]];
    readonly threats: number;
  },
): Campaign {
  const begin = chance.between(6, 16);
  const threats = chance.next() < 0.5 ? 0 : given.threats;
  const sightings = Array.from({ length: given.messages }, (_, at) => {
    const hour = begin + chance.next() * given.lasts;
    const index = from + Math.floor(hour / 24);
    return sightingOf(
      chance.one([...given.origins] as [Origin, ...Origin[]]),
      `campaign-${at}`,
      index,
      hour % 24,
      chance,
      threats,
    );
  });
  const judgedAfter = chance.between(4, 36);
  return { name, from, judgedAfter, sightings: sightings.toSorted((a, b) => (a.at < b.at ? -1 : 1)) };
}
