/** One tenant's mail flow exceptions: list them, read one, switch it off, switch it on. */
import { entryName } from '#risk/entry.ts';
import { adapters } from './adapters.ts';
import { standInId } from './entries.ts';
import { ExchangeError } from './exchange-error.ts';
import { createInvokeCommand } from './invoke-command.ts';
import { gather, objectsIn } from './listing.ts';
import { byGuid, nameOf, select } from './select.ts';
import type { Kind } from '#lifecycle/exception.ts';
import type { Answered, EntryAdapter, ObjectAdapter } from './adapter.ts';
import type { Call, ExchangeObject } from './answer.ts';
import type { Exchange, InvokeCommand } from './invoke-command.ts';
import type { Settings } from '#risk/settings.ts';

/** By GUID where it is known; the name is looked at only where it is not. */
export interface TenantObject {
  readonly kind: Kind;
  readonly name?: string;
  readonly guid?: string;
}

export interface Found {
  readonly found: true;
  /** In lower case. Entries of a list have none in Exchange: theirs follows from kind and name (`standInId`). */
  readonly guid: string;
  readonly name: string;
  readonly enabled: boolean;
  /** What is set, by Exchange's own names; of an entry what the findings look at (`finding-row.ts`). */
  readonly settings: Settings;
}

export interface NotFound {
  readonly found: false;
  /**
   * Whether the answer speaks of its absence: Exchange said "not found", or listed others without it. An answer
   * that lists nothing at all may as well be a failed one, except of kinds of which most tenants have none.
   */
  readonly certain: boolean;
}

/** Every object of a kind. */
export interface Listing {
  readonly objects: readonly Found[];
  /**
   * False where a part of the answer failed, was cut short or is suspiciously empty: then nothing may be concluded
   * from what is missing, while what is there is there.
   */
  readonly complete: boolean;
  /** Why it is not complete: sentences for people. */
  readonly why?: string;
  /** It is not complete only because nothing was listed: usual where a tenant has none, and none was ever known. */
  readonly nothing?: true;
}

/** What is to be switched off or on: `settings` as they were last known. */
export type Target = Pick<Found, 'guid' | 'settings'>;

export interface Tenant {
  /** Id of the application as which Lapse signs in here, where it is known. */
  readonly application?: string;
  /**
   * Domains that are the tenant's own, in lower case; `[]` where Exchange does not tell, as to an application without
   * the right. They only sharpen what is read of objects, so nothing is to fail for them.
   */
  domains(signal?: AbortSignal): Promise<readonly string[]>;
  /** Throws only what is no `ExchangeError`: a part that fails makes the listing incomplete and says so. */
  list(kind: Kind, signal?: AbortSignal): Promise<Listing>;
  read(object: TenantObject, signal?: AbortSignal): Promise<Found | NotFound>;
  /** Resolves when Exchange accepted the command; only a read tells whether it took. Safe to repeat. */
  disable(kind: Kind, target: Target): Promise<void>;
  enable(kind: Kind, target: Target): Promise<void>;
  /**
   * Has Exchange itself stop acting on the object at that moment (ISO 8601 in UTC). `false` for kinds that cannot.
   */
  expire(kind: Kind, guid: string, until: string): Promise<boolean>;
}

/** Every method throws `ExchangeError`; `ambiguous` where several objects have the name. */
export function createTenant(exchange: Exchange): Tenant {
  const invoke = createInvokeCommand(exchange);

  return {
    async domains(signal) {
      try {
        const domains = await invoke({ cmdlet: 'Get-AcceptedDomain', parameters: {} }, signal);
        return domains.flatMap(({ DomainName: name }) =>
          typeof name === 'string' && name.includes('.') ? [name.toLowerCase()] : [],
        );
      } catch (error) {
        if (error instanceof ExchangeError) return [];
        throw error;
      }
    },
    async list(kind, signal) {
      const adapter = adapters[kind];
      const gathered = await gather(invoke, adapter, signal);
      const { found, problems } =
        adapter.form === 'object'
          ? objectsFound(adapter, objectsIn(gathered))
          : entriesFound(kind, adapter, gathered.answers);
      const why = [...gathered.problems, ...problems].join(' ');
      if (why === '') return { objects: found, complete: true };
      return { objects: found, complete: false, why, ...(gathered.nothing && { nothing: true }) };
    },
    async read(object, signal) {
      const adapter = adapters[object.kind];
      return adapter.form === 'object'
        ? readObject(invoke, adapter, object, signal)
        : readEntry(invoke, adapter, object, signal);
    },
    async disable(kind, { guid, settings }) {
      const adapter = adapters[kind];
      if (adapter.form === 'object') {
        await invoke(adapter.disable(guid));
        return;
      }
      // Looked at the moment before, so that the command fits the list as somebody else may just have left it.
      const answers = await answersTo(invoke, adapter.calls);
      const present = entriesIn(kind, adapter, answers).find((entry) => entry.guid === guid);
      if (present?.enabled !== true) return;
      // What is there now says best what to take away; what was known may be an older spelling.
      const known = { ...settings, ...present.settings };
      for (const call of adapter.disable(known, objectsIn({ answers }))) await invoke(call);
    },
    async enable(kind, { guid, settings }) {
      const adapter = adapters[kind];
      if (adapter.form === 'object') {
        await invoke(adapter.enable(guid));
        return;
      }
      const answers = await answersTo(invoke, adapter.calls);
      if (entriesIn(kind, adapter, answers).some((entry) => entry.guid === guid && entry.enabled)) return;
      const now = new Date(exchange.now()).toISOString();
      for (const call of adapter.enable(settings, objectsIn({ answers }), now)) await invoke(call);
    },
    async expire(kind, guid, until) {
      const adapter = adapters[kind];
      if (adapter.form !== 'object' || !adapter.expire) return false;
      await invoke(adapter.expire(guid, until));
      return true;
    },
  };
}

async function readObject(
  invoke: InvokeCommand,
  adapter: ObjectAdapter,
  { name, guid }: TenantObject,
  signal: AbortSignal | undefined,
): Promise<Found | NotFound> {
  const identity = guid ?? name;
  // An empty identity is one Exchange does not know: it would list everything.
  if (identity === undefined || identity === '')
    throw new RangeError('an object is read by its GUID or its name');
  const answers = await Promise.all(
    adapter.calls.map(async (call): Promise<readonly ExchangeObject[] | 'not found'> => {
      try {
        const parameters = { ...call.parameters, Identity: identity };
        return await invoke({ ...call, parameters }, signal);
      } catch (error) {
        if (error instanceof ExchangeError && error.code === 'not-found') return 'not found';
        throw error;
      }
    }),
  );
  const objects = answers.flatMap((answer) => (answer === 'not found' ? [] : answer));
  const selection = select(objects, guid === undefined ? { name: identity } : { guid });
  switch (selection.type) {
    case 'none':
      return { found: false, certain: objects.length > 0 || answers.includes('not found') };
    case 'several':
      throw new ExchangeError(
        'ambiguous',
        `The tenant has ${selection.count} objects of kind ${adapter.noun} with this name. Nothing is done to any of them; rename all but one.`,
      );
    case 'one':
      return foundAs(adapter, selection.guid, selection.object, name);
  }
}

async function readEntry(
  invoke: InvokeCommand,
  adapter: EntryAdapter,
  { kind, name, guid }: TenantObject,
  signal: AbortSignal | undefined,
): Promise<Found | NotFound> {
  if (guid === undefined && (name === undefined || name === ''))
    throw new RangeError('an entry is read by its id or its name');
  const answers = await answersTo(invoke, adapter.calls, signal);
  const wanted = guid?.toLowerCase() ?? standInId(kind, name ?? '');
  const entry = entriesIn(kind, adapter, answers).find((one) => one.guid === wanted);
  return entry ?? { found: false, certain: adapter.emptyIsUsual || objectsIn({ answers }).length > 0 };
}

const answersTo = (
  invoke: InvokeCommand,
  calls: readonly Call[],
  signal?: AbortSignal,
): Promise<readonly Answered[]> =>
  Promise.all(calls.map(async (call) => ({ call, objects: await invoke(call, signal) })));

const foundAs = (adapter: ObjectAdapter, guid: string, object: ExchangeObject, name = ''): Found => ({
  found: true,
  guid,
  name: nameOf(object) ?? name,
  enabled: adapter.enabled(object),
  settings: adapter.settings(object),
});

interface Finds {
  readonly found: readonly Found[];
  readonly problems: readonly string[];
}

/** An object that does not say whether it is on is left out, which makes the listing incomplete. */
function objectsFound(adapter: ObjectAdapter, objects: readonly ExchangeObject[]): Finds {
  const distinct = [...byGuid(objects)];
  const { found, problems } = each(distinct, ([guid, object]) => [foundAs(adapter, guid, object)]);
  return objects.length > 0 && distinct.length === 0
    ? { found, problems: [...problems, `Exchange gave objects of kind ${adapter.noun} without a GUID.`] }
    : { found, problems };
}

function entriesFound(kind: Kind, adapter: EntryAdapter, answers: readonly Answered[]): Finds {
  const { found, problems } = each(answers, (answer) => entriesIn(kind, adapter, [answer]));
  return { found: [...new Map(found.map((one) => [one.guid, one])).values()], problems };
}

function each<T>(things: readonly T[], read: (thing: T) => readonly Found[]): Finds {
  const found: Found[] = [];
  const problems = new Set<string>();
  for (const thing of things)
    try {
      found.push(...read(thing));
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      problems.add(error.message);
    }
  return { found, problems: [...problems] };
}

const entriesIn = (kind: Kind, adapter: EntryAdapter, answers: readonly Answered[]): readonly Found[] =>
  answers.flatMap(adapter.entries).map(({ enabled, settings }) => {
    const name = entryName(kind, settings);
    return { found: true, guid: standInId(kind, name), name, enabled, settings };
  });
