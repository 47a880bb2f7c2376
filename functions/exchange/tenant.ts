/** One tenant's mail flow exceptions: list them, read one, switch it off, switch it on. */
import { createHash } from 'node:crypto';
import { foldName } from '#kinds/fold-name.ts';
import { mailboxIn } from '#kinds/form.ts';
import { kindOf, type Kind } from '#kinds/registry.ts';
import { settingsToKeep } from '#kinds/settings-to-keep.ts';
import { ExchangeError } from './exchange-error.ts';
import { createInvokeCommand } from './invoke-command.ts';
import { listObjects, objectsIn } from './listing.ts';
import { listMessages, listSteps, type TraceQuestion } from './message-trace.ts';
import { readAnswer } from './read-answer.ts';
import { byGuid, objectNameOf, selectObject } from './select-object.ts';
import { madeUpId } from './made-up-id.ts';
import type { EntryKind, ObjectKind } from '#kinds/kind.ts';
import type { Answered, Call, ExchangeObject } from '#kinds/call.ts';
import type { TracedMessage, TraceStep } from '#probe/traced.ts';
import type { Listing, Shown } from '#kinds/shown.ts';
import type { Exchange, InvokeCommand } from './invoke-command.ts';

/** By GUID where it is known; the name then only tells the mailbox. Without a GUID, by its name. */
export interface TenantObject {
  readonly kind: Kind;
  readonly name?: string;
  readonly guid?: string;
}

export interface FoundObject extends Shown {
  readonly found: true;
}

export interface NotFound {
  readonly found: false;
  /**
   * Whether the answer proves its absence: Exchange said "not found", or listed others without it. An answer that
   * lists nothing at all may just as well be a failed one, except for kinds of which most tenants have none.
   */
  readonly certain: boolean;
}

/** What is to be switched off or on: `settings` as they were last known. */
export type Target = Pick<Shown, 'guid' | 'settings'>;

export interface ExchangeTenant {
  /** Id of the application as which Lapse signs in here, where it is known. */
  readonly application?: string;
  /**
   * Domains that are the tenant's own, in lower case; `[]` where Exchange does not tell, as to an application without
   * the right. They only sharpen what is read of objects, so nothing is to fail for them.
   */
  domains(signal?: AbortSignal): Promise<readonly string[]>;
  /**
   * Throws only errors that are not an `ExchangeError`: a part that fails makes the listing incomplete, which says
   * so.
   */
  list(kind: Kind, signal?: AbortSignal): Promise<Listing>;
  /** Everything of a kind in one mailbox, under whatever name that is known. Throws where the mailbox cannot be read. */
  listIn(mailbox: string, kind: Kind, signal?: AbortSignal): Promise<readonly Shown[]>;
  read(object: TenantObject, signal?: AbortSignal): Promise<FoundObject | NotFound>;
  /** Resolves when Exchange accepted the command; only a read shows whether it took effect. Safe to repeat. */
  disable(kind: Kind, target: Target): Promise<void>;
  enable(kind: Kind, target: Target): Promise<void>;
  /**
   * Has Exchange itself stop acting on the object at that moment (ISO 8601 in UTC). `false` for kinds that cannot.
   */
  expire(kind: Kind, guid: string, until: string): Promise<boolean>;
  /** Messages to one mailbox, by message trace, which lags some minutes. */
  traced(question: TraceQuestion, signal?: AbortSignal): Promise<readonly TracedMessage[]>;
  /** What happened to one of them in Exchange, in order. */
  steps(message: TracedMessage, signal?: AbortSignal): Promise<readonly TraceStep[]>;
}

/** Every method throws `ExchangeError`; `ambiguous` where several objects have the name. */
export function createTenant(exchange: Exchange): ExchangeTenant {
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
      const one = kindOf(kind);
      const gathered = await listObjects(invoke, one, signal);
      const { found: all, problems } =
        one.form === 'object'
          ? objectsFound(one, objectsIn(gathered))
          : entriesFound(kind, one, gathered.answers);
      const found = all.map((object) => toKeep(kind, object));
      const why = [...gathered.problems, ...problems].join(' ');
      if (why === '') return { objects: found, complete: true };
      return { objects: found, complete: false, why, ...(gathered.nothing && { nothing: true }) };
    },
    async listIn(mailbox, kind, signal) {
      const one = kindOf(kind);
      if (one.form === 'object') return [];
      const all = entriesIn(kind, one, await answersAbout(invoke, one, mailbox, signal));
      return all.map((object) => toKeep(kind, object));
    },
    async read(object, signal) {
      const one = kindOf(object.kind);
      const seen = await (one.form === 'object'
        ? readObject(invoke, one, object, signal)
        : readEntry(invoke, one, object, signal));
      return seen.found ? toKeep(object.kind, seen) : seen;
    },
    async disable(kind, { guid, settings }) {
      const one = kindOf(kind);
      if (one.form === 'object') {
        await invoke(one.exchange.disable(guid));
        return;
      }
      // Looked at just before, so that the command fits the list as somebody else may have left it.
      const answers = await answersAbout(invoke, one, one.nameOf(settings));
      const present = entriesIn(kind, one, answers).find(isMeant(one, one.nameOf(settings), guid));
      if (present?.enabled !== true) return;
      // The present entry is the best guide to what to remove; the known one may be an older spelling.
      const known = { ...settings, ...present.settings };
      const calls = readAnswer(() => one.exchange.disable(known, objectsIn({ answers })));
      for (const call of calls) await invoke(call);
    },
    async enable(kind, { guid, settings }) {
      const one = kindOf(kind);
      if (one.form === 'object') {
        await invoke(one.exchange.enable(guid));
        return;
      }
      const answers = await answersAbout(invoke, one, one.nameOf(settings));
      const present = entriesIn(kind, one, answers).find(isMeant(one, one.nameOf(settings), guid));
      if (present?.enabled === true) return;
      const now = new Date(exchange.now()).toISOString();
      const calls = readAnswer(() => one.exchange.enable(settings, objectsIn({ answers }), now));
      for (const call of calls) await invoke(call);
    },
    async expire(kind, guid, until) {
      const one = kindOf(kind);
      if (one.form !== 'object' || !one.exchange.expire) return false;
      await invoke(one.exchange.expire(guid, until));
      return true;
    },
    traced: (question, signal) => listMessages(invoke, question, signal),
    steps: (message, signal) => listSteps(invoke, message, signal),
  };
}

/** As it can be recorded, however long its settings are. */
const toKeep = (kind: Kind, object: FoundObject): FoundObject => ({
  ...object,
  settings: settingsToKeep(kind, object.settings, digest),
});

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

async function readObject(
  invoke: InvokeCommand,
  one: ObjectKind,
  { name, guid }: TenantObject,
  signal: AbortSignal | undefined,
): Promise<FoundObject | NotFound> {
  const identity = guid ?? name;
  // Exchange does not know an empty identity: it would list everything.
  if (identity === undefined || identity === '')
    throw new RangeError('an object is read by its GUID or its name');
  const answers = await Promise.all(
    one.exchange.list.map(async (call): Promise<readonly ExchangeObject[] | 'not found'> => {
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
  const selection = selectObject(objects, guid === undefined ? { name: identity } : { guid });
  switch (selection.type) {
    case 'none':
      return { found: false, certain: objects.length > 0 || answers.includes('not found') };
    case 'several':
      throw new ExchangeError(
        'ambiguous',
        `The tenant has ${selection.count} objects of kind ${one.name} with this name. Nothing is done to any of them; rename all but one.`,
      );
    case 'one':
      return foundAs(one, selection.guid, selection.object, name);
  }
}

async function readEntry(
  invoke: InvokeCommand,
  one: EntryKind,
  { kind, name, guid }: TenantObject,
  signal: AbortSignal | undefined,
): Promise<FoundObject | NotFound> {
  if (guid === undefined && (name === undefined || name === ''))
    throw new RangeError('an entry is read by its id or its name');
  const answers = await answersAbout(invoke, one, name, signal);
  const wanted = guid?.toLowerCase() ?? madeUpId(kind, name ?? '');
  const entry = entriesIn(kind, one, answers).find(isMeant(one, name, wanted));
  // A mailbox that is there is always shown.
  const emptyIsUsual =
    one.exchange.inMailbox && name !== undefined
      ? answers.length === 0
      : one.exchange.everyTenantHas === undefined;
  // What is off in a mailbox is shown, so that the mailbox is named; an entry that is off counts as absent.
  if (!entry || (one.exchange.inMailbox && !entry.enabled))
    return { found: false, certain: emptyIsUsual || objectsIn({ answers }).length > 0 };
  return guid === undefined ? entry : { ...entry, guid: wanted };
}

/** The lists in which the entry of that name may stand; without a name, all. A mailbox that is gone has none. */
async function answersAbout(
  invoke: InvokeCommand,
  { exchange: { list, inMailbox } }: EntryKind,
  name: string | undefined,
  signal?: AbortSignal,
): Promise<readonly Answered[]> {
  if (!inMailbox || name === undefined) return answersTo(invoke, list, signal);
  try {
    return await answersTo(invoke, [inMailbox(mailboxIn(name))], signal);
  } catch (error) {
    if (error instanceof ExchangeError && error.code === 'not-found') return [];
    throw error;
  }
}

/** By its id. A mailbox answers to each of its names, so of what it has, only what comes after that is compared. */
const isMeant = ({ exchange }: EntryKind, name: string | undefined, guid: string) => {
  const rest = (whole: string): string => foldName(whole.slice(mailboxIn(whole).length));
  return (entry: Shown): boolean =>
    exchange.inMailbox && name !== undefined ? rest(entry.name) === rest(name) : entry.guid === guid;
};

const answersTo = (
  invoke: InvokeCommand,
  calls: readonly Call[],
  signal?: AbortSignal,
): Promise<readonly Answered[]> =>
  Promise.all(calls.map(async (call) => ({ call, objects: await invoke(call, signal) })));

const foundAs = ({ exchange }: ObjectKind, guid: string, object: ExchangeObject, name = ''): FoundObject => ({
  found: true,
  guid,
  name: objectNameOf(object) ?? name,
  enabled: readAnswer(() => exchange.enabled(object)),
  settings: readAnswer(() => exchange.settings(object)),
});

interface Finds {
  readonly found: readonly FoundObject[];
  readonly problems: readonly string[];
}

/** An object that does not say whether it is on is left out, which makes the listing incomplete. */
function objectsFound(one: ObjectKind, objects: readonly ExchangeObject[]): Finds {
  const distinct = [...byGuid(objects)];
  const { found, problems } = each(distinct, ([guid, object]) => [foundAs(one, guid, object)]);
  return objects.length > 0 && distinct.length === 0
    ? { found, problems: [...problems, `Exchange gave objects of kind ${one.name} without a GUID.`] }
    : { found, problems };
}

function entriesFound(kind: Kind, one: EntryKind, answers: readonly Answered[]): Finds {
  const { found, problems } = each(answers, (answer) => entriesIn(kind, one, [answer]));
  return { found: [...new Map(found.map((each) => [each.guid, each])).values()], problems };
}

function each<T>(things: readonly T[], read: (thing: T) => readonly FoundObject[]): Finds {
  const found: FoundObject[] = [];
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

const entriesIn = (kind: Kind, one: EntryKind, answers: readonly Answered[]): readonly FoundObject[] =>
  readAnswer(() => answers.flatMap(one.exchange.entries)).map(({ enabled, settings }) => {
    const name = one.nameOf(settings);
    return { found: true, guid: madeUpId(kind, name), name, enabled, settings };
  });
