/**
 * Every hour: what each tenant has against what the register says. What the log never told of is opened, what is gone,
 * switched back on or changed is noticed, what could not be read is completed. From an incomplete look nothing is
 * concluded about what is missing, and people are told.
 */
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { createInventoryEntry } from '#bus/inventory-message.ts';
import { createPublisher } from '#bus/publisher.ts';
import { takeTenant } from '#inventory/take.ts';
import { findTenantsToLookAt } from '#inventory/tenants.ts';
import { noteProgress } from '#register/import-progress.ts';
import { noteNames } from '#register/partitions.ts';
import { readEnvironment } from '#runtime/environment.ts';
import { describeFailure } from '#runtime/failure.ts';
import { once } from '#runtime/once.ts';
import { goRound, shareOf, type Place } from '#runtime/round.ts';
import { loadPolicy } from '#runtime/policy.ts';
import { registerFromEnvironment } from '#runtime/register.ts';
import { createScheduleFunction, type ScheduledTurn } from '#runtime/schedule-function.ts';
import { readSecret, SecretNotSet } from '#runtime/secrets.ts';
import { readSharedSecret } from '#runtime/tenant-secret.ts';
import { logWarnings, tenantsFromEnvironment } from '#runtime/tenants.ts';
import { versionedValuesFromEnvironment } from '#runtime/versioned-values.ts';
import type { Publisher } from '#bus/publisher.ts';
import type { Policy } from '#policy/policy.ts';
import type { Tenants } from '#exchange/tenants.ts';
import type { InventoryResult } from '#inventory/take.ts';
import type { Register } from '#register/contract.ts';
import type { VersionedValues } from '#register/versioned-values.ts';

interface Sources {
  readonly register: Register;
  readonly values: VersionedValues;
  readonly tenants: Tenants;
  /** The text of the Exchange secret for all tenants: it names some. */
  readonly secret: () => Promise<string>;
  readonly bus: Publisher;
  readonly policy: Policy;
  /** Ends what is asked of a tenant after so many milliseconds. */
  readonly enough: (ms: number) => AbortSignal;
}

/** Milliseconds before the end at which nothing new is begun. */
const leastToBegin = 20_000;
/** Tenants at the same time: most of the time of each is waiting for Exchange. */
const tenantsAtOnce = 16;
/** Milliseconds that a tenant has in any case, however many others wait: Exchange on a bad day. */
const leastShare = 60_000;

const getDependencies = once(() => {
  const environment = readEnvironment('take-inventory');
  return {
    register: registerFromEnvironment(environment.TABLE_NAME),
    values: versionedValuesFromEnvironment(environment.TABLE_NAME),
    secret: () => readSecret(environment.EXCHANGE_SECRET),
    bus: createPublisher({ busName: environment.BUS_NAME }),
    enough: (ms: number) => AbortSignal.timeout(ms),
    // The next hour is the next try; with many tenants, patience with one is taken from the others.
    tenants: tenantsFromEnvironment(environment, {
      attempts: 2,
      firstWait: 500,
      longestWait: 3_000,
      timeout: 10_000,
    }),
  };
});

export const handler = createScheduleFunction(
  'take-inventory',
  (turn) => takeInventory({ ...getDependencies(), policy: loadPolicy() }, turn),
  { heartbeat: 'InventoryHeartbeat' },
);

/** Throws at the end where a tenant could not be looked at; the others have been by then. */
export async function takeInventory(sources: Sources, turn: ScheduledTurn): Promise<void> {
  const { logger, metrics, remaining } = turn;
  const { register, policy } = sources;
  const secret = await readSharedSecret(sources.secret, policy.tenants);
  const all = await findTenantsToLookAt(secret, policy, register, sources.values);
  const failed: string[] = [];
  const notSet: { readonly tenant: string; readonly error: SecretNotSet }[] = [];
  const taken: InventoryResult[] = [];

  const share = shareOf(Math.max(0, remaining() - leastToBegin), all.length, tenantsAtOnce, leastShare);
  const begun = await goRound({
    tenants: all,
    place: placeIn(sources.values),
    most: tenantsAtOnce,
    hasTime: () => remaining() >= leastToBegin,
    work: async (tenant) => {
      try {
        const one = await take(tenant, sources, turn, share);
        taken.push(one);
        logInventory(one, turn);
        if (one.failed.length > 0) failed.push(tenant);
      } catch (error) {
        failed.push(tenant);
        // Whether that is a failure is known when all have been looked at.
        if (error instanceof SecretNotSet) notSet.push({ tenant, error });
        else logFailure(tenant, error, turn);
      }
    },
  });
  // Tenants that policy names before anybody has stored a secret for any of them are no failure.
  const [unset] = notSet;
  if (unset && notSet.length === all.length) throw unset.error;
  for (const { tenant, error } of notSet) logFailure(tenant, error, turn);
  if (begun < all.length)
    logger.warn('the inventory stopped early: the next one goes on with the other tenants', {
      code: 'INVENTORY_STOPPED_EARLY',
      begun,
      of: all.length,
    });

  await noteProgress(
    sources.values,
    Object.fromEntries(taken.map(({ tenant, progress }) => [tenant, { ...progress, at: turn.now }])),
  );

  const sum = (of: (one: InventoryResult) => number): number =>
    taken.reduce((total, one) => total + of(one), 0);
  const incomplete =
    sum(({ doubts, finished }) => doubts.length + (finished ? 0 : 1)) + all.length - taken.length;
  metrics.addMetric('InventoryHeartbeat', MetricUnit.Count, 1);
  metrics.addMetric('InventoryIncomplete', MetricUnit.Count, incomplete);
  metrics.addMetric(
    'InventoryOpened',
    MetricUnit.Count,
    sum(({ opened }) => opened),
  );
  metrics.addMetric(
    'ExceptionsUnreadable',
    MetricUnit.Count,
    sum(({ unreadable }) => unreadable.length),
  );
  if (failed.length > 0)
    throw new Error(
      `The inventory failed in ${failed.length} of ${all.length} tenants (${failed.slice(0, 10).join(', ')}). ` +
        'The lines above say why; the next run tries again.',
    );
}

async function take(
  tenantId: string,
  { tenants, register, values, policy, bus, ...sources }: Sources,
  { now, logger, remaining }: ScheduledTurn,
  share: number,
): Promise<InventoryResult> {
  const enough = sources.enough(share);
  const tenant = await logWarnings(tenants, { logger })(tenantId);
  return takeTenant({
    tenantId,
    tenant,
    register,
    values,
    policy,
    now,
    enough,
    hasTime: () => !enough.aborted && remaining() > leastToBegin / 2,
    sendMessage: async (run, message) => {
      const { failed } = await bus.publish([createInventoryEntry(tenantId, run, now, message)]);
      // Thrown before the notes are written, so that the next run says it again.
      if (failed.length > 0)
        throw new Error(`a message could not be put on the bus (${failed[0]?.code ?? ''})`);
    },
  });
}

const placeNote = `${noteNames.inventory}round`;

/** Of two runs at the same time, either may be gone on with. */
function placeIn(values: VersionedValues): Place {
  let revision = 0;
  return {
    async read() {
      const kept = await values.read(placeNote);
      revision = kept?.revision ?? 0;
      return typeof kept?.value === 'string' ? kept.value : undefined;
    },
    async note(tenant) {
      if (await values.write(placeNote, tenant, revision)) revision += 1;
      else revision = (await values.read(placeNote))?.revision ?? 0;
    },
  };
}

const logFailure = (tenant: string, error: unknown, { logger }: ScheduledTurn): void =>
  logger.error('a tenant could not be looked at', {
    code: 'INVENTORY_FAILED',
    tenant,
    failure: describeFailure(error),
  });

function logInventory(
  { failed, doubts, unreadable, progress, ...figures }: InventoryResult,
  { logger }: ScheduledTurn,
): void {
  logger.info('the inventory was taken', {
    ...figures,
    doubts: doubts.length,
    fromBefore: progress.total,
    waiting: progress.waiting,
  });
  for (const one of unreadable)
    logger.error('an exception cannot be read: nothing is done about it', {
      code: 'EXCEPTION_UNREADABLE',
      exceptionId: one.id,
      failure: describeFailure(one),
    });
  for (const { kind, why } of doubts)
    logger.warn('the inventory is not complete: nothing is concluded from what is missing', {
      code: 'INVENTORY_INCOMPLETE',
      tenant: figures.tenant,
      kind,
      why,
    });
  for (const { about, error } of failed)
    logger.error('what was seen of an object could not be recorded', {
      code: 'INVENTORY_NOT_RECORDED',
      tenant: figures.tenant,
      about,
      failure: describeFailure(error),
    });
}
