/**
 * Carrying out a disable or a restore: look again, compare, act, read back, report. Everything here is safe to
 * repeat, because every event arrives at least once: what is no longer asked for is left alone, what is already
 * done is only reported.
 */
import { assess } from '#kinds/assess.ts';
import { absentIsOff } from '#kinds/form.ts';
import { nativeEndOf } from '#lifecycle/native-expiry.ts';
import { protects } from '#kinds/protection.ts';
import { text } from '#risk/settings.ts';
import { toCanonicalJson } from '#values/canonical-json.ts';
import { madeUpId } from './made-up-id.ts';
import { unlike } from './unlike.ts';
import { ExchangeError, quote } from './exchange-error.ts';
import type { Command } from '#lifecycle/commands.ts';
import type { Mode } from '#policy/enforcement-mode.ts';
import type { Act, Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Surroundings } from '#microsoft/retry.ts';
import type { FoundObject, NotFound, ExchangeTenant, TenantObject } from './tenant.ts';
import type { Tenants } from './tenants.ts';

export type Report = Extract<
  Command,
  {
    type:
      | 'ReportFound'
      | 'ReportDisabled'
      | 'ReportDisableFailed'
      | 'ReportActDone'
      | 'ReportActFailed'
      | 'ReportGone'
      | 'ReportStayedDisabled'
      | 'ReportLookFailed'
      | 'ReportSeen';
  }
>;

export interface Enforcing {
  /** The exception as it is now, not as it was when the event was recorded. */
  readonly load: () => Promise<Exception | undefined>;
  /** Records the result, under an id that makes a repeated report harmless. */
  readonly report: (report: Report, receipt: string) => Promise<void>;
  readonly tenants: Tenants;
  /** Where Lapse may act, read anew each time; throws where that cannot be read. */
  readonly mode: (of: Exception) => Promise<Mode>;
  readonly wait: Surroundings['wait'];
}

export type DisableOutcome =
  | { readonly outcome: 'not asked for any more' | 'disabled' | 'already disabled' }
  /** `why`: if something with that name exists but does not count as the object. */
  | { readonly outcome: 'gone'; readonly why?: string }
  | { readonly outcome: 'failed'; readonly why: string; readonly error?: unknown };

/**
 * Milliseconds before each further look at the object. Exchange's reads lag behind its writes by an unstated time
 * (seen in public clients, not documented); fifteen seconds in all leave room in a Lambda of a minute, and the next
 * attempt finds what took longer.
 */
const looks = [1_000, 2_000, 4_000, 8_000];
/** Before the second look at an object that seems gone. */
const secondLook = 3_000;

/**
 * Disables the object of an exception that is `disabling` with this attempt. Every end is reported; throws only
 * where the register cannot be read or written, so that the queue brings the event again.
 */
export async function disable(attempt: number, enforcement: Enforcing): Promise<DisableOutcome> {
  const exception = await enforcement.load();
  if (exception?.state !== 'disabling' || exception.phase !== 'running' || exception.attempt !== attempt)
    return { outcome: 'not asked for any more' };

  const [report, outcome] = await carryOut(exception, attempt, enforcement);
  await enforcement.report(report, `enforce#${exception.id}#${attempt}#${exception.asOf}`);
  return outcome;
}

async function carryOut(
  exception: Exception,
  attempt: number,
  { tenants, mode, wait, report }: Enforcing,
): Promise<readonly [Report, DisableOutcome]> {
  // Known once something was asked of Exchange under it.
  let as: { readonly application?: string } = {};
  const failed = (why: string, error?: unknown): readonly [Report, DisableOutcome] => [
    { type: 'ReportDisableFailed', attempt, why, ...as },
    { outcome: 'failed', why, error },
  ];
  try {
    const tenant = await tenants(exception.tenant);
    if (tenant.application !== undefined) as = { application: tenant.application };
    const object = await lookTwice(tenant, exception, wait);
    if (!object.found && object.certain && absentIsOff(exception.kind))
      // Removed by an attempt whose report was lost, or by somebody else. Either way it is off, and a restore needs
      // what was known of it.
      return [
        {
          type: 'ReportDisabled',
          attempt,
          guid: idOf(exception),
          before: exception.settings,
          ...as,
        },
        { outcome: 'already disabled' },
      ];
    if (!object.found)
      return object.certain ? [{ type: 'ReportGone', attempt }, { outcome: 'gone' }] : failed(unproven);
    const other = exception.guid === undefined ? namesake(exception, object) : undefined;
    if (other?.harmless === true)
      return [
        { type: 'ReportGone', attempt },
        { outcome: 'gone', why: other.why },
      ];
    if (other) return failed(other.why);
    const done: Report = {
      type: 'ReportDisabled',
      attempt,
      guid: object.guid,
      before: object.settings,
      ...as,
    };
    // What was kept of it while it was on tells more than one that is off.
    if (!object.enabled)
      return [
        { ...done, before: exception.complete ? exception.settings : object.settings },
        { outcome: 'already disabled' },
      ];

    if (protects({ kind: exception.kind, settings: object.settings })) return failed(protective);
    const barred = describeBar(await mode(exception));
    if (barred !== undefined) return failed(barred);
    // Before the act: if its report is lost, nothing else knows any more what there is to restore.
    if (!isKept(exception, object))
      await report(
        { type: 'ReportFound', attempt, guid: object.guid, settings: object.settings },
        `found#${exception.id}#${attempt}#${exception.asOf}`,
      );
    await tenant.disable(exception.kind, object);
    const problem = await readBack(tenant, exception, object.guid, false, wait);
    return problem === undefined ? [done, { outcome: 'disabled' }] : failed(problem);
  } catch (error) {
    return failed(reason(error), error);
  }
}

export type ActOutcome =
  | { readonly outcome: 'not asked for any more' | 'done' | 'already so' | 'gone' }
  | { readonly outcome: 'failed'; readonly why: string; readonly error?: unknown };

/**
 * Enables the object again after an approver ordered that. Every end is reported; throws only where the register
 * cannot be read or written, like `disable`.
 */
export const restore = (attempt: number, enforcement: Enforcing): Promise<ActOutcome> =>
  carryOutAct('restore', attempt, enforcement, async (exception, tenant) => {
    const { wait } = enforcement;
    const object = await lookTwice(tenant, exception, wait);
    if (!object.found && !absentIsOff(exception.kind)) return absent(object);
    const other = object.found && exception.guid === undefined ? namesake(exception, object) : undefined;
    if (other) return failure(other.why);
    if (object.found && object.enabled) return { outcome: 'already so', ...differing(exception, object) };

    const guid = object.found ? object.guid : idOf(exception);
    await tenant.enable(exception.kind, { guid, settings: exception.settings });
    let shown: FoundObject | undefined;
    const problem = await readBack(tenant, exception, guid, true, wait, (one) => (shown = one));
    return problem === undefined ? { outcome: 'done', ...differing(exception, shown) } : failure(problem);
  });

/**
 * Gives the object the end that its approval has, as a second lock. What that end is now is asked of the register,
 * not of the event, so that late and repeated events are free.
 */
export const setExpiry = (attempt: number, enforcement: Enforcing): Promise<ActOutcome> =>
  carryOutAct('expiry', attempt, enforcement, async (exception, tenant) => {
    const { mode, wait } = enforcement;
    const until = nativeEndOf(exception);
    if (until === undefined) return { outcome: 'already so' };
    const object = await lookTwice(tenant, exception, wait);
    if (!object.found) return absent(object);
    const other = exception.guid === undefined ? namesake(exception, object) : undefined;
    if (other) return failure(other.why);
    if (endsAt(object, until)) return { outcome: 'already so', until };

    // A later end only takes back what Exchange would do by itself.
    const barred = endsBefore(object, until) ? undefined : describeBar(await mode(exception));
    if (barred !== undefined) return failure(barred);
    // Without fractions of a second: the plainest way to write a time in UTC.
    const written = until.replace(/\.\d+Z$/, 'Z');
    if (!(await tenant.expire(exception.kind, object.guid, written))) return { outcome: 'already so' };
    for (const pause of [0, ...looks]) {
      if (pause > 0) await wait(pause);
      const after = await tenant.read({ ...refTo(exception), guid: object.guid });
      if (after.found && endsAt(after, until)) return { outcome: 'done', until };
    }
    return failure(
      `Exchange accepted the end ${written}, but does not show it after ${looks.length + 1} looks`,
    );
  });

type Ended = Exclude<ActOutcome, { readonly outcome: 'not asked for any more' }> & {
  /** The end that Exchange shows. */
  readonly until?: Instant;
  readonly unlike?: readonly string[];
};

function differing(
  { complete, settings }: Exception,
  object: FoundObject | undefined,
): Pick<Ended, 'unlike'> {
  const found = complete && object ? unlike(settings, object.settings) : [];
  return found.length === 0 ? {} : { unlike: found };
}

const failure = (why: string, error?: unknown): Ended => ({ outcome: 'failed', why, error });

const absent = ({ certain }: NotFound): Ended => (certain ? { outcome: 'gone' } : failure(unproven));

async function carryOutAct(
  act: Act,
  attempt: number,
  { load, report, tenants }: Enforcing,
  work: (exception: Exception, tenant: ExchangeTenant) => Promise<Ended>,
): Promise<ActOutcome> {
  const exception = await load();
  const acting = exception?.acting;
  if (!exception || acting?.act !== act || acting.phase !== 'running' || acting.attempt !== attempt)
    return { outcome: 'not asked for any more' };

  // Known once something was asked of Exchange under it.
  let as: { readonly application?: string } = {};
  const {
    until,
    unlike: differences,
    ...ended
  } = await (async () => {
    const tenant = await tenants(exception.tenant);
    if (tenant.application !== undefined) as = { application: tenant.application };
    return work(exception, tenant);
  })().catch((error: unknown) => failure(reason(error), error));
  const { of } = acting;
  await report(
    ended.outcome === 'failed'
      ? { type: 'ReportActFailed', act, of, attempt, why: ended.why, ...as }
      : ended.outcome === 'gone'
        ? { type: 'ReportGone', attempt, of }
        : {
            type: 'ReportActDone',
            act,
            of,
            attempt,
            ...(until !== undefined && { until }),
            ...(differences && { unlike: differences }),
            ...as,
          },
    `${act}#${exception.id}#${of}#${attempt}`,
  );
  return ended;
}

/** Exchange may keep whole minutes only. */
const endsAt = (object: FoundObject, until: string): boolean =>
  Math.abs(endOf(object) - Date.parse(until)) < 60_000;

const endsBefore = (object: FoundObject, until: string): boolean => endOf(object) < Date.parse(until);

/** In milliseconds; no number where Exchange shows no end. */
function endOf({ settings }: FoundObject): number {
  const shown = text(settings, 'ExpiryDate');
  // Without a zone it is UTC, like everything on this interface.
  return shown === undefined ? NaN : Date.parse(/(?:z|[+-]\d\d:?\d\d)$/i.test(shown) ? shown : `${shown}Z`);
}

/** Why Lapse may not act there; `undefined` if it may. What it has switched off may be switched on again all the same. */
function describeBar(mode: Mode): string | undefined {
  switch (mode.type) {
    case 'live':
      return undefined;
    case 'observing':
      return 'Lapse only observes here, and touches nothing of this kind until it goes live (lapse enforce on)';
    case 'stopped':
      return `enforcement is stopped in this tenant, by ${mode.by}: nothing is touched until it is resumed (/lapse resume)`;
  }
}

/** The register knows all that a restore would need. */
const isKept = ({ complete, guid, settings }: Exception, object: FoundObject): boolean =>
  complete && guid === object.guid && toCanonicalJson(settings) === toCanonicalJson(object.settings);

export const unproven =
  'Exchange listed nothing of this kind at all, which is not taken as proof that the object is gone; check in the Exchange admin center whether it exists';

const idOf = ({ kind, name, guid }: Exception): string => guid ?? madeUpId(kind, name);

/**
 * By GUID if it is known. An object with the same name but another GUID is a different object: the one that was meant
 * is gone, and nothing is done to its namesake. Absence counts only if the second look confirms it.
 */
export async function lookTwice(
  tenant: ExchangeTenant,
  exception: Exception,
  wait: Surroundings['wait'],
): Promise<FoundObject | NotFound> {
  const ref = refTo(exception);
  const first = await tenant.read(ref);
  if (first.found) return first;
  await wait(secondLook);
  const second = await tenant.read(ref);
  return second.found ? second : { found: false, certain: first.certain && second.certain };
}

const refTo = ({ kind, name, guid }: Exception): TenantObject => ({
  kind,
  name,
  ...(guid !== undefined && { guid }),
});

/**
 * Why the object with this name does not count as the object of the exception, whose GUID was never read (Exchange could
 * not be reached when it was recorded): it may have been deleted since, and another one created. `undefined` if it lets
 * past what was recorded. An entry of a list is identified by its name, so no other entry can have it.
 */
export function namesake(
  { kind, name, findings }: Exception,
  { guid, settings }: FoundObject,
): { readonly harmless: boolean; readonly why: string } | undefined {
  if (guid === madeUpId(kind, name)) return undefined;
  const recorded = findings.map(({ id }) => id);
  const shown = assess({ kind, settings, known: recorded }).findings.map(({ id }) => id);
  if (shown.some((id) => recorded.includes(id))) return undefined;
  const found = `under its name "${quote(name)}" Exchange shows an object (${guid})`;
  return shown.length === 0
    ? { harmless: true, why: `${found} that lets nothing past: it is left as it is` }
    : {
        harmless: false,
        why: `${found} that lets past something else (${shown.join(', ')}) than what was recorded (${recorded.join(', ')}), so it may be another object and was not touched; a person must look at it in the Exchange admin center and switch it off or remove it`,
      };
}

const protective =
  'as Exchange shows it now, it stops mail or has it inspected, so switching it off would let more in; it was not touched, and a person must decide in the Exchange admin center';

/** Looks until Exchange shows what was ordered. Resolves to why it is not believed, or to `undefined` if it is. */
async function readBack(
  tenant: ExchangeTenant,
  exception: Exception,
  guid: string,
  enabled: boolean,
  wait: Surroundings['wait'],
  seen: (object: FoundObject) => unknown = () => undefined,
): Promise<string | undefined> {
  const wanted = enabled ? 'on' : 'off';
  let problem = '';
  for (const pause of [0, ...looks]) {
    if (pause > 0) await wait(pause);
    try {
      const object = await tenant.read({ ...refTo(exception), guid });
      if (
        object.found ? object.enabled === enabled : !enabled && object.certain && absentIsOff(exception.kind)
      ) {
        if (object.found) seen(object);
        return undefined;
      }
      problem = object.found
        ? `Exchange accepted the command, but still shows the object as ${enabled ? 'off' : 'on'} after ${looks.length + 1} looks; something else may be switching it back`
        : 'Exchange accepted the command, but then no longer showed the object';
    } catch (error) {
      problem = `Exchange accepted the command, but could not be asked whether the object is ${wanted}: ${reason(error)}`;
      // It was asked several times already, and the next attempt begins with a look anyway.
      break;
    }
  }
  return problem;
}

/** A sentence for the trail, without its full stop. The text of an unknown error may hold anything, so it is left out. */
export const reason = (error: unknown): string =>
  error instanceof ExchangeError
    ? error.message.replace(/\.$/, '')
    : 'an unexpected error in Lapse; its log has the details';
