/** Which exceptions a message went through, as far as mail statistics tell. */
import { foldName } from '#kinds/fold-name.ts';
import { kindOf, type Kind } from '#kinds/registry.ts';
import { parseAddresses, type AddressRange } from '#risk/addresses.ts';
import { list, type Settings } from '#risk/settings.ts';
import type { Traces } from '#kinds/traces.ts';
import type { Facet } from './coverage.ts';
import type { Sighting } from './sighting.ts';

/** What is asked of an exception. */
export interface Traced {
  readonly id: string;
  readonly kind: Kind;
  readonly name: string;
  readonly guid?: string | undefined;
  /** Names it had before: statistics go on with the one that it had then. */
  readonly formerNames?: readonly string[];
  readonly settings: Settings;
}

export interface Match {
  readonly id: string;
  /** `inferred`: from how it came, since nothing names it. `possible`: it may have been another way; it does not count. */
  readonly certainty: 'certain' | 'inferred' | 'possible';
}

export type Matcher = (seen: Sighting) => readonly Match[];

/** What a source must tell so that mail through it is seen. */
export const facetOf = (kind: Kind): Facet | undefined => {
  const { traces } = kindOf(kind);
  return traces && facets[traces.by];
};
const facets: Readonly<Record<Traces['by'], Facet>> = {
  rule: 'rules',
  'inbound connector': 'connectors',
  'outbound connector': 'connectors',
  'own domain': 'connectors',
  'address list': 'lists',
  'sender list': 'lists',
};

/** Why nothing ever shows what goes through it, as part of a sentence. */
export function whyUntold({ kind, settings }: Pick<Traced, 'kind' | 'settings'>): string | undefined {
  const { traces, name } = kindOf(kind);
  if (!traces) return `no mail statistics that Lapse reads show what goes through ${article(name)}${name}`;
  return traces.by === 'rule' ? traces.hidden(settings) : undefined;
}
const article = (name: string): string => (/^[A-Z]/.test(name) ? '' : /^[aeio]/.test(name) ? 'an ' : 'a ');

/** Whether that it was used is concluded from how mail came. */
export const isInferred = (kind: Kind): boolean => kindOf(kind).traces?.by === 'own domain';

export function createMatcher(exceptions: readonly Traced[], ownDomains: readonly string[]): Matcher {
  const by = (wanted: Traces['by']): readonly Traced[] =>
    exceptions.filter(({ kind }) => kindOf(kind).traces?.by === wanted);
  const rules = index(by('rule'));
  const inbound = index(by('inbound connector'));
  const outbound = index(by('outbound connector'));
  const addresses = by('address list').map(({ id, settings }) => ({
    id,
    ranges: list(settings, 'Entry').flatMap((entry) => parseAddresses(entry) ?? []),
  }));
  const senders = senderIndex(by('sender list'));
  const anonymous = by('own domain').map(({ id }) => id);
  const own = new Set(ownDomains.map((domain) => domain.toLowerCase()));

  function* ids(seen: Sighting): Generator<Match> {
    const { via, direction } = seen;
    for (const rule of via.rules ?? []) yield* certainly(rules(rule));
    for (const text of via.connectors ?? []) {
      const connector = isGuid(text) ? { guid: text } : { name: text };
      if (direction !== 'outbound') yield* certainly(inbound(connector));
      if (direction !== 'inbound') yield* certainly(outbound(connector));
    }
    if (addresses.length > 0 && seen.address !== undefined && mayBe(seen, 'ip-allow')) {
      const from = parseAddresses(seen.address);
      for (const { id, ranges } of from ? addresses : [])
        if (ranges.some((range) => from && isWithin(from, range))) yield { id, certainty: told(seen) };
    }
    if (mayBe(seen, 'allowed-sender')) for (const id of senders(seen)) yield { id, certainty: told(seen) };
    if (anonymous.length > 0 && direction === 'inbound' && via.connectors?.length === 0) {
      const claimed = seen.mailFrom ?? seen.from;
      if (claimed !== undefined && own.has(claimed))
        for (const id of anonymous)
          // The domain in the From line alone does not make it Direct Send.
          yield { id, certainty: seen.mailFrom === undefined ? 'possible' : 'inferred' };
    }
  }

  return (seen) => [...new Map([...ids(seen)].map((match) => [match.id, match])).values()];
}

const certainly = (ids: readonly string[]): readonly Match[] =>
  ids.map((id) => ({ id, certainty: 'certain' }));

/** A list let it past, or nothing says that none did. */
const mayBe = ({ via }: Sighting, which: 'ip-allow' | 'allowed-sender'): boolean =>
  via.lists?.includes(which) ?? true;
const told = ({ via }: Sighting): Match['certainty'] => (via.lists ? 'certain' : 'possible');

const isGuid = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

const isWithin = (address: AddressRange, range: AddressRange): boolean =>
  address.family === range.family && range.from <= address.from && address.to <= range.to;

interface Named {
  readonly guid?: string;
  readonly name?: string;
}

/**
 * By GUID; by name only where the source has no GUID, or nobody knows that of the exception. A name belongs to whoever
 * has it now; else to whoever had it before, unless several did.
 */
function index(exceptions: readonly Traced[]): (of: Named) => readonly string[] {
  const byGuid = new Map(
    exceptions.flatMap(({ id, guid }) => (guid === undefined ? [] : [[guid.toLowerCase(), id] as const])),
  );
  const group = (of: readonly Traced[], names: (one: Traced) => readonly string[]) =>
    Map.groupBy(
      of.flatMap((one) => [...new Set(names(one).map(foldName))].map((name) => ({ name, id: one.id }))),
      ({ name }) => name,
    );
  const nowOf = (of: readonly Traced[]) => group(of, ({ name }) => [name]);
  const beforeOf = (of: readonly Traced[]) => group(of, ({ formerNames = [] }) => formerNames);
  const nameless = exceptions.filter(({ guid }) => guid === undefined);
  const all = { now: nowOf(exceptions), before: beforeOf(exceptions) };
  const unread = { now: nowOf(nameless), before: beforeOf(nameless) };
  return ({ guid, name }) => {
    const found = guid === undefined ? undefined : byGuid.get(guid.toLowerCase());
    if (found !== undefined) return [found];
    if (name === undefined) return [];
    const { now, before } = guid === undefined ? all : unread;
    const folded = foldName(name);
    const current = now.get(folded);
    if (current) return current.map(({ id }) => id);
    const former = before.get(folded) ?? [];
    return former.length === 1 ? former.map(({ id }) => id) : [];
  };
}

/** Entries are whole addresses, domains, or domains with those below them. */
function senderIndex(exceptions: readonly Traced[]): (seen: Sighting) => readonly string[] {
  const exact = new Map<string, string[]>();
  const below: { readonly suffix: string; readonly id: string }[] = [];
  for (const { id, settings } of exceptions)
    for (const entry of list(settings, 'Entry').map((one) => one.toLowerCase())) {
      if (entry.startsWith('*.')) below.push({ suffix: entry.slice(1), id });
      else exact.set(entry, [...(exact.get(entry) ?? []), id]);
    }
  return ({ sender, from }) =>
    exact.size === 0 && below.length === 0
      ? []
      : [
          ...(exact.get(sender ?? '') ?? []),
          ...(exact.get(from ?? '') ?? []),
          ...below.flatMap(({ suffix, id }) => (from?.endsWith(suffix) === true ? [id] : [])),
        ];
}
