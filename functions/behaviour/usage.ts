/**
 * What went through one exception on one day, by one source. All that is kept of mail: counts, the domains and networks
 * it came from, and sketches of how many different senders there were. Its size is bounded, whatever came.
 */
import { networkOf } from './network.ts';
import { addToSketch, emptySketch, mergeSketches, type Sketch } from './sketch.ts';
import type { Check, Outcome, Sighting, Source } from './sighting.ts';
import { compareText } from '#values/compare-text.ts';
import { earliest, latest, type Instant } from '#time/instant.ts';

export interface Checked {
  /** Of how many messages it is known that they passed, and that they did not. */
  readonly passed: number;
  readonly failed: number;
}

export interface Tally {
  readonly messages: number;
  readonly recipients: number;
  readonly checked: Readonly<Record<Check, Checked>>;
  readonly became: Readonly<Record<Outcome, number>>;
  /** Of how many messages it is known whether they were a threat, and how many were. */
  readonly judged: number;
  readonly threats: number;
}

/** The part of it that came from one domain or network. */
export type Named = Tally & { readonly name: string };

export interface UsageDay extends Tally {
  /** `YYYY-MM-DD`, in UTC like all that the sources say. */
  readonly date: string;
  readonly source: Source;
  readonly first: Instant;
  readonly last: Instant;
  /** By the domain in the From line, else of the envelope; most first. */
  readonly domains: readonly Named[];
  /** By the network of the server that handed it over; most first. */
  readonly networks: readonly Named[];
  /** Different senders, by address. */
  readonly senders: Sketch;
  /** Different domains and networks, also those that are not listed. */
  readonly allDomains: Sketch;
  readonly allNetworks: Sketch;
}

/** So many domains or networks of one day are told apart while it is read, and so many are kept. */
const mostCounted = 200;
export const mostNamed = 20;

const unchecked: Checked = { passed: 0, failed: 0 };
export const nothingSeen: Tally = {
  messages: 0,
  recipients: 0,
  checked: { spf: unchecked, dkim: unchecked, dmarc: unchecked, compauth: unchecked },
  became: { delivered: 0, junked: 0, blocked: 0 },
  judged: 0,
  threats: 0,
};

export interface Counting {
  /** Evenly spread over [0, 1), of a key that never leaves the installation. */
  readonly hash: (text: string) => number;
  /** A row about a message that was counted before adds recipients, and a threat that was found since. */
  readonly isFirst: boolean;
}

export const dateIn = ({ at }: Pick<Sighting, 'at'>): string => at.slice(0, 10);

/** Adds a sighting to the day it belongs to. */
export function addSighting(day: UsageDay | undefined, seen: Sighting, counting: Counting): UsageDay {
  const { hash } = counting;
  const one = tallyOf(seen, counting.isFirst);
  const domain = seen.from ?? seen.mailFrom;
  const network = seen.address === undefined ? undefined : networkOf(seen.address);
  const known = day ?? {
    ...nothingSeen,
    date: dateIn(seen),
    source: seen.source,
    first: seen.at,
    last: seen.at,
    domains: [],
    networks: [],
    senders: emptySketch,
    allDomains: emptySketch,
    allNetworks: emptySketch,
  };
  return {
    ...known,
    ...addTallies(known, one),
    first: earliest(known.first, seen.at),
    last: latest(known.last, seen.at),
    domains: addNamed(known.domains, domain, one),
    networks: addNamed(known.networks, network, one),
    senders: seen.sender === undefined ? known.senders : addToSketch(known.senders, hash(seen.sender)),
    allDomains: domain === undefined ? known.allDomains : addToSketch(known.allDomains, hash(domain)),
    allNetworks: network === undefined ? known.allNetworks : addToSketch(known.allNetworks, hash(network)),
  };
}

/** The day as it is kept: with those alone from which most came, and the worst. */
export const trimDay = (day: UsageDay): UsageDay => ({
  ...day,
  domains: mostOf(day.domains),
  networks: mostOf(day.networks),
});

function mostOf(all: readonly Named[]): readonly Named[] {
  const byMessages = all.toSorted((a, b) => b.messages - a.messages || compareText(a.name, b.name));
  if (all.length <= mostNamed) return byMessages;
  // Whoever hides among many senders is hardly the one who writes most.
  const worst = byMessages.toSorted((a, b) => badness(b) - badness(a)).slice(0, mostNamed / 4);
  const most = byMessages.filter((one) => !worst.includes(one)).slice(0, mostNamed - worst.length);
  return byMessages.filter((one) => worst.includes(one) || most.includes(one));
}

const badness = ({ threats, checked }: Named): number => threats + checked.dmarc.failed + checked.spf.failed;

function tallyOf(seen: Sighting, isFirst: boolean): Tally {
  if (!isFirst) return { ...nothingSeen, recipients: seen.recipients, threats: seen.threat === true ? 1 : 0 };
  const count = (is: boolean): number => (is ? 1 : 0);
  const { passed, outcome, threat } = seen;
  return {
    messages: 1,
    recipients: seen.recipients,
    checked: {
      spf: checkedOf(passed.spf),
      dkim: checkedOf(passed.dkim),
      dmarc: checkedOf(passed.dmarc),
      compauth: checkedOf(passed.compauth),
    },
    became: {
      delivered: count(outcome === 'delivered'),
      junked: count(outcome === 'junked'),
      blocked: count(outcome === 'blocked'),
    },
    judged: count(threat !== undefined),
    threats: count(threat === true),
  };
}

const passedOnce: Checked = { passed: 1, failed: 0 };
const failedOnce: Checked = { passed: 0, failed: 1 };
const checkedOf = (passed: boolean | undefined): Checked =>
  passed === undefined ? unchecked : passed ? passedOnce : failedOnce;

export const addTallies = (a: Tally, b: Tally): Tally => ({
  messages: a.messages + b.messages,
  recipients: a.recipients + b.recipients,
  checked: {
    spf: addChecked(a.checked.spf, b.checked.spf),
    dkim: addChecked(a.checked.dkim, b.checked.dkim),
    dmarc: addChecked(a.checked.dmarc, b.checked.dmarc),
    compauth: addChecked(a.checked.compauth, b.checked.compauth),
  },
  became: {
    delivered: a.became.delivered + b.became.delivered,
    junked: a.became.junked + b.became.junked,
    blocked: a.became.blocked + b.became.blocked,
  },
  judged: a.judged + b.judged,
  threats: a.threats + b.threats,
});

function addNamed(all: readonly Named[], name: string | undefined, one: Tally): readonly Named[] {
  if (name === undefined) return all;
  const at = all.findIndex((known) => known.name === name);
  const known = all[at];
  if (known) return all.with(at, { name, ...addTallies(known, one) });
  return all.length < mostCounted ? [...all, { name, ...one }] : all;
}

/**
 * Of two accounts of the same day, the one that saw more: a file that is read again, or one that overlaps with another,
 * counts nothing twice. What two files each saw of a day is not added up.
 */
export const fuller = (a: UsageDay, b: UsageDay): UsageDay =>
  b.messages > a.messages || (b.messages === a.messages && b.recipients > a.recipients) ? b : a;

export const sumTallies = (all: readonly Tally[]): Tally =>
  all.reduce<Tally>((so, one) => addTallies(so, one), nothingSeen);

/** Several days together. */
export function sumOf(days: readonly UsageDay[]): Tally & { readonly senders: Sketch } {
  return days.reduce<Tally & { readonly senders: Sketch }>(
    (sum, day) => ({ ...addTallies(sum, day), senders: mergeSketches(sum.senders, day.senders) }),
    { ...nothingSeen, senders: emptySketch },
  );
}

const addChecked = (a: Checked, b: Checked): Checked => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
});
