/** The domains that tenants accept mail for, asked once an hour: nearly every record is judged by them. */
import { ExchangeError } from './exchange-error.ts';
import { SignInError } from '#microsoft/sign-in-error.ts';
import type { Tenants } from './tenants.ts';

export type AcceptedDomains = (tenant: string, signal: AbortSignal) => Promise<readonly string[]>;

/** Milliseconds. Nothing is to fail for them, so a tenant that does not say is asked again before long. */
const kept = { told: 3_600_000, untold: 60_000 } as const;

export function createAcceptedDomains(tenants: Tenants, now: () => number): AcceptedDomains {
  const known = new Map<string, { readonly until: number; readonly domains: readonly string[] }>();
  return async (id, signal) => {
    const before = known.get(id);
    if (before && before.until > now()) return before.domains;
    const domains = await askDomains(tenants, id, signal);
    known.set(id, { until: now() + (domains.length > 0 ? kept.told : kept.untold), domains });
    return domains;
  };
}

async function askDomains(tenants: Tenants, id: string, signal: AbortSignal): Promise<readonly string[]> {
  try {
    return await (await tenants(id)).domains(signal);
  } catch (error) {
    if (error instanceof ExchangeError || error instanceof SignInError) return [];
    throw error;
  }
}
