import { describe, expect, it } from 'vitest';
import { collectAuditLog, type CollectionDependencies } from '#functions/collect-audit-log.ts';
import { auditRecordEventSchema } from '#bus/audit-record-event.ts';
import { duration, fromMillis } from '#time/instant.ts';
import { createInMemoryCoverageLedger } from './in-memory-ledger.ts';
import { createSignIn, type SignInService } from '#microsoft/sign-in.ts';
import { SecretNotSet } from '#runtime/secrets.ts';
import { scripted } from '#test/exchange/scripted-fetch.ts';
import { day, hour, minute, publisher, record, startFeed, tenant, type Feed } from './surroundings.ts';
import type { BusEntry } from '#bus/entry.ts';

const other = 'c1f8e3a9-76d2-4b05-9b7e-d40a5e6f7081';
const credential = { clientId: 'lapse', clientSecret: 'S3cr3t~value' };

function begin(feed: Feed, more: Partial<CollectionDependencies> = {}, signIn: Partial<SignInService> = {}) {
  const onTheBus: BusEntry[] = [];
  const log: { level: string; message: string; code: unknown; rest: string }[] = [];
  const write =
    (level: string) =>
    (message: unknown, ...rest: readonly unknown[]): void => {
      const [fields] = rest as readonly [Readonly<Record<string, unknown>> | undefined];
      log.push({ level, message: String(message), code: fields?.['code'], rest: JSON.stringify(rest) });
    };
  const secret =
    more.secret ??
    (() => Promise.resolve(JSON.stringify({ [tenant]: credential, [other]: credential, '*': credential })));
  const surroundings = {
    fetch: globalThis.fetch,
    now: () => feed.clock.now,
    random: () => 0.5,
    wait: () => Promise.resolve(),
  };
  const collection: CollectionDependencies = {
    ...surroundings,
    activityUrl: feed.url,
    access: createSignIn({
      ...surroundings,
      secret,
      loginUrl: feed.url,
      resourceUrls: { activity: feed.url },
      newId: () => 'an-id',
      ...signIn,
    }),
    publisher,
    silentAfter: duration('PT12H'),
    secret,
    named: [],
    ledger: createInMemoryCoverageLedger(),
    bus: {
      publish: (entries) => {
        onTheBus.push(...entries);
        return Promise.resolve({ failed: [] });
      },
    },
    run: () => `run-at-${feed.clock.now}`,
    ...more,
  };
  return {
    log,
    onTheBus,
    ids: () =>
      onTheBus.map(({ Detail }) => auditRecordEventSchema.parse(JSON.parse(Detail)).metadata.event_id),
    collection,
    run: async (remaining = () => 270_000) => {
      const metrics: Record<string, number> = {};
      const run = collectAuditLog(collection, {
        now: fromMillis(feed.clock.now),
        logger: { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') },
        metrics: { addMetric: (name, _unit, value) => void (metrics[name] = value) },
        delivery: 1,
        remaining,
      });
      const failure = await run.then(
        () => undefined,
        (error: unknown) => error as Error,
      );
      return { metrics, failure };
    },
  };
}

describe('The collector', () => {
  it('signs in to each tenant of the secret but "*", and puts records on the bus in the documented form', async () => {
    await using feed = await startFeed();
    const { run, ids, onTheBus } = begin(feed);
    feed.add(record('one'));
    feed.add(record('two', { OrganizationId: other }));
    feed.clock.now += minute;
    const { metrics, failure } = await run();
    expect(failure).toBeUndefined();
    expect(ids().toSorted()).toEqual(['one', 'two']);
    expect(onTheBus.map(({ Source, DetailType }) => `${Source}/${DetailType}`)).toEqual(
      Array.from({ length: 2 }, () => 'lapse.audit-log/Audit Record'),
    );
    expect(metrics).toEqual({
      CollectorHeartbeat: 1,
      RecordsPublished: 2,
      RecordsUnreadable: 0,
      BlobsLost: 0,
      AuditLogSilent: 0,
      CoverageGapHours: 0,
      CoverageGapAboutToExpire: 0,
    });
    const tenants = new Set(feed.requests().map(({ path }) => path.split('/')[3]));
    expect(tenants).toEqual(new Set([tenant, other]));
  });

  it.each(['no-permission', 'auditing-off', 'no-licence', 'down'] as const)(
    'collects from one tenant while the other fails (%s), and says so',
    async (kind) => {
      await using feed = await startFeed();
      const { run, ids, log } = begin(feed);
      feed.fault({ kind, times: Infinity, tenant: other });
      feed.add(record('one'));
      feed.add(record('two', { OrganizationId: other }));
      feed.clock.now += minute;
      const { metrics, failure } = await run();
      expect(ids()).toEqual(['one']);
      expect(failure?.message).toContain(`1 of 2 tenants (${other})`);
      expect(metrics).toMatchObject({ CollectorHeartbeat: 1, RecordsPublished: 1 });
      expect(log.filter(({ level }) => level === 'error').map(({ code }) => code)).toEqual([
        expect.stringMatching(/^AUDIT_LOG_/),
        expect.stringMatching(/^AUDIT_LOG_/),
      ]);
      feed.mend();
      await run();
      expect(ids()).toEqual(['one', 'two']);
    },
  );

  it('collects from tenants that policy names, each with a secret of its own, and from the others if one is missing', async () => {
    await using feed = await startFeed();
    const own = (id: string) =>
      Promise.resolve(JSON.stringify(id === tenant ? { [tenant]: credential } : {}));
    const { run, ids, log } = begin(
      feed,
      { named: [other, tenant], secret: () => Promise.reject(new SecretNotSet('never set')) },
      { secret: own },
    );
    feed.add(record('one'));
    feed.clock.now += minute;
    expect((await run()).failure?.message).toContain(`1 of 2 tenants (${other})`);
    expect(ids()).toEqual(['one']);
    expect(log.map(({ code }) => code)).toContain('AUDIT_LOG_NO_CREDENTIAL');
  });

  it('waits without a failure as long as nobody has stored a secret for any tenant that policy names', async () => {
    await using feed = await startFeed();
    const notSet = new SecretNotSet('never set');
    const never = () => Promise.reject(notSet);
    const { run, log } = begin(feed, { named: [other, tenant], secret: never }, { secret: never });
    const { failure } = await run();
    expect(failure).toBe(notSet);
    expect(log.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('with one entry of the secret misspelt still collects from the others', async () => {
    await using feed = await startFeed();
    const secret = () => Promise.resolve(JSON.stringify({ [tenant]: credential, fabrikam: credential }));
    const { run, ids } = begin(feed, { secret });
    feed.add(record('one'));
    feed.clock.now += minute;
    expect((await run()).failure?.message).toContain('1 of 2');
    expect(ids()).toEqual(['one']);
  });

  it.each([
    ['cannot be read', { clientId: 'lapse' }],
    ['needs a role that nobody has', { clientId: 'lapse', federated: true }],
  ])('where the entry of one tenant %s still collects from the others', async (_what, entry) => {
    await using feed = await startFeed();
    const secret = () => Promise.resolve(JSON.stringify({ [tenant]: credential, [other]: entry }));
    const { run, ids, log } = begin(feed, { secret });
    feed.add(record('one'));
    feed.clock.now += minute;
    expect((await run()).failure?.message).toContain(`1 of 2 tenants (${other})`);
    expect(ids()).toEqual(['one']);
    expect(log.filter(({ level }) => level === 'error').map(({ code }) => code)).toEqual([
      'AUDIT_LOG_NO_CREDENTIAL',
      'AUDIT_LOG_NO_CREDENTIAL',
    ]);
  });

  it('signs in as its own role where the tenant trusts that, with no secret at all', async () => {
    await using feed = await startFeed();
    const secret = () =>
      Promise.resolve(JSON.stringify({ [tenant]: { clientId: 'lapse', federated: true } }));
    const login = scripted({ body: { access_token: 'a-token', expires_in: 3599 } });
    const { run, ids } = begin(
      feed,
      { secret },
      { fetch: login.fetch, webIdentityToken: () => Promise.resolve('the-role') },
    );
    feed.add(record('one'));
    feed.clock.now += minute;
    expect((await run()).failure).toBeUndefined();
    expect(ids()).toEqual(['one']);
    expect(login.sent).toHaveLength(1);
    const form = new URLSearchParams(login.sent[0]?.body);
    expect(form.get('client_assertion')).toBe('the-role');
    expect(form.get('client_secret')).toBeNull();
  });

  it('asks each tenant where its cloud serves the log', async () => {
    await using feed = await startFeed();
    const secret = () => Promise.resolve(JSON.stringify({ [tenant]: { ...credential, cloud: 'gcchigh' } }));
    const world = scripted({ status: 503 });
    const { run } = begin(
      feed,
      { secret, fetch: world.fetch },
      {
        fetch: scripted({ body: { access_token: 'a-token', expires_in: 3599 } }).fetch,
        loginUrl: 'https://login.microsoftonline.com',
        resourceUrls: { activity: 'https://manage.office.com' },
      },
    );
    await run();
    expect(new Set(world.sent.map(({ url }) => new URL(url).host))).toEqual(new Set(['manage.office365.us']));
  });

  it('of a secret without a tenant collects nothing, says so, and is alive', async () => {
    await using feed = await startFeed();
    const { run, log } = begin(feed, { secret: () => Promise.resolve(JSON.stringify({ '*': credential })) });
    expect((await run()).metrics).toMatchObject({ CollectorHeartbeat: 1, CoverageGapHours: 0 });
    expect(log.map(({ code }) => code)).toEqual(['NO_TENANT']);
    expect(feed.requests()).toEqual([]);
  });

  it('throttled ends without an error: the next run goes on', async () => {
    await using feed = await startFeed();
    const { run, ids, log } = begin(feed);
    feed.add(record('one'));
    feed.clock.now += minute;
    feed.fault({ kind: 'AF429', times: Infinity });
    expect((await run()).failure).toBeUndefined();
    expect(log.every(({ code }) => code === 'COLLECTION_POSTPONED')).toBe(true);
    feed.mend();
    await run();
    expect(ids()).toEqual(['one']);
  });

  it('stops in time, and the next run goes on', async () => {
    await using feed = await startFeed();
    const { run, ids } = begin(feed);
    feed.add(record('one'));
    feed.clock.now += minute;
    const { failure } = await run(() => 29_000);
    expect(failure).toBeUndefined();
    expect(ids()).toEqual([]);
    await run();
    expect(ids()).toEqual(['one']);
  });

  it('does not wait beyond its end for an answer that never comes', async () => {
    await using feed = await startFeed();
    const silent: typeof fetch = (_input, init) =>
      new Promise((_, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
      });
    const { run, log } = begin(feed, { fetch: silent });
    let asked = 0;
    const { failure, metrics } = await run(() => ((asked += 1) === 1 ? 10_050 : 40_000));
    expect(failure).toBeUndefined();
    expect(metrics).toMatchObject({ CollectorHeartbeat: 1 });
    expect(new Set(log.map(({ code }) => code))).toEqual(new Set(['COLLECTION_POSTPONED']));
  });

  it('says so where notes of what was fetched cannot be read', async () => {
    await using feed = await startFeed();
    const ledger = createInMemoryCoverageLedger();
    const { run, log } = begin(feed, {
      ledger: {
        ...ledger,
        coverage: async (of, at) => ({ ...(await ledger.coverage(of, at)), unreadable: 2 }),
      },
    });
    await run();
    expect(log.filter(({ level }) => level === 'error').map(({ code }) => code)).toContain(
      'NOTES_UNREADABLE',
    );
  });

  it('goes on with the other tenants where the last run had no more time', async () => {
    await using feed = await startFeed();
    const ids = Array.from({ length: 40 }, (_one, index) => tenant.replace(/.{2}$/, String(index + 10)));
    const secret = () =>
      Promise.resolve(JSON.stringify(Object.fromEntries(ids.map((id) => [id, credential]))));
    const asked: string[] = [];
    const access = (id: string): Promise<never> => {
      asked.push(id);
      return Promise.reject(new Error('not now'));
    };
    const { run, log } = begin(feed, { secret, access });
    // Its end, for what is under way and for each share, and then before each tenant.
    const timeFor = (count: number) => {
      let times = 0;
      return () => ((times += 1) <= count + 2 ? 270_000 : 29_000);
    };
    await run(timeFor(20));
    expect(asked).toEqual(ids.slice(0, 20));
    expect(log.map(({ code }) => code)).toContain('COLLECTION_STOPPED_EARLY');
    await run(timeFor(20));
    expect(asked).toEqual(ids);
  });

  it('of a thousand tenants sees to all but the one that hangs and the one that fails', async () => {
    await using feed = await startFeed();
    const ids = Array.from({ length: 1_000 }, (_one, at) => tenant.replace(/.{4}$/, String(at + 1_000)));
    const [hanging = '', failing = ''] = [ids[3], ids[500]];
    const secret = () =>
      Promise.resolve(JSON.stringify(Object.fromEntries(ids.map((id) => [id, credential]))));
    const answering: typeof fetch = (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : input);
      if (pathname.includes(failing)) return Promise.resolve(new Response('', { status: 403 }));
      if (pathname.includes(hanging))
        return new Promise((_, reject) => {
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason as Error));
        });
      const enabled = ['Audit.Exchange', 'Audit.General'].map((contentType) => ({
        contentType,
        status: 'enabled',
      }));
      return Promise.resolve(Response.json(pathname.endsWith('/list') ? enabled : []));
    };
    const access = () =>
      Promise.resolve({
        address: feed.url,
        token: () => Promise.resolve('a-token'),
        application: 'lapse',
      });
    const ledger = createInMemoryCoverageLedger();
    const fetchedAt = fromMillis(feed.clock.now);
    const seen = [{ start: fromMillis(feed.clock.now - 8 * day), end: fetchedAt, fetchedAt }];
    for (const id of ids)
      for (const contentType of ['Audit.Exchange', 'Audit.General'])
        await ledger.noteProgress({ tenant: id, contentType }, { begunAt: fetchedAt, seen });
    const { run, log } = begin(feed, { secret, access, fetch: answering, ledger });
    const { failure, metrics } = await run(() => 30_300);
    expect(failure?.message).toContain(`1 of 1000 tenants (${failing})`);
    expect(metrics).toMatchObject({ CollectorHeartbeat: 1 });
    const collected = log.filter(({ message }) => message === 'the audit log was collected');
    expect(collected).toHaveLength(2 * 998);
    const late = log.filter(({ code }) => code === 'COLLECTION_POSTPONED');
    expect(late.every(({ rest }) => rest.includes(hanging))).toBe(true);
    expect(late).toHaveLength(2);
  });

  it('counts gaps, those about to expire, silence and losses', async () => {
    await using feed = await startFeed();
    const { run } = begin(feed);
    feed.add(record('one'));
    feed.clock.now += minute;
    await run();
    feed.fault({ kind: 'down', times: Infinity });
    feed.clock.now += 6 * day + 12 * hour;
    const { metrics } = await run();
    expect(metrics['CoverageGapHours']).toBeGreaterThan(155);
    expect(metrics).toMatchObject({ CoverageGapAboutToExpire: 4, AuditLogSilent: 2 });
  });

  it('fetches a blob again where the bus did not take its records, but not for one that is too large', async () => {
    await using feed = await startFeed();
    let code: string | undefined = 'ThrottlingException';
    const taken: string[] = [];
    const { run } = begin(feed, {
      bus: {
        publish: (entries) => {
          taken.push(...entries.map(({ Detail }) => Detail));
          return Promise.resolve({ failed: code === undefined ? [] : [{ index: 0, code }] });
        },
      },
    });
    feed.add(record('one'));
    feed.clock.now += minute;
    const { failure, metrics } = await run();
    expect(failure?.message).toContain(tenant);
    expect(metrics).toMatchObject({ RecordsPublished: 0, RecordsUnreadable: 0 });
    code = 'TooLarge';
    expect(await run()).toMatchObject({
      failure: undefined,
      metrics: { RecordsPublished: 0, RecordsUnreadable: 1 },
    });
    await run();
    expect(taken).toHaveLength(2);
  });

  it('writes neither secrets, tokens nor what is in a record into its log', async () => {
    await using feed = await startFeed();
    const { run, log } = begin(feed);
    feed.add(record('one', { Parameters: [], UserId: 'ines.moreau@fabrikam.example' }));
    feed.addContent(() => [Buffer.from('<html>ines.moreau')], { tenant, contentType: 'Audit.General' });
    feed.clock.now += minute;
    for (let n = 0; n < 4; n += 1) await run();
    const written = log.map(({ message, rest }) => `${message} ${rest}`).join('\n');
    expect(written).toContain('BLOB_LOST');
    expect(written).toContain('RECORDS_UNREADABLE');
    expect(written).not.toMatch(/S3cr3t|ines\.moreau|Bearer/);
  });
});
