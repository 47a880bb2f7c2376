import { describe, expect, it, onTestFinished } from 'vitest';
import { kinds } from '#kinds/registry.ts';
import { createAllChecks, type Deployed } from '#doctor/all-checks.ts';
import { examine, type CheckResult } from '#doctor/check.ts';
import { exitCodeOf, formatReport } from '#doctor/report.ts';
import { scopes } from '#doctor/slack-checks.ts';
import { startSlackWorkspace } from '#lib/standin/slack/slack-workspace.ts';
import { startActivityFeed } from '#lib/standin/tenant/activity-feed.ts';
import { startStandInTenant } from '#lib/standin/tenant/standin-tenant.ts';
import { riskyRule, start, tenantId } from '#test/exchange/surroundings.ts';
import { instant } from '#time/instant.ts';
import { neverAborts } from '#test/never-aborts.ts';
import type { DescribedTable } from '#doctor/aws-checks.ts';
import type { EnforcementByTenant } from '#policy/enforcement-mode.ts';
import type { Organisation, WorkspaceUser } from '#lib/standin/slack/shapes.ts';
import type { StandInTenantOptions } from '#lib/standin/tenant/standin-tenant.ts';

const table: DescribedTable = {
  status: 'ACTIVE',
  stream: true,
  indexes: ['due', 'open', 'owned', 'tenant', 'state', 'listing'].map((name) => ({ name, status: 'ACTIVE' })),
  recovery: true,
};
const hidden = 'S3cr3t~of~nobody';
const credentials = JSON.stringify({ [tenantId]: { clientId: 'lapse', clientSecret: hidden } });

const denied = Object.assign(new Error(hidden), { name: 'AccessDeniedException' });

/** A deployment over the stand-ins in which nothing is wrong, but for what a test changes. */
async function deployment({
  given = {},
  secrets = {},
  unreadable = [],
  tenant: options = {},
  headers = { 'x-oauth-scopes': scopes.join(',') },
  post = true,
  approvers = ['USAMSECURITY', 'URITARISK'],
  organisation,
}: {
  given?: Partial<Deployed>;
  secrets?: Readonly<Record<string, string | undefined>>;
  unreadable?: readonly string[];
  tenant?: Partial<StandInTenantOptions>;
  headers?: Readonly<Record<string, string>>;
  post?: boolean;
  approvers?: readonly string[];
  organisation?: Organisation;
} = {}) {
  const now = () => new Date(start);
  const tenant = await startStandInTenant({
    now,
    seed: [riskyRule()],
    roles: ['Exchange.ManageAsApp', 'ActivityFeed.Read'],
    ...options,
  });
  const slack = await startSlackWorkspace({ now, ...(organisation ? { organisation } : {}) });
  const feed = await startActivityFeed({ now });
  onTestFinished(async () => {
    await Promise.all([tenant.close(), slack.close(), feed.close()]);
  });
  const texts: Readonly<Record<string, string | undefined>> = {
    'exchange-reader': credentials,
    'exchange-writer': credentials,
    'audit-log-reader': credentials,
    'slack-bot-token': slack.botToken,
    ...secrets,
  };
  const fetching: typeof fetch = async (input, init) => {
    const response = await fetch(input, init);
    const url = input instanceof Request ? input.url : input.toString();
    if (!url.startsWith(slack.url)) return response;
    return new Response(response.body, { status: response.status, headers });
  };
  const deployed: Deployed = {
    access: {
      fetch: fetching,
      now: () => Date.parse(start),
      random: () => 0.5,
      wait: () => Promise.resolve(),
      newId: () => 'an-id',
      loginUrl: tenant.loginUrl,
      exchangeUrl: tenant.url,
      activityUrl: feed.url,
    },
    secret: (name) =>
      unreadable.includes(name)
        ? Promise.reject(new Error(hidden, { cause: denied }))
        : Promise.resolve(texts[name]),
    slack: { url: slack.url, channels: ['#mail-exceptions', '#finance'], approvers, post },
    cloud: {
      table: () => Promise.resolve(table),
      bus: () => Promise.resolve({ name: 'LapseBus' }),
      unreadable: () => Promise.resolve([]),
    },
    tenants: [],
    collected: [],
    without: () => [],
    ...given,
  };
  const findings = async (): Promise<readonly CheckResult[]> =>
    examine(await createAllChecks(deployed), { within: 20_000, later: neverAborts });
  return { tenant, slack, findings, deployed };
}

const named = (findings: readonly CheckResult[], part: string): CheckResult => {
  const found = findings.filter(({ name }) => name.includes(part));
  expect(found.map(({ name }) => name)).toHaveLength(1);
  return found[0] as CheckResult;
};
const wrong = (findings: readonly CheckResult[]): readonly string[] =>
  findings.filter(({ outcome }) => outcome === 'failed').map(({ name }) => name);

describe('the doctor', () => {
  it('reads every kind, and finds nothing wrong but subscriptions that were never started', async () => {
    const { findings } = await deployment();
    const found = await findings();
    expect(found.filter(({ name }) => name.startsWith('read ')).map(({ outcome }) => outcome)).toEqual(
      kinds.map(() => 'ok'),
    );
    expect(wrong(found)).toEqual([
      `subscription Audit.Exchange in ${tenantId}`,
      `subscription Audit.General in ${tenantId}`,
    ]);
    expect(exitCodeOf(found)).toBe(1);
  });

  it('signs in with the secrets of the tenants that policy names, and says which has none', async () => {
    const other = '0b9c7a52-64d8-4c1e-9f37-5d2e8a1b6c41';
    const own = JSON.stringify({ clientId: 'lapse', clientSecret: hidden });
    const { findings } = await deployment({
      given: { tenants: [tenantId, other], collected: [] },
      secrets: {
        'exchange-reader': '',
        [`exchange-reader/${tenantId}`]: own,
        'exchange-writer': '{}',
        [`exchange-writer/${tenantId}`]: own,
        [`exchange-writer/${other}`]: own,
        'audit-log-reader': '{}',
      },
    });
    const found = await findings();
    expect(wrong(found)).toEqual([`exchange-reader: sign-in to ${other}`]);
    expect(named(found, 'exchange-writer: secret').found).toBe(
      'for 2 tenants, with those that have one of their own',
    );
    expect(named(found, 'exchange-reader: secret')).toMatchObject({
      outcome: 'skipped',
      found: expect.stringContaining('each tenant needs one of its own') as string,
    });
  });

  it('does not count as wrong what only the functions can prove: that a tenant trusts their roles', async () => {
    const federated = JSON.stringify({ [tenantId]: { clientId: 'lapse', federated: true } });
    const { findings } = await deployment({
      secrets: { 'exchange-reader': federated, 'exchange-writer': federated, 'audit-log-reader': federated },
    });
    const found = await findings();
    expect(wrong(found)).toEqual([]);
    expect(named(found, 'exchange-writer: sign-in')).toMatchObject({
      outcome: 'skipped',
      found: expect.stringContaining('trusts the role of enforce') as string,
    });
    expect(named(found, 'read transport-rule').outcome).toBe('skipped');
    expect(named(found, 'subscription Audit.General').outcome).toBe('skipped');
  });

  it('does not look for what policy says the tenant has no licence for', async () => {
    const { findings } = await deployment({ given: { without: () => ['safe-links-rule'] } });
    const found = await findings();
    expect(named(found, 'read safe-links-rule')).toMatchObject({
      outcome: 'skipped',
      found: 'policy.yaml says that the tenant has no licence for it',
    });
    expect(named(found, 'read safe-attachments-rule').outcome).toBe('ok');
  });

  it('has one line for each thing, a sign before it, and what to do behind it', async () => {
    const { findings } = await deployment({ secrets: { 'audit-log-reader': '{}' } });
    const found = await findings();
    expect(exitCodeOf(found)).toBe(0);
    const lines = formatReport(found).split('\n');
    expect(lines).toHaveLength(found.length + 2);
    for (const [index, { outcome }] of found.entries())
      expect(lines[index]?.[0]).toBe({ ok: '✓', failed: '✗', skipped: '–', unchecked: '?' }[outcome]);
    expect(lines.at(-1)).toBe('Nothing is wrong.');
  });

  it('changes nothing in the tenant', async () => {
    const { findings, tenant } = await deployment();
    const before = tenant.changes();
    await findings();
    expect(tenant.changes()).toBe(before);
  });

  it('names the permission that is missing, and asks for nothing more with such a token', async () => {
    const { findings } = await deployment({ tenant: { roles: ['ActivityFeed.Read'] } });
    const found = await findings();
    expect(named(found, 'exchange-reader: sign-in').outcome).toBe('ok');
    expect(named(found, 'exchange-reader: permission')).toMatchObject({
      outcome: 'failed',
      found: 'the token lacks Exchange.ManageAsApp',
    });
    expect(named(found, 'read transport-rule').outcome).toBe('skipped');
    expect(named(found, 'audit-log-reader: permission').outcome).toBe('ok');
  });

  it.each([
    ['403-nul', 'transport-rule'],
    ['error-in-200', 'inbound-connector'],
    ['503', 'ip-allow'],
  ] as const)('says which reads fail (%s)', async (kind, part) => {
    const { findings, tenant } = await deployment();
    tenant.fault({ kind, times: Infinity });
    expect(named(await findings(), `read ${part}`)).toMatchObject({ outcome: 'failed' });
  });

  it('tells a secret that is not there from one that holds something else', async () => {
    const { findings } = await deployment({
      secrets: { 'exchange-reader': undefined, 'exchange-writer': 'not JSON', 'audit-log-reader': '{}' },
    });
    const found = await findings();
    expect(named(found, 'exchange-reader: secret').outcome).toBe('failed');
    expect(named(found, 'exchange-writer: secret').outcome).toBe('failed');
    expect(named(found, 'audit-log-reader: secret').outcome).toBe('skipped');
  });

  it.each([
    ['is empty', { secrets: { 'exchange-reader': '' } }, 'it is empty', 'Store its value'],
    ['is not there', { secrets: { 'exchange-reader': undefined } }, 'it is not there', 'deploy the stack'],
    [
      'may not be read',
      { unreadable: ['exchange-reader'] },
      'it may not be read (AccessDeniedException)',
      'that you may call GetSecretValue',
    ],
  ])('says that a secret %s, and what to do about it', async (_, given, words, todo) => {
    const { findings } = await deployment(given);
    const found = await findings();
    expect(named(found, 'exchange-reader: secret')).toMatchObject({
      outcome: 'failed',
      found: words,
      todo: expect.stringContaining(todo) as string,
    });
    expect(JSON.stringify(found)).not.toContain(hidden);
  });

  it('fails for all tenants that policy names where the secret for all may not be read', async () => {
    const { findings } = await deployment({
      given: { tenants: [tenantId] },
      secrets: { [`exchange-reader/${tenantId}`]: credentials },
      unreadable: ['exchange-reader'],
    });
    const found = await findings();
    expect(named(found, 'exchange-reader: secret').outcome).toBe('failed');
    expect(named(found, 'exchange-reader: sign-in').outcome).toBe('failed');
  });

  it.each([
    ['may not be read', { unreadable: [`exchange-reader/${tenantId}`] }, 'may not be read (AccessDenied'],
    ['is empty', { secrets: { [`exchange-reader/${tenantId}`]: '' } }, 'is empty'],
  ])("takes no other for a tenant's own secret that %s", async (_, given, words) => {
    const forAll = JSON.stringify({ '*': { clientId: 'lapse', clientSecret: hidden } });
    const { findings } = await deployment({
      given: { tenants: [tenantId] },
      unreadable: [],
      ...given,
      secrets: { 'exchange-reader': forAll, ...('secrets' in given && given.secrets) },
    });
    expect(named(await findings(), 'exchange-reader: sign-in')).toMatchObject({
      outcome: 'failed',
      found: expect.stringContaining(`the secret exchange-reader/${tenantId} ${words}`) as string,
    });
  });

  it('says that the token of Slack may not be read, not that it is missing', async () => {
    const { findings } = await deployment({ unreadable: ['slack-bot-token'] });
    expect(named(await findings(), 'Slack: token')).toMatchObject({
      found: 'the secret slack-bot-token may not be read (AccessDeniedException)',
      todo: expect.stringContaining('GetSecretValue') as string,
    });
  });

  it('never prints a secret', async () => {
    const { findings, tenant, slack } = await deployment({ secrets: { 'exchange-writer': `{"${hidden}` } });
    tenant.fault({ kind: '503', times: Infinity });
    const text = JSON.stringify(await findings());
    expect(text).not.toContain(hidden);
    expect(text).not.toContain(slack.botToken);
  });
});

describe('of Slack, the doctor', () => {
  it('names the scopes that are missing', async () => {
    const { findings } = await deployment({ headers: { 'x-oauth-scopes': 'chat:write,commands' } });
    const scopesLine = named(await findings(), 'Slack: scopes');
    expect(scopesLine).toMatchObject({ outcome: 'failed' });
    expect(scopesLine.found).toContain('users:read.email');
  });

  it('says what Slack says of a token that is wrong, and leaves the rest', async () => {
    const { findings } = await deployment({ secrets: { 'slack-bot-token': 'xoxb-old' } });
    const found = await findings();
    expect(named(found, 'Slack: token').found).toBe('Slack says invalid_auth');
    expect(named(found, 'Slack: channel #mail-exceptions').outcome).toBe('skipped');
  });

  it.each(['down', 'ratelimited'])('is not stopped where Slack is %s', async (failure) => {
    const { findings, slack } = await deployment();
    slack.fail(undefined, failure);
    const found = await findings();
    expect(named(found, 'Slack: token').outcome).toBe('failed');
    expect(named(found, 'table').outcome).toBe('ok');
  });

  it.each([
    [undefined, 'members of the workspace T0STANDIN may take part, nobody else'],
    [
      { id: 'E0ORG', wide: false },
      'members of the organisation E0ORG, in whose workspace T0STANDIN the app is installed, may take part, nobody else',
    ],
    [
      { id: 'E0ORG', wide: true },
      'members of the organisation E0ORG, in each of its workspaces, may take part, nobody else',
    ],
  ])('says whom Lapse answers (organisation %j)', async (organisation, words) => {
    const { findings } = await deployment(organisation ? { organisation } : {});
    expect(named(await findings(), 'Slack: where it answers')).toMatchObject({ outcome: 'ok', found: words });
  });

  it('knows the approvers as full members, alone or in a group', async () => {
    const { findings, slack } = await deployment({
      approvers: ['USAMSECURITY', 'S0MAIL'],
      headers: { 'x-oauth-scopes': [...scopes, 'usergroups:read'].join(',') },
    });
    slack.group('S0MAIL', ['URITARISK']);
    const found = await findings();
    expect(named(found, 'Slack: approvers')).toMatchObject({
      outcome: 'ok',
      found: 'USAMSECURITY, S0MAIL: all full members',
    });
    expect(named(found, 'Slack: scopes').outcome).toBe('ok');
  });

  it('names each approver who could not answer, and why', async () => {
    const { findings, slack } = await deployment({
      approvers: [
        'USAMSECURITY',
        'U0NOBODY',
        'U0GINA',
        'U0BOT',
        'U0GONE',
        'U0PARTNER',
        'S0MAIL',
        'S0NONE',
        'S0EMPTY',
      ],
    });
    const admit = (id: string, standing: WorkspaceUser['standing'], team?: string) =>
      slack.admit({ id, address: `${id}@x.example`, standing, ...(team === undefined ? {} : { team }) });
    admit('U0GINA', 'guest');
    admit('U0BOT', 'bot');
    admit('U0GONE', 'deactivated');
    admit('U0PARTNER', 'external', 'T0PARTNER');
    slack.group('S0MAIL', ['USAMSECURITY', 'U0GINA']);
    slack.group('S0EMPTY', []);
    const found = await findings();
    expect(named(found, 'Slack: approvers')).toMatchObject({
      outcome: 'failed',
      found: [
        'Slack knows nobody as U0NOBODY',
        'U0GINA is a guest',
        'U0BOT is a bot',
        'U0GONE is deactivated',
        'U0PARTNER is of another organisation',
        'U0GINA is a guest (in the group S0MAIL)',
        'the group S0NONE: Slack says no_such_subteam',
        'nobody is in the group S0EMPTY',
      ].join('; '),
    });
    expect(exitCodeOf(found)).toBe(1);
    // Without the scope no group can be looked into.
    expect(named(found, 'Slack: scopes').found).toBe('usergroups:read missing');
  });

  it('does not pass approvers it could not look up', async () => {
    const { findings, slack } = await deployment();
    slack.fail('users.info', 'missing_scope');
    expect(named(await findings(), 'Slack: approvers')).toMatchObject({
      outcome: 'failed',
      found: 'USAMSECURITY: Slack says missing_scope; URITARISK: Slack says missing_scope',
    });
    slack.fail('auth.test', 'invalid_auth');
    expect(named(await findings(), 'Slack: approvers').outcome).toBe('skipped');
  });

  it('posts only where that is asked for', async () => {
    const quiet = await deployment({ post: false });
    expect(named(await quiet.findings(), 'Slack: channel #mail-exceptions').outcome).toBe('skipped');
    expect(quiet.slack.messages()).toHaveLength(0);
    const { findings, slack } = await deployment();
    expect(named(await findings(), 'Slack: channel #mail-exceptions').outcome).toBe('ok');
    expect(slack.messages().map(({ channel }) => channel)).toHaveLength(2);
    expect(named(await findings(), 'Slack: channel #finance').outcome).toBe('ok');
    slack.fail('chat.postMessage', 'not_in_channel');
    expect(named(await findings(), 'Slack: channel #mail-exceptions')).toMatchObject({
      outcome: 'failed',
      found: '#mail-exceptions: Slack says not_in_channel',
    });
  });
});

describe('of AWS, the doctor', () => {
  it.each([
    ['has no stream', { stream: false }],
    ['index due is not active', { indexes: table.indexes.filter(({ name }) => name !== 'due') }],
    ['point-in-time recovery is off', { recovery: false }],
    ['it is UPDATING', { status: 'UPDATING' }],
  ])('says that the table %s', async (words, changed) => {
    const { findings } = await deployment({
      given: {
        cloud: {
          table: () => Promise.resolve({ ...table, ...changed }),
          bus: () => Promise.reject(new TypeError('no bus')),
          unreadable: () => Promise.reject(new TypeError('no table')),
        },
      },
    });
    const found = await findings();
    expect(named(found, 'table').found).toContain(words);
    expect(named(found, 'bus')).toMatchObject({ outcome: 'failed', found: 'TypeError: no bus' });
    expect(named(found, 'register')).toMatchObject({ outcome: 'failed', found: 'TypeError: no table' });
  });

  it('says how many exceptions this release cannot read', async () => {
    const { findings } = await deployment({
      given: {
        cloud: {
          table: () => Promise.resolve(table),
          bus: () => Promise.resolve({ name: 'LapseBus' }),
          unreadable: () => Promise.resolve(['ex-later']),
        },
      },
    });
    expect(named(await findings(), 'register')).toMatchObject({
      outcome: 'failed',
      found: '1 cannot be read by this release: ex-later',
    });
  });
});

describe('of how many functions the account runs at once, the doctor', () => {
  const found = async (concurrency: () => Promise<number>) => {
    const { findings } = await deployment({
      given: {
        cloud: {
          table: () => Promise.resolve(table),
          bus: () => Promise.resolve({ name: 'lapse' }),
          unreadable: () => Promise.resolve([]),
          concurrency,
        },
      },
    });
    return named(await findings(), 'concurrency');
  };

  it.each([
    ['says that it is enough', 1_000, 'ok', 'the account runs 1,000 functions at once'],
    [
      'says that a new account has too few',
      10,
      'failed',
      'the account runs 10 functions at once: on a busy day, people’s answers in Slack would wait',
    ],
  ])('%s', async (_, count, outcome, words) => {
    expect(await found(() => Promise.resolve(count))).toMatchObject({ outcome, found: words });
  });

  it('says what it takes to find out', async () => {
    expect(await found(() => Promise.reject(new TypeError('no')))).toMatchObject({
      outcome: 'failed',
      todo: 'Check that you may call lambda:GetAccountSettings.',
    });
  });
});

describe('of a thousand tenants, the doctor', () => {
  const thousand = Array.from(
    { length: 1_000 },
    (_, index) => `${String(index).padStart(8, '0')}-64d8-4c1e-9f37-5d2e8a1b6c41`,
  );
  const own = JSON.stringify({ clientId: 'lapse', clientSecret: hidden });

  /** Each has secrets of its own. `asked` hears of which one is asked for, and may keep it waiting. */
  async function ofThousand(
    asked: (tenant: string) => Promise<void>,
    tenants: readonly string[] = thousand,
    given: Partial<Deployed> = {},
  ) {
    const { deployed } = await deployment({
      given: {
        tenants,
        collected: tenants,
        secret: async (name) => {
          const [, tenant] = name.split('/');
          if (tenant === undefined) return '';
          await asked(tenant);
          return own;
        },
        ...given,
      },
    });
    const down = () => Promise.reject(new TypeError('down'));
    return createAllChecks({ ...deployed, access: { ...deployed.access, fetch: down } });
  }
  const tenantsIn = (found: readonly CheckResult[]) =>
    new Set(found.flatMap(({ name }) => / ([0-9a-f]{8}-\S+)$/.exec(name)?.[1] ?? []));

  it('looks at twenty at a time', async () => {
    const open = new Map<string, number>();
    let most = 0;
    const checks = await ofThousand(
      async (tenant) => {
        open.set(tenant, (open.get(tenant) ?? 0) + 1);
        most = Math.max(most, open.size);
        await new Promise(setImmediate);
        const left = (open.get(tenant) ?? 0) - 1;
        if (left === 0) open.delete(tenant);
        else open.set(tenant, left);
      },
      thousand.slice(0, 200),
    );
    const found = await examine(checks, { within: 20_000, later: neverAborts });
    expect(most).toBe(20);
    expect(tenantsIn(found).size).toBe(200);
    expect(found.filter(({ outcome }) => outcome === 'unchecked')).toEqual([]);
  });

  it('ends in time, says what it did not get to, and goes on behind that', async () => {
    const time = new AbortController();
    const last = thousand[199] ?? '';
    const checks = await ofThousand(async (tenant) => {
      if (tenant < last) return;
      time.abort();
      await new Promise(() => undefined);
    });
    const found = await examine(checks, { within: 20_000, later: () => time.signal });
    const unchecked = found.filter(({ outcome }) => outcome === 'unchecked');
    const checked = tenantsIn(found.filter(({ outcome }) => outcome !== 'unchecked'));
    expect(checked.size).toBeGreaterThanOrEqual(200);
    expect(checked.size).toBeLessThan(220);
    expect([...tenantsIn(unchecked)].filter((tenant) => checked.has(tenant))).toEqual([]);
    expect(tenantsIn(unchecked).size + checked.size).toBe(1_000);
    // None of what was not looked at is fine.
    expect(exitCodeOf(unchecked)).toBe(1);
    const report = formatReport(found);
    expect(report.split('\n').filter((line) => line.startsWith('?'))).toEqual([
      expect.stringContaining(`${unchecked.length} not checked`) as string,
    ]);

    const [, behind = ''] = /--after (\S+) /.exec(report) ?? [];
    expect(checked.has(behind)).toBe(true);
    const rest = await ofThousand(() => Promise.resolve(), thousand, { after: behind });
    expect(tenantsIn(rest.map(({ name }) => ({ name, outcome: 'ok', found: '' })))).toEqual(
      tenantsIn(unchecked),
    );
  });
});

it('what does not answer in time is a finding of its own', async () => {
  const never = { name: 'silent', run: () => new Promise<never>(() => undefined) };
  const ended = new AbortController();
  const examined = examine([never], { within: 30_000, later: () => ended.signal });
  ended.abort();
  expect(await examined).toMatchObject([{ outcome: 'failed', found: 'no answer within 30 seconds' }]);
});

describe('of enforcement, the doctor', () => {
  const found = async (enforcement: () => Promise<EnforcementByTenant>) => {
    const { findings } = await deployment({
      given: {
        cloud: {
          table: () => Promise.resolve(table),
          bus: () => Promise.resolve({ name: 'lapse' }),
          unreadable: () => Promise.resolve([]),
          enforcement,
        },
      },
    });
    return named(await findings(), 'enforcement');
  };

  it('says that it is stopped, where, since when and by whom', async () => {
    const stopped = { at: instant('2026-11-02T12:00:00Z'), by: 'sam', why: 'mail stands still' };
    expect(await found(() => Promise.resolve(new Map([[tenantId, { stopped }]])))).toMatchObject({
      outcome: 'failed',
      found: `stopped in ${tenantId} since ${stopped.at}, by sam: nothing is disabled there`,
    });
  });

  it('says where it is live, and what a new tenant is', async () => {
    const { findings } = await deployment({
      given: {
        cloud: {
          table: () => Promise.resolve(table),
          bus: () => Promise.resolve({ name: 'lapse' }),
          unreadable: () => Promise.resolve([]),
          newTenants: () => Promise.resolve('observing'),
          enforcement: () =>
            Promise.resolve(
              new Map([
                ['tenant-a', { live: {} }],
                ['tenant-b', { live: { 'transport-rule': {} } }],
                ['tenant-c', {}],
              ]),
            ),
        },
      },
    });
    expect(named(await findings(), 'enforcement')).toMatchObject({
      outcome: 'ok',
      found: expect.stringMatching(
        /^stopped in no tenant; tenant-a: observes only; tenant-b: live in 1 of \d+ kinds; tenant-c: observes only; where nobody has decided, Lapse only observes;/,
      ) as string,
    });
  });

  it('says that it is not stopped, or that nobody can tell', async () => {
    expect(await found(() => Promise.resolve(new Map()))).toMatchObject({ outcome: 'ok' });
    expect(await found(() => Promise.reject(new TypeError('no table')))).toMatchObject({ outcome: 'failed' });
  });
});
