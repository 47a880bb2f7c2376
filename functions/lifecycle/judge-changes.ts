/**
 * What all records about an object amount to. Each change is judged by how the object was before it; each new one
 * calls for all of them, so earlier results are kept.
 */
import { assess } from '#kinds/assess.ts';
import { domainsOf } from './own-domains.ts';
import type { Assessment } from '#kinds/assess.ts';
import type { Observation } from './commands.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Was } from '#risk/finding-row.ts';
import type { ObjectLife, LoggedChange } from './logged-changes.ts';
import type { Settings } from '#risk/settings.ts';

interface Judged {
  /** Of the newest change. */
  readonly assessment: Assessment | undefined;
  /** It let something past for a while, whatever it does now. */
  readonly wasOne: boolean;
}

export function judgeChanges({ changes }: ObjectLife, { kind, ownDomains: known = [] }: Observation): Judged {
  const ownDomains = [...new Set([...known, ...domainsOf(...changes.map(({ by }) => by))])].sort();
  let step: Step | undefined;
  for (const change of changes) step = stepAfter(step, change, { kind, ownDomains });
  return { assessment: step?.assessment, wasOne: step?.wasOne === true };
}

/** How an object was after one of its changes. */
interface Step {
  readonly before: Step | undefined;
  readonly change: LoggedChange;
  readonly surroundings: string;
  readonly was: Was;
  readonly enabled: boolean | undefined;
  /** Its creation is known, and so are all its settings. */
  readonly complete: boolean;
  readonly assessment: Assessment;
  readonly wasOne: boolean;
}

/** By what the change said: that stays the same object until the trail that holds it is read again. */
const steps = new WeakMap<Settings, Step>();

function stepAfter(
  before: Step | undefined,
  change: LoggedChange,
  { kind, ownDomains }: { readonly kind: Kind; readonly ownDomains: readonly string[] },
): Step {
  const { operation, settings: passed } = change;
  const surroundings = [kind, ...ownDomains].join(' ');
  const known = steps.get(passed);
  const isKnown = known && known.before === before && known.surroundings === surroundings;
  if (isKnown && isSameChange(known.change, change)) return known;
  const settings = { ...before?.was.settings, ...passed };
  const enabled = change.enabled ?? before?.enabled;
  const complete = before?.complete === true || change.created === true;
  const assessment = assess({
    kind,
    settings,
    ...(enabled !== undefined && { enabled }),
    ...(before && { was: before.was }),
    complete,
    operation,
    passed: Object.keys(passed),
    known: before?.assessment.findings.map(({ id }) => id) ?? [],
    ownDomains,
  });
  const step = {
    ...{ before, change, surroundings, enabled, complete, assessment },
    was: { settings, enabled: enabled !== false, ...(!complete && { partly: true }) },
    wasOne: before?.wasOne === true || assessment.findings.length > 0,
  };
  steps.set(passed, step);
  return step;
}

const isSameChange = (a: LoggedChange, b: LoggedChange): boolean =>
  a.operation === b.operation && a.enabled === b.enabled && a.created === b.created;
