/** Objects from files → the exceptions among them, and what could not be judged. Each kind reads its own. */
import { assess } from '#kinds/assess.ts';
import { UnreadableAnswer, type Answered, type Call } from '#kinds/call.ts';
import { explainFinding } from '#kinds/catalogue.ts';
import { kindOf, kinds, type Kind } from '#kinds/registry.ts';
import { textAt } from '#kinds/list-answer.ts';
import { rank } from '#risk/finding.ts';
import { flag, text } from '#risk/settings.ts';
import { isFlag } from '#risk/setting-names.ts';
import { compareText } from '#values/compare-text.ts';
import { toCanonicalJson } from '#values/canonical-json.ts';
import { deeper, asGiven } from './find-objects.ts';
import type { Traced } from '#behaviour/match.ts';
import type { SavedAnswers } from '#kinds/kind.ts';
import type { ExplainedFinding } from '#risk/finding-row.ts';
import type { Remedy, Risk } from '#risk/finding.ts';
import type { Settings } from '#risk/settings.ts';
import type { Instant } from '#time/instant.ts';
import type { Found, KnownObject } from './find-objects.ts';

export interface FoundIn {
  readonly file: string;
  readonly found: Found;
}

export interface AssessedException {
  readonly risk: Risk;
  readonly state: 'on' | 'off';
  readonly kind: Kind;
  readonly name: string;
  /** `escalate`: it also protects, so that disabling it is not the way to end it. */
  readonly remedy: Remedy;
  /** Why it does nothing at present although it is on: it is weighed as if it did, since one setting makes it act. */
  readonly remarks: readonly string[];
  readonly findings: readonly ExplainedFinding[];
  readonly file: string;
  readonly line: number;
  /** As mail statistics may know it. */
  readonly traced: Omit<Traced, 'id'>;
}

interface Place {
  readonly file: string;
  readonly line?: number;
  readonly reason: string;
}

/** What is in no file. */
export interface NotLookedAt {
  /** What gives it. */
  readonly command: string;
  readonly kinds: readonly Kind[];
}

export interface Assessed {
  /** Most dangerous first. */
  readonly exceptions: readonly AssessedException[];
  /** Objects that were read and judged, those that let nothing past included. */
  readonly judged: number;
  /** What else to know of what was read: sentences. */
  readonly remarks: readonly string[];
  readonly notRead: readonly Place[];
  readonly notLookedAt: readonly NotLookedAt[];
}

interface Shown {
  readonly kind: Kind;
  readonly name: string;
  readonly guid?: string;
  readonly enabled: boolean;
  readonly settings: Settings;
  readonly file: string;
  readonly line: number;
}

export function assessObjects(
  files: readonly FoundIn[],
  ownDomains: readonly string[],
  now: Instant,
): Assessed {
  const shown = new Map<string, Shown>();
  const judged = new Set<KnownObject>();
  const notRead: Place[] = [];
  const looked = new Set<string>();
  const remarks = new Set<string>();
  for (const { file, found } of files) {
    for (const group of found.groups)
      for (const kind of kinds) {
        const of = group.filter((one) => one.kinds.includes(kind));
        if (of.length === 0) continue;
        const read = readGroup(kind, of);
        for (const call of read.calls) looked.add(`${kind} ${commandOf(call)}`);
        if (read.remark !== undefined) remarks.add(`${file} ${read.remark}`);
        for (const { line, ...one } of read.shown) {
          // The same object may stand in several files, or be given by several calls.
          const key = toCanonicalJson([kind, one.name, one.enabled, one.settings]);
          if (!shown.has(key)) shown.set(key, { ...one, kind, file, line });
        }
        for (const one of of) if (!read.failed.has(one.object)) judged.add(one);
        for (const place of read.unread) notRead.push({ file, ...place });
      }
    for (const command of found.failed)
      if (calls.some(({ call }) => call.cmdlet === command))
        notRead.push({ file, reason: `the file says that ${command} failed; save its answer` });
  }
  const ran = new Set(files.flatMap(({ found }) => found.ran));
  return {
    exceptions: [...shown.values()]
      .flatMap((one): readonly AssessedException[] => {
        const { kind, name, guid, enabled, settings, file, line } = one;
        const object = { kind, settings, enabled, complete: true, ownDomains };
        const { risk, findings, remedy } = assess(object);
        if (findings.length === 0) return [];
        const explained = findings.flatMap((finding) => explainFinding(finding, object) ?? []);
        const idle = enabled ? idleOf(kind, settings, now) : [];
        return [
          {
            ...{ risk, state: enabled ? 'on' : 'off', kind, name, remedy },
            ...{ remarks: idle, findings: explained, file, line },
            traced: { kind, name, guid, settings },
          },
        ];
      })
      .sort(compareByDanger),
    judged: judged.size,
    remarks: [...remarks],
    notRead,
    notLookedAt: notLookedAt(looked, ran),
  };
}

function idleOf(kind: Kind, settings: Settings, now: Instant): readonly string[] {
  const one = kindOf(kind);
  return one.form === 'object' ? (one.idle?.(settings, now) ?? []) : [];
}

const compareByDanger = (a: AssessedException, b: AssessedException): number =>
  rank(b.risk) - rank(a.risk) ||
  compareText(b.state, a.state) ||
  kinds.indexOf(a.kind) - kinds.indexOf(b.kind) ||
  compareText(a.name, b.name) ||
  compareText(a.file, b.file) ||
  a.line - b.line;

type Read = Omit<Shown, 'kind' | 'file'>;

interface GroupRead {
  readonly shown: readonly Read[];
  readonly calls: readonly Call[];
  readonly remark: string | undefined;
  readonly unread: readonly Omit<Place, 'file'>[];
  readonly failed: ReadonlySet<KnownObject['object']>;
}

function readGroup(kind: Kind, group: readonly KnownObject[]): GroupRead {
  const one = kindOf(kind);
  const unread: Omit<Place, 'file'>[] = [];
  const failed = new Set<KnownObject['object']>();
  const fail = (object: KnownObject['object'], line: number | undefined, reason: string): void => {
    failed.add(object);
    unread.push({ ...(line !== undefined && { line }), reason });
  };
  const usable = group.filter((known) => {
    const reason = whyUnusable(kind, known);
    if (reason !== undefined) fail(known.object, known.line, reason);
    return reason === undefined;
  });
  const lines = new Map(usable.map(({ object, line }) => [object, line]));
  const objects = usable.map(({ object }) => object);
  const [call] = one.exchange.list;
  const { answers, untold, remark }: SavedAnswers = one.saved.answers?.(objects) ?? {
    answers: call === undefined ? [] : [{ call, objects }],
    untold: [],
  };
  for (const { object, why } of untold) fail(object, lines.get(object), `${one.name}: ${why}`);

  const shown: Read[] = [];
  for (const answer of answers.flatMap((each) => apart(kind, each)))
    try {
      shown.push(...readAnswered(kind, answer, lines));
    } catch (error) {
      if (!(error instanceof UnreadableAnswer)) throw error;
      for (const object of answer.objects) fail(object, lines.get(object), `${one.name}: ${error.message}`);
    }
  return { shown, calls: answers.map((answer) => answer.call), remark, unread, failed };
}

/** One by one, so that one that cannot be read costs nothing but itself; overrides are read by their policy. */
const apart = (kind: Kind, { call, objects }: Answered): readonly Answered[] =>
  kindOf(kind).form === 'object' || kindOf(kind).saved.named === undefined
    ? objects.map((object) => ({ call, objects: [object] }))
    : [{ call, objects }];

function readAnswered(
  kind: Kind,
  answer: Answered,
  lines: ReadonlyMap<KnownObject['object'], number>,
): readonly Read[] {
  const one = kindOf(kind);
  const line = lines.get(answer.objects[0] ?? {}) ?? 1;
  if (one.form !== 'object')
    return one.exchange
      .entries(answer)
      .map(({ enabled, settings }) => ({ name: one.nameOf(settings), enabled, settings, line }));
  return answer.objects.map((object) => ({
    name: textAt(object, 'Name') ?? textAt(object, 'Identity') ?? '',
    ...guidIn(object),
    enabled: one.exchange.enabled(object),
    settings: one.exchange.settings(object),
    line,
  }));
}

function guidIn(object: KnownObject['object']): { readonly guid?: string } {
  const guid = textAt(object, 'Guid');
  return guid === undefined ? {} : { guid };
}

/** Why nothing is to be concluded from it: what is missing would look like something that is not set. */
function whyUnusable(kind: Kind, { object, lost, numbered }: KnownObject): string | undefined {
  const { saved, name, form } = kindOf(kind);
  const called = textAt(object, 'Name') ?? textAt(object, 'Identity');
  const which = called === undefined ? `a ${name}` : `the ${name} "${called}"`;
  const counts = form === 'object' ? lost : lost.filter((one) => wanted(saved).includes(one));
  const numbers = counts.filter((one) => numbered.includes(one));
  if (numbers.length > 0)
    return `of ${which}, ${some(numbers)} ${numbers.length === 1 ? 'was' : 'were'} saved as a number; save it again with ConvertTo-Json -Depth 10 -EnumsAsStrings, in PowerShell 7`;
  if (counts.length > 0)
    return `of ${which}, PowerShell saved only the type of ${some(counts)}, or several values as one; ${deeper}`;
  const read = form === 'object' ? Object.keys(object) : [...new Set(wanted(saved))];
  const unclear = read.filter(
    (name) => isFlag(name) && text(object, name) !== undefined && flag(object, name) === undefined,
  );
  if (unclear.length > 0)
    return `of ${which}, ${some(unclear)} ${unclear.length === 1 ? 'is' : 'are'} neither True nor False, as from a spreadsheet in another language; ${asGiven}`;
  const missing = saved.whole.filter((property) => !(property in object));
  return missing.length === 0
    ? undefined
    : `of ${which}, ${some(missing)} ${missing.length === 1 ? 'was' : 'were'} not saved; ${asGiven}`;
}

const wanted = ({
  telling,
  whole,
}: {
  readonly telling: readonly (readonly string[])[];
  readonly whole: readonly string[];
}) => [...telling.flat(), ...whole];

const some = (names: readonly string[]): string =>
  names.length <= 3 ? names.join(', ') : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;

const calls = kinds.flatMap((kind) => kindOf(kind).exchange.list.map((call) => ({ kind, call })));

const quoted = (value: string): string => (value.includes(' ') ? `'${value}'` : value);

/** As it is typed. */
const commandOf = ({ cmdlet, parameters }: Call): string =>
  [
    cmdlet,
    ...Object.entries(parameters).map(([name, value]) =>
      typeof value === 'boolean' ? `-${name}:$${String(value)}` : `-${name} ${quoted(String(value))}`,
    ),
  ].join(' ');

/** A tool that says which cmdlets it ran tells as much as their answers, where a tenant may have none. */
const notLookedAt = (looked: ReadonlySet<string>, ran: ReadonlySet<string>): readonly NotLookedAt[] => {
  const isLookedAt = ({ kind, call }: (typeof calls)[number]): boolean =>
    looked.has(`${kind} ${commandOf(call)}`) ||
    (ran.has(call.cmdlet) && kindOf(kind).form === 'object' && Object.keys(call.parameters).length === 0);
  const others = calls.filter((one) => !isLookedAt(one));
  return [...Map.groupBy(others, ({ call }) => commandOf(call))].map(([command, of]) => ({
    command,
    kinds: of.map(({ kind }) => kind),
  }));
};
