import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { run } from '../../bin/commands/probe.ts';
import { createLocalProbes, type LocalProbes } from '#lib/local/probes.ts';
import { createLocalRoutes, type LocalRoutesOptions } from '#lib/local/local-routes.ts';
import { openGateway } from '#lib/local/gateway.ts';
import { startStandInTenant, type StandInTenant } from '#lib/standin/tenant/standin-tenant.ts';
import { ExchangeError } from '#exchange/exchange-error.ts';
import { fromMillis } from '#time/instant.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { auditRecord, start, tenantId } from '../exchange/surroundings.ts';
import type { Clock } from '#lib/local/clock.ts';
import type { ProbeRun } from '#probe/run.ts';

interface Probed {
  readonly tenant: StandInTenant;
  readonly runs: readonly ProbeRun[];
  /** Runs the command, and hands back what it printed. */
  readonly lapse: (...args: readonly string[]) => Promise<{ readonly code: number; readonly said: string }>;
}

/** A tenant with a gateway in front of it, and the part of a local deployment that tests its doors. */
async function probed(more: Partial<LocalProbes> = {}): Promise<Probed> {
  let now = Date.parse(start);
  const tenant = await startStandInTenant({
    now: () => new Date(now),
    domains: { [tenantId]: ['contoso.com', 'contoso.onmicrosoft.com'] },
  });
  const runs: ProbeRun[] = [];
  const probes = createLocalProbes({
    at: { exchangeUrl: tenant.url, loginUrl: tenant.loginUrl, activityUrl: '', slackApiUrl: '' },
    secret: JSON.stringify({ '*': { clientId: 'lapse', clientSecret: 'any' } }),
    runs: {
      keep(one) {
        const at = runs.findIndex(({ id }) => id === one.id);
        if (at >= 0) runs[at] = one;
        else runs.unshift(one);
        return Promise.resolve();
      },
      inTenant: (id) => Promise.resolve(runs.filter((one) => one.tenant === id)),
    },
    doors: tenant.mail,
    now: () => fromMillis(now),
  });
  const gateway = await openGateway(0);
  gateway.serve({
    clock: { now: () => fromMillis(now) } as Clock,
    machine: () => now,
    routes: [],
    local: createLocalRoutes({
      register: createInMemoryRegister(),
      now: () => fromMillis(now),
      routes: [],
      probes: { ...probes, ...more },
    } as unknown as LocalRoutesOptions),
  });
  onTestFinished(async () => {
    await gateway.close();
    await tenant.close();
  });
  return {
    tenant,
    runs,
    async lapse(...args) {
      // Nothing happens at one and the same moment.
      now += 60_000;
      const said: unknown[] = [];
      const log = vi.spyOn(console, 'log').mockImplementation((line) => void said.push(line));
      try {
        const code = await run([...args, '--tenant', tenantId, '--url', gateway.url]);
        return { code, said: said.join('\n') };
      } finally {
        log.mockRestore();
      }
    },
  };
}

const to = ['--to', 'alex@contoso.com'] as const;
const send = [...to, '--send', '--contact', 'Alex'] as const;
const verdicts = (said: string) =>
  [...said.matchAll(/^ {2}([A-Z]+) +([a-z-]+)/gm)].map(([, verdict, control]) => [control, verdict]);

const gatewayOnly = (more = {}) =>
  auditRecord('New-InboundConnector', {
    Name: 'Gateway',
    ConnectorType: 'Partner',
    SenderDomains: '*',
    SenderIPAddresses: '198.51.100.7',
    RequireTls: 'True',
    RestrictDomainsToIPAddresses: 'True',
    ...more,
  });

describe('without --send', () => {
  it('every message and envelope is shown, and nothing is sent or kept', async () => {
    const { lapse, runs, tenant } = await probed();
    const { code, said } = await lapse(...to);
    expect(code).toBe(0);
    expect(said).toContain('handed in at  contoso-com.mail.protection.outlook.com, port 25');
    expect(said).toContain('MAIL FROM:<lapse-probe@contoso.com> RCPT TO:<alex@contoso.com>');
    expect(said.match(/Subject: Test message/g)).toHaveLength(4);
    expect(said).toContain('Nothing was sent.');
    expect(runs).toEqual([]);
    expect(tenant.mail?.traces(tenantId)).toEqual([]);
  });
});

describe('the doors of a tenant', () => {
  it('are open, are seen to be open, and then closed', async () => {
    const { lapse, tenant } = await probed();

    const open = await lapse(...send);
    expect(open.code).toBe(3);
    expect(verdicts(open.said)).toEqual([
      ['gateway', 'UNKNOWN'],
      ['direct-delivery', 'OPEN'],
      ['direct-send', 'OPEN'],
      ['own-name', 'UNKNOWN'],
    ]);
    const seen = await lapse('result');
    expect(verdicts(seen.said)).toEqual([
      ['gateway', 'WORKS'],
      ['direct-delivery', 'OPEN'],
      ['direct-send', 'OPEN'],
      ['own-name', 'FILTERED'],
    ]);
    expect(seen.said).toContain('in Exchange from 203.0.113.50, through no connector');
    expect(seen.said).toContain('seen first by: Spam Diagnostics');
    expect((await lapse('coverage')).code).toBe(3);

    tenant.apply(auditRecord('Set-OrganizationConfig', { RejectDirectSend: 'True' }));
    const rejecting = await lapse(...send);
    expect(verdicts(rejecting.said)).toContainEqual(['direct-send', 'CLOSED']);
    expect(rejecting.said).toContain('550 5.7.68 at RCPT TO');
    // This closes one door only.
    expect(verdicts(rejecting.said)).toContainEqual(['direct-delivery', 'OPEN']);

    tenant.apply(gatewayOnly());
    const closed = await lapse(...send);
    expect(verdicts(closed.said).slice(0, 4)).toEqual([
      ['gateway', 'UNKNOWN'],
      ['direct-delivery', 'CLOSED'],
      ['direct-send', 'CLOSED'],
      ['own-name', 'CLOSED'],
    ]);
    expect(closed.said).toContain('550 5.7.51 at RCPT TO');
    expect(closed.said).toContain('NOT TRIED connector "Gateway": only 198.51.100.7 can use it');
    const known = await lapse('result');
    expect(known.code).toBe(0);
    expect(known.said).toContain('through the connector Gateway');

    const covered = await lapse('coverage');
    expect(covered.code).toBe(1);
    expect(covered.said).toMatch(/direct-delivery +contoso\.com +closed +2026-11-20/);
    expect(covered.said).toMatch(/gateway +contoso\.com +works/);
    expect(covered.said).toMatch(/direct-send +contoso\.onmicrosoft\.com +not tested +never tested/);
    expect(covered.said).toMatch(/connector +Gateway +not tested +only 198\.51\.100\.7/);
    expect(covered.said).toContain('4 of 9 doors were tested within P90D: 1 works, 3 closed.');
  });

  it('are seen to be open to what a connector knows, also where Direct Send is rejected', async () => {
    const { lapse, tenant } = await probed();
    tenant.apply(auditRecord('Set-OrganizationConfig', { RejectDirectSend: 'True' }));
    tenant.apply(
      gatewayOnly({
        Name: 'Printers',
        ConnectorType: 'OnPremises',
        SenderIPAddresses: '203.0.113.50',
        RestrictDomainsToIPAddresses: 'False',
      }),
    );
    await lapse(...send, '--source', '203.0.113.50');
    const { said } = await lapse('result');
    expect(verdicts(said)).toContainEqual(['connector', 'WORKS']);
    expect(verdicts(said)).toContainEqual(['direct-send', 'OPEN']);
    expect(said).toContain('through the connector Printers');
    expect((await lapse('coverage')).said).toMatch(/connector +Printers +works/);
  });

  it('are not entered by a certificate that this machine does not have', async () => {
    const { lapse, tenant } = await probed();
    tenant.apply(
      gatewayOnly({
        SenderIPAddresses: '',
        RestrictDomainsToIPAddresses: 'False',
        RestrictDomainsToCertificate: 'True',
        TlsSenderCertificateName: 'gateway.example',
      }),
    );
    const { said } = await lapse(...send, '--source', '203.0.113.50');
    expect(said).toContain('NOT TRIED connector "Gateway": only whoever has the certificate gateway.example');
    expect(verdicts(said)).toContainEqual(['direct-delivery', 'CLOSED']);
  });

  it('are told apart from a mailbox that does not exist', async () => {
    const { lapse } = await probed();
    const { code, said } = await lapse('--to', 'nobody@contoso.com', '--send');
    expect(code).toBe(1);
    expect(new Set(verdicts(said).map(([, verdict]) => verdict))).toEqual(new Set(['UNKNOWN']));
  });

  it('are not known where nothing answers, which is not called closed', async () => {
    const nowhere = { host: '127.0.0.1', port: 1 };
    const { lapse } = await probed({
      posture: () =>
        Promise.resolve({
          posture: { domains: ['contoso.com'], connectors: [], suffix: 'mail.protection.outlook.com' },
          mail: { mx: 'mx1.gateway.example', gateway: nowhere, endpoint: nowhere },
        }),
    });
    const { code, said } = await lapse(...send);
    expect(code).toBe(1);
    expect(said).toContain('could not connect (ECONNREFUSED): nothing is known');
    expect(said).not.toContain('CLOSED');
    const covered = await lapse('coverage');
    expect(covered.code).toBe(1);
    expect(covered.said).not.toContain('closed');
  });
});

describe('what is kept of a run', () => {
  it('does not hold its marks, only what recognises them', async () => {
    const { lapse, runs, tenant } = await probed();
    const { said } = await lapse(...send);
    const marks =
      tenant.mail?.traces(tenantId).map(({ subject }) => /lapse-probe-\w+/.exec(subject)?.[0]) ?? [];
    expect(new Set(marks).size).toBe(4);
    for (const mark of marks) {
      expect(JSON.stringify(runs)).not.toContain(mark);
      expect(said).not.toContain(mark);
    }
  });

  it('is there before anything is sent', async () => {
    const { lapse, tenant } = await probed({ keep: () => Promise.reject(new Error('the table is gone')) });
    await expect(lapse(...send)).rejects.toThrow();
    expect(tenant.mail?.traces(tenantId)).toEqual([]);
  });

  it('is explained to programs', async () => {
    const { lapse } = await probed();
    await lapse(...send);
    const { said } = await lapse('list', '--json');
    expect(JSON.parse(said)).toMatchObject([
      { to: 'alex@contoso.com', tests: [{ control: 'gateway', verdict: 'unknown' }, {}, {}, {}] },
    ]);
  });
});

describe('a test is refused', () => {
  it.each([
    ['to an address elsewhere', ['--to', 'alex@elsewhere.example']],
    ['to an address below a domain of the tenant', ['--to', 'alex@mail.contoso.com']],
    ['to what is no address', ['--to', 'alex@contoso.com\r\nRCPT TO:<all@contoso.com']],
    ['from an address that is not outside', [...to, '--sender', 'sam@contoso.com']],
    ['from what is no address', [...to, '--sender', 'a b']],
    ['with a link in it', [...to, '--contact', 'https://evil.example']],
    ['with a line break in it', [...to, '--contact', 'Alex\r\nBcc: all@contoso.com']],
    ['from a machine without a name', [...to, '--name', 'a\r\nQUIT']],
    ['without a mailbox', []],
  ])('%s', async (_, args) => {
    const { lapse, tenant, runs } = await probed();
    await expect(lapse('--send', ...args)).rejects.toMatchObject({ exitCode: 2 });
    expect(tenant.mail?.traces(tenantId)).toEqual([]);
    expect(runs).toEqual([]);
  });

  it('where the tenant does not tell which domains are its own', async () => {
    const { lapse } = await probed({
      posture: () => Promise.resolve({ posture: { domains: [], suffix: 'mail.protection.outlook.com' } }),
    });
    await expect(lapse(...send)).rejects.toThrow('nothing is sent');
  });
});

it('says why the tenant did not answer', async () => {
  const refused = () =>
    Promise.reject(new ExchangeError('forbidden', 'Exchange refused Get-MessageTraceV2.'));
  const { lapse } = await probed({ look: refused });
  await lapse(...send);
  await expect(lapse('result')).rejects.toThrow('Exchange refused Get-MessageTraceV2.');
});

describe('files in the place of the tenant', () => {
  const saved = (name: string, value: unknown): string => {
    const folder = mkdtempSync(join(tmpdir(), 'lapse-probe-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, name);
    writeFileSync(file, typeof value === 'string' ? value : JSON.stringify(value));
    return file;
  };

  it('say which doors there are', async () => {
    const { lapse } = await probed();
    const domains = saved('domains.json', [
      { DomainName: 'con-toso.example', DomainType: 'Authoritative', Name: 'con-toso.example' },
    ]);
    const { said } = await lapse(
      '--to',
      'alex@con-toso.example',
      '--settings',
      domains,
      '--endpoint',
      'x.example',
    );
    expect(said).toContain('handed in at  x.example');
  });

  it('say what became of messages', async () => {
    const { lapse, tenant } = await probed();
    await lapse(...send);
    const rows = tenant.mail?.traces(tenantId).map(({ messageId, recipient, received }) => ({
      MessageId: messageId,
      RecipientAddress: recipient,
      Received: received,
      Status: 'Quarantined',
    }));
    const { said } = await lapse('result', '--trace', saved('trace.json', rows));
    expect(said.match(/FILTERED/g)).toHaveLength(4);
  });

  it('are said to be read in part where they are', async () => {
    const { lapse } = await probed();
    await lapse(...send);
    const errors: unknown[] = [];
    const error = vi.spyOn(console, 'error').mockImplementation((line) => void errors.push(line));
    onTestFinished(() => error.mockRestore());
    await lapse('result', '--trace', saved('trace.jsonl', '{"Status":"Delivered"}\n{"Status":\n'));
    await lapse(
      ...to,
      '--settings',
      saved('x.json', [{ DomainName: 'contoso.com', DomainType: 'Authoritative' }, { Poem: 1 }]),
    );
    expect(errors).toEqual([
      expect.stringMatching(/^Not read: .*trace\.jsonl:2: /),
      expect.stringMatching(/^Not read: .*x\.json/),
    ]);
  });

  it.each([
    ['is missing', '/nowhere/trace.json'],
    ['is no trace', undefined],
  ])('are refused where one %s', async (_, file) => {
    const { lapse } = await probed();
    await lapse(...send);
    await expect(lapse('result', '--trace', file ?? saved('trace.txt', 'a poem'))).rejects.toMatchObject({
      exitCode: 2,
    });
  });
});
