/** What `lapse probe` needs of a local deployment: the tenant's doors, where its mail goes, and the runs on record. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { lookFor, readPosture } from '#exchange/probe.ts';
import { createTenants } from '#exchange/tenants.ts';
import { mailSuffixes } from '#microsoft/clouds.ts';
import type { MailDoors } from '../standin/mail/mail-doors.ts';
import type { Posture } from '#probe/plan.ts';
import type { ProbeRun } from '#probe/run.ts';
import type { ProbeRuns } from '#register/probes.ts';
import type { Instant } from '#time/instant.ts';
import type { Endpoints } from './environment.ts';

/** Where mail is handed in instead of where DNS says. */
export interface MailHere {
  /** The host of every MX record, and where it really is. */
  readonly mx: string;
  readonly gateway: { readonly host: string; readonly port: number };
  /** Where every other host really is. */
  readonly endpoint: { readonly host: string; readonly port: number };
}

export interface LocalProbes extends ProbeRuns {
  /** `mail` is absent for a tenant elsewhere: its mail goes where DNS says. */
  readonly posture: (tenant: string) => Promise<{ readonly posture: Posture; readonly mail?: MailHere }>;
  readonly look: (run: ProbeRun) => Promise<ProbeRun>;
}

export function createLocalProbes({
  at,
  secret,
  runs,
  doors,
  now,
}: {
  readonly at: Omit<Endpoints, 'aws'>;
  readonly secret: string | undefined;
  readonly runs: ProbeRuns;
  readonly doors: MailDoors | undefined;
  readonly now: () => Instant;
}): LocalProbes {
  const tenants = createTenants({
    fetch,
    now: Date.now,
    random: Math.random,
    wait: (ms, signal) => sleep(ms, undefined, signal && { signal }),
    newId: randomUUID,
    loginUrl: at.loginUrl,
    exchangeUrl: at.exchangeUrl,
    secret: () => Promise.resolve(secret ?? '{}'),
  });
  return {
    ...runs,
    posture: async (tenant) => ({
      posture: await readPosture(await tenants(tenant), mailSuffixes.worldwide),
      ...(doors && {
        mail: { mx: doors.gateway, gateway: doors.via.gateway, endpoint: doors.via.endpoint },
      }),
    }),
    look: async (run) =>
      lookFor(run, await tenants(run.tenant), {
        now: now(),
        digest: (text) => createHash('sha256').update(text).digest('hex'),
      }),
  };
}
