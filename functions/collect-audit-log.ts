/**
 * Every five minutes: what Microsoft's audit log has new in each tenant goes onto the bus. What was fetched is noted
 * window by window, so whatever a run does not reach, because of an outage, throttling or its own end, the next one
 * does, up to the seven days that Microsoft keeps. Records may come more than once; their receipts make that harmless.
 */
import { randomUUID } from 'node:crypto';
import { MetricUnit } from '@aws-lambda-powertools/metrics';
import { createActivityApi } from '#collection/activity-api.ts';
import { collectTenant, isPostponed } from '#collection/collect-tenant.ts';
import { FeedError, createOutOfTime } from '#collection/feed-error.ts';
import { createAuditRecordEntry } from '#bus/audit-record-event.ts';
import { createPublisher } from '#bus/publisher.ts';
import { collectedTenants } from '#policy/policy.ts';
import { duration, type Duration } from '#time/instant.ts';
import { createCoverageLedger } from '#collection/ledger.ts';
import { readEnvironment } from '#runtime/environment.ts';
import { describeFailure } from '#runtime/failure.ts';
import { once } from '#runtime/once.ts';
import { goRound, shareOf } from '#runtime/round.ts';
import { createScheduleFunction, type ScheduledTurn } from '#runtime/schedule-function.ts';
import { loadPolicy } from '#runtime/policy.ts';
import { readSecret, SecretNotSet } from '#runtime/secrets.ts';
import { readSharedSecret, readTenantSecret } from '#runtime/tenant-secret.ts';
import { surroundings } from '#runtime/surroundings.ts';
import { webIdentityToken } from '#runtime/web-identity-token.ts';
import { findMisspelt, tenantsIn } from '#microsoft/credential.ts';
import { SignInError } from '#microsoft/sign-in-error.ts';
import { createSignIn } from '#microsoft/sign-in.ts';
import type { ActivityToken } from '#collection/activity-api.ts';
import type { Publish } from '#collection/collect-blob.ts';
import type { FeedReport } from '#collection/collect-feed.ts';
import type { LogLine } from '#collection/collect-window.ts';
import type { CoverageLedger } from '#collection/coverage.ts';
import type { Patience, Surroundings } from '#microsoft/retry.ts';
import type { Publisher } from '#bus/publisher.ts';
import type { Access, AccessTo } from '#microsoft/sign-in.ts';

export interface CollectionDependencies extends Surroundings {
  /** Where the log is, unless the tenant's cloud says otherwise. */
  readonly activityUrl: string;
  /** Signs in with the entries of `secret`. */
  readonly access: AccessTo;
  /** GUID of the tenant of whoever runs this; each tenant's own where it is absent. */
  readonly publisher: string | undefined;
  readonly silentAfter: Duration;
  /** The text of the audit log secret for all tenants; asked for at each run, so that a changed one is seen. */
  readonly secret: () => Promise<string>;
  /** Tenants beside those it names. */
  readonly named: readonly string[];
  readonly ledger: CoverageLedger;
  readonly bus: Publisher;
  readonly run: () => string;
  readonly patience?: Patience;
}

const getDependencies = once((): CollectionDependencies => {
  const environment = readEnvironment('collect-audit-log');
  return {
    ...surroundings,
    activityUrl: environment.ACTIVITY_URL,
    access: createSignIn({
      ...surroundings,
      secret: (tenant) => readTenantSecret(environment.AUDIT_LOG_SECRET, tenant),
      loginUrl: environment.LOGIN_URL,
      resourceUrls: { activity: environment.ACTIVITY_URL },
      webIdentityToken,
      newId: randomUUID,
    }),
    publisher: environment.PUBLISHER_IDENTIFIER,
    silentAfter: duration(environment.SILENT_AFTER),
    secret: () => readSecret(environment.AUDIT_LOG_SECRET),
    named: collectedTenants(loadPolicy()),
    ledger: createCoverageLedger({ tableName: environment.TABLE_NAME }),
    bus: createPublisher({ busName: environment.BUS_NAME }),
    run: randomUUID,
  };
});

export const handler = createScheduleFunction(
  'collect-audit-log',
  (turn) => collectAuditLog(getDependencies(), turn),
  { heartbeat: 'CollectorHeartbeat' },
);

/** Milliseconds before the end at which nothing new is begun, and at which what is under way is given up. */
const leastToBegin = 30_000;
const leastToFinish = 10_000;
/** Tenants at the same time. Each has at most four blobs open, and a few megabytes. */
const tenantsAtOnce = 16;
/** Milliseconds that a tenant has in any case, however many others wait: enough for what is new in five minutes. */
const leastShare = 20_000;

/** Throws at the end where a tenant could not be collected from; the others have been by then. */
export async function collectAuditLog(
  collection: CollectionDependencies,
  turn: ScheduledTurn,
): Promise<void> {
  const { logger, metrics, remaining } = turn;
  const { tenants, misspelt } = await tenantsOf(collection);
  if (tenants.length === 0)
    logger.warn('no tenant is collected from: neither policy nor the audit log secret names any', {
      code: 'NO_TENANT',
    });
  const ended = AbortSignal.timeout(Math.max(0, remaining() - leastToFinish));
  const share = shareOf(Math.max(0, remaining() - leastToBegin), tenants.length, tenantsAtOnce, leastShare);
  const reports: FeedReport[] = [];
  const begun = await goRound({
    tenants,
    place: {
      read: () => collection.ledger.lastBegun(),
      note: (tenant) => collection.ledger.noteBegun(tenant),
    },
    most: tenantsAtOnce,
    hasTime: () => remaining() > leastToBegin,
    work: async (tenant) => {
      const signal = AbortSignal.any([ended, AbortSignal.timeout(share)]);
      reports.push(...(await collectFrom(tenant, collection, turn, signal)));
    },
  });
  throwIfNothingIsSetUp(reports);
  if (begun < tenants.length)
    logger.warn('collecting stopped early: the next run goes on with the other tenants', {
      code: 'COLLECTION_STOPPED_EARLY',
      begun,
      of: tenants.length,
    });

  for (const report of reports) logFeed(report, turn);
  for (const position of misspelt)
    logger.error(
      `entry ${position} of the audit log secret is passed over: its key must be the GUID of a tenant`,
      { code: 'TENANT_UNREADABLE' },
    );
  const sum = (of: (report: FeedReport) => number): number =>
    reports.reduce((total, report) => total + of(report), 0);
  const most = (of: (report: FeedReport) => number): number => Math.max(0, ...reports.map(of));
  metrics.addMetric('CollectorHeartbeat', MetricUnit.Count, 1);
  metrics.addMetric(
    'RecordsPublished',
    MetricUnit.Count,
    sum(({ published }) => published),
  );
  metrics.addMetric(
    'RecordsUnreadable',
    MetricUnit.Count,
    sum(({ failed }) => failed),
  );
  metrics.addMetric(
    'BlobsLost',
    MetricUnit.Count,
    sum(({ lost }) => lost),
  );
  metrics.addMetric(
    'AuditLogSilent',
    MetricUnit.Count,
    sum(({ silent }) => (silent ? 1 : 0)),
  );
  metrics.addMetric(
    'CoverageGapHours',
    MetricUnit.Count,
    most(({ gapHours }) => gapHours),
  );
  metrics.addMetric(
    'CoverageGapAboutToExpire',
    MetricUnit.Count,
    sum(({ endangeredHours }) => (endangeredHours > 0 ? 1 : 0)),
  );

  const failed = new Set(
    reports.filter(({ error }) => error !== undefined && !isPostponed(error)).map(({ tenant }) => tenant),
  );
  if (failed.size > 0 || misspelt.length > 0)
    throw new Error(
      `The audit log could not be collected from ${failed.size + misspelt.length} of ${tenants.length + misspelt.length} tenants` +
        `${failed.size > 0 ? ` (${[...failed].slice(0, 10).join(', ')})` : ''}. The lines above say why; the next run tries again.`,
    );
}

async function tenantsOf({ secret, named }: CollectionDependencies) {
  const text = await readSharedSecret(secret, named);
  return { tenants: [...new Set([...tenantsIn(text), ...named])].sort(), misspelt: findMisspelt(text) };
}

/** Tenants that policy names before anybody has stored a secret for any of them are no failure. */
function throwIfNothingIsSetUp(reports: readonly FeedReport[]): void {
  const [first] = reports;
  if (first && reports.every(({ error }) => error instanceof SecretNotSet)) throw first.error;
}

/** One tenant's trouble, whatever it is, stays in its reports. */
async function collectFrom(
  tenant: string,
  collection: CollectionDependencies,
  { logger, remaining }: ScheduledTurn,
  signal: AbortSignal,
): Promise<readonly FeedReport[]> {
  // A tenant whose entry cannot be read fails at its first question, and is reported like any other.
  const { address, token } = await collection.access(tenant, 'activity').catch((error: unknown) => ({
    address: collection.activityUrl,
    token: async (): Promise<string> => {
      await Promise.resolve();
      throw error;
    },
  }));
  const api = createActivityApi({
    ...collection,
    tenant,
    publisher: collection.publisher ?? tenant,
    activityUrl: address,
    token: activityToken(token),
    signal,
  });
  const { ledger, now, run, silentAfter } = collection;
  return collectTenant(
    tenant,
    {
      api,
      ledger,
      now,
      run: run(),
      publish: onto(collection.bus),
      hasTime: () => !signal.aborted && remaining() > leastToBegin,
      note: (note) => write(logger, note),
    },
    silentAfter,
  );
}

/** The sign-in's token in the collector's terms: what it cannot do is a `FeedError` like any other. */
const activityToken =
  (token: Access['token']): ActivityToken =>
  async (request) => {
    try {
      return await token(request);
    } catch (error) {
      if (request.signal.aborted) throw createOutOfTime();
      throw error instanceof SignInError ? new FeedError(error.code, error.message) : error;
    }
  };

/** Too large for the bus: no later try will make it smaller. Everything else may pass, so the blob comes again. */
const onto =
  (bus: Publisher): Publish =>
  async (records) => {
    const entries = records.map((record) =>
      createAuditRecordEntry({ ...record, OrganizationId: record.OrganizationId ?? '' }),
    );
    const { failed } = await bus.publish(entries);
    const passing = failed.find(({ code }) => code !== 'TooLarge');
    if (passing)
      throw new Error(
        `${failed.length} of ${records.length} audit records could not be put on the bus (${passing.code}). They are fetched again in the next run.`,
      );
    return { untakeable: failed.length };
  };

function logFeed(report: FeedReport, { logger }: ScheduledTurn): void {
  const { error, ...figures } = report;
  if (report.notesUnreadable > 0)
    logger.error('notes about what was fetched cannot be read: it is fetched again', {
      code: 'NOTES_UNREADABLE',
      tenant: report.tenant,
      contentType: report.contentType,
      notes: report.notesUnreadable,
    });
  if (error === undefined) logger.info('the audit log was collected', { ...figures });
  else if (isPostponed(error))
    logger.warn('collecting stopped early: the next run goes on', {
      code: 'COLLECTION_POSTPONED',
      why: error.code,
      ...figures,
    });
  else
    logger.error('the audit log could not be collected', {
      code:
        error instanceof FeedError
          ? `AUDIT_LOG_${error.code.toUpperCase().replaceAll('-', '_')}`
          : 'COLLECTION_FAILED',
      failure: describeFailure(error),
      ...figures,
    });
}

function write(logger: ScheduledTurn['logger'], note: LogLine): void {
  switch (note.type) {
    case 'blob lost':
      logger.error('content of the audit log is lost', { code: 'BLOB_LOST', ...note });
      return;
    case 'blob failed':
      logger.warn('content of the audit log could not be read: the next run tries again', {
        code: 'BLOB_FAILED',
        ...note,
      });
      return;
    case 'records failed':
      logger.error('records of the audit log could not be read', { code: 'RECORDS_UNREADABLE', ...note });
      return;
    case 'subscription':
      logger.warn('the subscription to the audit log was not running', { code: 'SUBSCRIPTION_OFF', ...note });
      return;
    case 'clock':
      logger.warn("Microsoft's clock and ours differ: theirs is used", {
        code: 'CLOCK_DIFFERS',
        milliseconds: note.ahead,
      });
      return;
  }
}
