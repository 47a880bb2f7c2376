/** A look at an object of the tenant that may fail without harm: the caller then relies on the log. */
import { ExchangeError } from './exchange-error.ts';
import type { AcceptedDomains } from './accepted-domains.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Listing } from '#kinds/shown.ts';
import type { FoundObject, TenantObject } from './tenant.ts';
import type { Tenants } from './tenants.ts';

export type Look =
  | { readonly seen: 'found'; readonly object: FoundObject }
  | { readonly seen: 'absent' }
  /** `again`: the same look may succeed later. */
  | { readonly seen: 'nothing'; readonly error: unknown; readonly again: boolean };

/** The first of `candidates` that is there. Never throws, and ends when `signal` aborts. */
export async function lookAtObject(
  tenants: Tenants,
  tenant: string,
  candidates: readonly TenantObject[],
  signal: AbortSignal,
): Promise<Look> {
  try {
    return await Promise.race([lookFor(tenants, tenant, candidates, signal), atAbort(signal)]);
  } catch (error) {
    // An unknown error, such as a secret that cannot be fetched, may well be temporary.
    return { seen: 'nothing', error, again: !(error instanceof ExchangeError) || error.retryable };
  }
}

export type ListLook =
  { readonly seen: Listing } | { readonly seen: undefined; readonly error: unknown; readonly again: boolean };

/** All of a kind. A list of which nothing at all could be read counts as not seen. Never throws. */
export async function lookAtList(
  tenants: Tenants,
  tenant: string,
  kind: Kind,
  signal: AbortSignal,
): Promise<ListLook> {
  try {
    const reading = tenants(tenant).then((one) => one.list(kind, signal));
    const listing = await Promise.race([reading, atAbort(signal)]);
    if (listing.complete || listing.objects.length > 0) return { seen: listing };
    const error = new ExchangeError('unavailable', listing.why ?? 'The list could not be read.');
    return { seen: undefined, error, again: true };
  } catch (error) {
    return notListed(error);
  }
}

/** All of a kind in one mailbox, whatever the record calls that. Never throws. */
export async function lookInMailbox(
  tenants: Tenants,
  tenant: string,
  kind: Kind,
  mailbox: string,
  signal: AbortSignal,
): Promise<ListLook> {
  try {
    const reading = tenants(tenant).then((one) => one.listIn(mailbox, kind, signal));
    return { seen: { objects: await Promise.race([reading, atAbort(signal)]), complete: true } };
  } catch (error) {
    return notListed(error);
  }
}

/** Domains that the tenant says are its own; none where it does not say in time. Never throws. */
export async function lookAtDomains(
  domains: AcceptedDomains,
  tenant: string,
  signal: AbortSignal,
): Promise<readonly string[]> {
  try {
    return await Promise.race([domains(tenant, signal), atAbort(signal)]);
  } catch {
    // They only sharpen what is judged. Whatever is wrong shows in the look at the object.
    return [];
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

/** An unknown error, such as a secret that cannot be fetched, may well be temporary. */
const notListed = (error: unknown): ListLook => ({
  seen: undefined,
  error,
  again: !(error instanceof ExchangeError) || error.retryable,
});
