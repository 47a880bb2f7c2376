/**
 * Looking whether what Lapse has disabled has stayed so. It only reads, so it works wherever Lapse may not act. What it
 * finds on or gone is recorded just as the inventory would.
 */
import { absentIsOff } from '#kinds/form.ts';
import { sawAbsent, sawPresent } from '#lifecycle/inventory.ts';
import { lookTwice, namesake, reason, unproven } from './enforcement.ts';
import type { Disabled } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Enforcing } from './enforcement.ts';

export interface Observing extends Pick<Enforcing, 'load' | 'report' | 'tenants' | 'wait'> {
  readonly now: () => Instant;
}

export type LookOutcome =
  | { readonly outcome: 'not asked for any more' | 'still off' | 'on' | 'gone' }
  | { readonly outcome: 'failed'; readonly why: string; readonly error?: unknown };

/** Every end is reported; throws only where the register cannot be read or written, like `disable`. */
export async function lookIfOff(attempt: number, observing: Observing): Promise<LookOutcome> {
  const { load, report, tenants, wait, now } = observing;
  const exception = await load();
  if (exception?.state !== 'disabled' || !isOrdered(exception, attempt))
    return { outcome: 'not asked for any more' };

  const { id, kind, tenant: tenantId } = exception;
  const at = now();
  const seen = await (async () => {
    const tenant = await tenants(tenantId);
    const object = await lookTwice(tenant, exception, wait);
    const isOn = object.found && object.enabled;
    // Domains only sharpen how it is judged, and only what is on is.
    return { object, ownDomains: isOn ? await tenant.domains() : [] };
  })().catch((error: unknown) => ({ error }));

  const failed = async (why: string, error?: unknown): Promise<LookOutcome> => {
    await report({ type: 'ReportLookFailed', attempt, why }, `${receipt}#failed`);
    return { outcome: 'failed', why, error };
  };
  const receipt = `look#${id}#${exception.disabledAt}#${attempt}`;
  if ('error' in seen) return failed(reason(seen.error), seen.error);
  const { object, ownDomains } = seen;
  const visit = { tenant: tenantId, at, ownDomains };
  if (!object.found && !absentIsOff(kind)) {
    if (!object.certain) return failed(unproven);
    const observation = sawAbsent(receipt, exception, visit);
    await report({ type: 'ReportSeen', attempt, observation }, receipt);
    return { outcome: 'gone' };
  }
  if (!object.found || !object.enabled) {
    await report({ type: 'ReportStayedDisabled', attempt }, receipt);
    return { outcome: 'still off' };
  }
  const other = exception.guid === undefined ? namesake(exception, object) : undefined;
  if (other) return failed(other.why);
  // A new name is for the inventory, which also knows whose it was.
  const shown = { ...object, name: exception.name };
  const observation = sawPresent(receipt, { kind, object: shown, known: exception }, visit);
  await report({ type: 'ReportSeen', attempt, observation }, receipt);
  return { outcome: 'on' };
}

const isOrdered = ({ looking }: Disabled, attempt: number): boolean =>
  looking?.phase === 'running' && looking.attempt === attempt;
