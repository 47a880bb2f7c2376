/** Where `lapse probe` learns of a tenant and keeps its runs: a running local deployment, or AWS. */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { lookFor, readPosture } from '#exchange/probe.ts';
import { createTenants } from '#exchange/tenants.ts';
import { Refusal } from '#lib/local/refusal.ts';
import { clouds, mailSuffixes } from '#microsoft/clouds.ts';
import { findCredential } from '#microsoft/credential.ts';
import { ServiceError } from '#microsoft/service-error.ts';
import { createProbeRuns, probeRunSchema } from '#register/probes.ts';
import { SecretNotSet } from '#runtime/secrets.ts';
import { readTenantSecret } from '#runtime/tenant-secret.ts';
import { fromMillis, type Instant } from '#time/instant.ts';
import { askLocal, readLocalAddress } from './ask-local.ts';
import { parseWebAddress } from './arguments.ts';
import { tableOf } from './stack-table.ts';
import type { MailHere } from '#lib/local/probes.ts';
import type { Posture } from '#probe/plan.ts';
import type { ProbeRun } from '#probe/run.ts';

export interface ProbeDesk {
  readonly now: () => Promise<Instant>;
  readonly posture: (tenant: string) => Promise<{ readonly posture: Posture; readonly mail?: MailHere }>;
  readonly keep: (run: ProbeRun) => Promise<void>;
  /** Newest first. */
  readonly runs: (tenant: string) => Promise<readonly ProbeRun[]>;
  /** The run with what message trace shows now. */
  readonly look: (run: ProbeRun) => Promise<ProbeRun>;
}

export const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

export async function openProbeDesk({
  stack,
  url,
}: {
  readonly stack?: string | undefined;
  readonly url?: string | undefined;
}): Promise<ProbeDesk> {
  return stack === undefined
    ? overHttp(url === undefined ? readLocalAddress() : parseWebAddress('--url', url))
    : onAws(stack);
}

function overHttp(url: string): ProbeDesk {
  return {
    now: async () => ((await askLocal(url, '/')) as { now: Instant }).now,
    posture: async (tenant) =>
      (await askLocal(url, `/probes/${tenant}/posture`)) as Awaited<ReturnType<ProbeDesk['posture']>>,
    keep: async (run) => {
      await askLocal(url, '/probes', run);
    },
    runs: async (tenant) => z.array(probeRunSchema).parse(await askLocal(url, `/probes/${tenant}`)),
    look: async (run) => probeRunSchema.parse(await askLocal(url, '/probes/look', run)),
  };
}

async function onAws(stack: string): Promise<ProbeDesk> {
  const client = new DynamoDBClient({});
  const runs = createProbeRuns({ client, tableName: await tableOf(client, stack) });
  const secret = (tenant: string) => readTenantSecret(`${stack}/exchange-reader`, tenant);
  const tenants = createTenants({
    fetch,
    now: Date.now,
    random: Math.random,
    wait: (ms, signal) => sleep(ms, undefined, signal && { signal }),
    newId: randomUUID,
    loginUrl: process.env['LOGIN_URL'] ?? clouds.worldwide.login,
    exchangeUrl: process.env['EXCHANGE_URL'] ?? clouds.worldwide.exchange,
    secret,
  });
  const now = () => Promise.resolve(fromMillis(Date.now()));
  return {
    now,
    keep: (run) => runs.keep(run),
    runs: (tenant) => runs.inTenant(tenant),
    posture: (tenant) =>
      orExplain(async () => {
        const cloud = findCredential(await secret(tenant), tenant)?.cloud ?? 'worldwide';
        return { posture: await readPosture(await tenants(tenant), mailSuffixes[cloud]) };
      }),
    look: (run) =>
      orExplain(async () => lookFor(run, await tenants(run.tenant), { now: await now(), digest })),
  };
}

async function orExplain<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ServiceError || error instanceof SecretNotSet)) throw error;
    throw new Refusal(
      'the tenant cannot be asked from here',
      error.message,
      'where Lapse signs in as its functions, save settings and message trace as files: --settings, --trace',
    );
  }
}
