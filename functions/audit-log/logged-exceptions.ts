/** History → the exceptions in it, as far as the log alone tells. */
import { assess, rank } from '#domain/assess.ts';
import type { Assessment } from '#domain/assess.ts';
import { nobody } from '#domain/inventory.ts';
import type { Finding, Kind, Risk } from '#domain/exception.ts';
import type { Instant } from '#domain/instant.ts';
import { isAfter } from './history.ts';
import type { Past, Stamp } from './history.ts';

export interface LoggedException {
  readonly id: string;
  readonly tenant: string;
  readonly kind: Kind;
  readonly name: string;
  readonly risk: Risk;
  readonly findings: readonly Finding[];
  /** Whether anybody ever answered for it, the log cannot tell: what acts on mail is unconfirmed. */
  readonly state: 'unconfirmed' | 'disabled' | 'removed';
  /** When the change was made that made it an exception. */
  readonly openedAt: Instant;
  /** Its creation, or else the earliest change that the log tells of. */
  readonly made: Stamp;
  /** The newest change, a removal included. */
  readonly changed: Stamp;
}

/** Names the exception of an object; `namesake` counts earlier objects of the same first name. */
export type Identify = (
  object: { readonly tenant: string; readonly kind: Kind; readonly name: string },
  namesake: number,
) => string;

/** Most dangerous first; of one risk, what still acts on mail first, then the oldest. */
export function loggedExceptions(objects: readonly Past[], identify: Identify): readonly LoggedException[] {
  const namesakes = new Map<string, number>();
  return objects
    .toSorted((a, b) => compareText(age(a), age(b)))
    .flatMap((past) => {
      const exception = exceptionOf(past);
      const object = { tenant: past.tenant, kind: past.kind, name: past.origin };
      const first = identify(object, 0);
      const namesake = namesakes.get(first) ?? 0;
      namesakes.set(first, namesake + 1);
      return exception ? [{ id: namesake === 0 ? first : identify(object, namesake), ...exception }] : [];
    })
    .toSorted(
      (a, b) =>
        rank(b.risk) - rank(a.risk) ||
        states.indexOf(a.state) - states.indexOf(b.state) ||
        compareText(a.openedAt, b.openedAt) ||
        compareText(a.id, b.id),
    );
}

const states = ['unconfirmed', 'disabled', 'removed'] as const;
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const age = ({ created, lived, removed, name }: Past): string =>
  `${(created ?? lived ?? removed)?.at ?? ''} ${name}`;

function exceptionOf(past: Past): Omit<LoggedException, 'id'> | undefined {
  const present = sinceMade(past);
  const assessment = assessed(present);
  if (assessment.findings.length === 0) return undefined;
  const { risk, findings, remedy } = assessment;
  const { enabled, created, first, lived } = present;
  // A protective object that is off, or gone, is the exception itself, not its end.
  const ends = remedy === 'disable';
  const off = enabled?.value === false;
  const gone = goneBy(present);
  const made = created ?? first ?? lived ?? gone ?? neverHappens;
  return {
    tenant: past.tenant,
    kind: past.kind,
    name: past.name,
    risk,
    findings,
    state: gone && ends ? 'removed' : off && ends ? 'disabled' : 'unconfirmed',
    openedAt: openedAt(present),
    made,
    changed: gone ?? lived ?? made,
  };
}

/** The removal, where nothing was heard of the object since. */
const goneBy = ({ removed, lived }: Past): Stamp | undefined =>
  removed && lived && isAfter(lived, removed) ? undefined : removed;

/** Without what belongs to an earlier object of the name: one that was removed, or made anew. */
function sinceMade(past: Past): Past {
  const { created, removed, lived } = past;
  const since = (stamp: Stamp): boolean =>
    !(created && isAfter(created, stamp)) &&
    !(removed && lived && isAfter(lived, removed) && isAfter(removed, stamp));
  const keep = <T extends Stamp>(stamp: T | undefined): T | undefined =>
    stamp && since(stamp) ? stamp : undefined;
  return {
    ...past,
    settings: new Map([...past.settings].filter(([, stamp]) => since(stamp))),
    enabled: keep(past.enabled),
    created: keep(past.created),
    // What is left of an earlier object tells nothing of this one: the earliest that is known is then the newest.
    first: keep(past.first),
    lived: keep(past.lived),
  };
}

function assessed(past: Past): Assessment {
  const { kind, settings, enabled, created } = past;
  const values = valuesOf(settings);
  const altered = [...settings].filter(([, { operation }]) => operation.startsWith('Set-'));
  // What a change passed was perhaps set before, and to what the log does not keep, but for what protected.
  const kept = [...settings].filter(([, { operation }]) => !operation.startsWith('Set-'));
  const object = {
    kind,
    settings: enabled ? { ...values, Enabled: enabled.value } : values,
    was: {
      settings: { ...valuesOf(kept), ...valuesOf(past.guards) },
      enabled: false,
      partly: created === undefined,
    },
    complete: created !== undefined,
    ownDomains: domainsOf([...settings.values(), ...(created ? [created] : [])]),
  };
  const setting = altered[0]?.[1].operation;
  const first = assess({
    ...object,
    ...(setting === undefined ? {} : { operation: setting, passed: altered.map(([name]) => name) }),
  });
  // One operation at a time can be told; what the first one showed is known to the second.
  const known = first.findings.map(({ id }) => id);
  const gone = goneBy(past);
  if (gone) return assess({ ...object, enabled: false, operation: gone.operation, gone: true, known });
  return enabled?.operation.startsWith('Disable-') === true && !enabled.value
    ? assess({ ...object, operation: enabled.operation, known })
    : first;
}

const valuesOf = (settings: Iterable<readonly [string, { readonly value: unknown }]>) =>
  Object.fromEntries([...settings].map(([name, { value }]) => [name, value]));

/** The first moment at which what is known now was enough to find something. */
function openedAt(past: Past): Instant {
  const stamps: readonly Stamp[] = [
    ...past.settings.values(),
    ...[past.enabled, past.removed].filter((stamp) => stamp !== undefined),
  ];
  const moments = [...new Set(stamps.map(({ at }) => at))].sort();
  const opening = moments.find((moment) => {
    const until = (stamp: Stamp): boolean => stamp.at <= moment;
    return (
      assessed({
        ...past,
        settings: new Map([...past.settings].filter(([, stamp]) => until(stamp))),
        guards: new Map([...past.guards].filter(([, stamp]) => until(stamp))),
        enabled: past.enabled && until(past.enabled) ? past.enabled : undefined,
        removed: past.removed && until(past.removed) ? past.removed : undefined,
      }).findings.length > 0
    );
  });
  return opening ?? moments.at(-1) ?? (past.lived ?? past.removed ?? neverHappens).at;
}
const neverHappens: Stamp = {
  at: '1970-01-01T00:00:00.000Z' as Instant,
  record: '',
  operation: '',
  author: nobody,
};

/** Surely the tenant's own: the domains of the people who administer it. */
const domainsOf = (stamps: readonly Stamp[]): readonly string[] => [
  ...new Set(
    stamps.flatMap(({ author }) =>
      author.type === 'person' ? [author.id.slice(author.id.lastIndexOf('@') + 1).toLowerCase()] : [],
    ),
  ),
];
