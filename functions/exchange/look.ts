/** A look at an object of the tenant that may fail without harm: whoever looks goes on with what the log tells. */
import { ExchangeError } from './exchange-error.ts';
import type { Found, TenantObject } from './tenant.ts';
import type { Tenants } from './tenants.ts';

export type Look =
  | { readonly seen: 'found'; readonly object: Found }
  | { readonly seen: 'absent' }
  /** `again`: the same look may succeed later. */
  | { readonly seen: 'nothing'; readonly error: unknown; readonly again: boolean };

/** The first of `candidates` that is there. Never throws, and ends when `signal` aborts. */
export async function look(
  tenants: Tenants,
  tenant: string,
  candidates: readonly TenantObject[],
  signal: AbortSignal,
): Promise<Look> {
  try {
    return await Promise.race([lookFor(tenants, tenant, candidates, signal), atAbort(signal)]);
  } catch (error) {
    // An error of an unknown sort, a secret that cannot be fetched for one, may well pass.
    return { seen: 'nothing', error, again: !(error instanceof ExchangeError) || error.retryable };
  }
}

async function lookFor(
  tenants: Tenants,
  id: string,
  candidates: readonly TenantObject[],
  signal: AbortSignal,
): Promise<Look> {
  const tenant = await tenants(id);
  for (const candidate of candidates) {
    const object = await tenant.read(candidate, signal);
    if (object.found) return { seen: 'found', object };
  }
  return { seen: 'absent' };
}

const atAbort = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const late = (): void => {
      reject(new ExchangeError('timeout', 'Exchange took longer than there was time for.'));
    };
    if (signal.aborted) late();
    else signal.addEventListener('abort', late, { once: true });
  });
