import { addSighting } from '#behaviour/usage.ts';
import { writeUsageDay } from '#register/usage-item.ts';
import { createEnforcements } from '#register/enforcement.ts';
import { createInMemoryUsage } from '#test/register/in-memory-usage.ts';
import { createInMemoryVersionedValues } from '#test/register/in-memory-versioned-values.ts';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it, onTestFinished } from 'vitest';
import { UnreadableExport } from '#audit-log/export/unreadable-export.ts';
import { instant } from '#time/instant.ts';
import type { Sighting } from '#behaviour/sighting.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Clock } from '#lib/local/clock.ts';
import type { LocalFunction } from '#lib/local/functions.ts';
import { openGateway, type Gateway } from '#lib/local/gateway.ts';
import { createLocalRoutes, type LocalRoutesOptions } from '#lib/local/local-routes.ts';
import { createInMemoryRegister } from '#register/in-memory-register.ts';
import { createInMemoryMailboxChanges } from '#test/register/in-memory-mailbox-changes.ts';
import { live, noon, observe, policy } from '../lifecycle/examples.ts';

const now = instant('2026-11-20T09:00:00Z');

interface Invoked {
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: { readonly timeEpoch: number };
}

const refused = () => Promise.reject(new Error('nobody asks for this'));
const noProbes = { inTenant: refused, keep: refused, posture: refused, look: refused };

async function gateway(
  invoke: (event: Invoked) => unknown = () => ({ statusCode: 200, body: 'ok' }),
  options: Partial<LocalRoutesOptions> = {},
): Promise<Gateway> {
  const open = await openGateway(0);
  onTestFinished(() => open.close());
  const routes = [{ method: 'POST', path: '/slack/interactions', function: 'answer' }];
  const target = { invoke: (event: unknown) => Promise.resolve().then(() => invoke(event as Invoked)) };
  open.serve({
    clock: { now: () => now } as Clock,
    machine: () => 1_000_000,
    routes: routes.map((route) => ({ ...route, target: target as unknown as LocalFunction })),
    local: createLocalRoutes({
      register: createInMemoryRegister(),
      mailboxes: createInMemoryMailboxChanges(),
      usage: createInMemoryUsage(),
      domains: () => Promise.resolve([]),
      enforcements: createEnforcements(createInMemoryVersionedValues()),
      probes: noProbes,
      policy: { ...policy, channels: [{ kind: 'transport-rule', channel: '#rules' }] },
      now: () => now,
      feed: () => Promise.reject(new UnreadableExport('a poem')),
      advance: () => Promise.resolve({ settled: true, ran: { sweep: 2 } }),
      real: [],
      settled: () => Promise.resolve(true),
      unfinished: () => ({ waiting: 0, dead: 0, queues: {} }),
      deadLetters: () => [],
      redrive: () => Promise.resolve([]),
      examine: () => Promise.resolve([{ name: 'bus', outcome: 'ok', found: 'there' }]),
      routes,
      ...options,
    }),
  });
  return open;
}

it('an exception that nobody owns is shown with the channel it is asked about in', async () => {
  const { state } = live([[noon, observe()]]);
  const unowned: Exception = { ...state, owner: { type: 'team', why: 'an application made it' } };
  const register = { ...createInMemoryRegister(), load: () => Promise.resolve(unowned) };
  const { url } = await gateway(undefined, { register });
  const response = await fetch(`${url}/exceptions/${unowned.id}`);
  expect(await response.json()).toMatchObject({ ownerType: 'team', owner: '#rules' });
});

it('the use of an exception is kept and told, with the days that are known', async () => {
  const { state } = live([[noon, observe()]]);
  const register = { ...createInMemoryRegister(), load: () => Promise.resolve(state) };
  const { url } = await gateway(undefined, { register, domains: () => Promise.resolve(['contoso.com']) });
  const day = addSighting(undefined, sighting, { hash: () => 0.5, isFirst: true });
  const coverage = { 'email-events': { '2026-11-02': { rules: 'whole' } } };
  const keep = async () => {
    const body = JSON.stringify({ id: state.id, days: [writeUsageDay(day)] });
    return (await post(`${url}/usage`, body)).json();
  };
  expect([await keep(), await keep()]).toEqual([{ kept: 1 }, { kept: 0 }]);
  await post(`${url}/usage`, JSON.stringify({ tenant: state.tenant, coverage }));
  const kept = await fetch(`${url}/exceptions/${state.id}/usage`);
  expect(await kept.json()).toEqual({ days: [day], coverage });
  expect(await (await fetch(`${url}/usage/${state.tenant}`)).json()).toEqual({ domains: ['contoso.com'] });
  expect((await post(`${url}/usage`, '{"days":1}')).status).toBe(400);
});

const sighting: Sighting = {
  source: 'email-events',
  at: instant('2026-11-02T09:00:00Z'),
  message: 'm1',
  recipients: 1,
  passed: { dkim: true },
  via: { rules: [] },
};

const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  fetch(url, { method: 'POST', body, headers });

describe('the gateway', () => {
  it('hands a request to the function of its route, as HTTP API does', async () => {
    const seen: Invoked[] = [];
    const { url } = await gateway((event) => {
      seen.push(event);
      return { statusCode: 202, headers: { 'X-Answer': '1' }, body: 'taken' };
    });
    const response = await post(`${url}/slack/interactions`, 'payload=%7B%7D', {
      'Content-Type': 'application/x-www-form-urlencoded',
      'X-Slack-Request-Timestamp': '1001',
    });
    expect([response.status, response.headers.get('x-answer'), await response.text()]).toEqual([
      202,
      '1',
      'taken',
    ]);
    expect(seen[0]).toMatchObject({
      headers: { 'x-slack-request-timestamp': '1001' },
      isBase64Encoded: true,
      body: Buffer.from('payload=%7B%7D').toString('base64'),
      // Signed by the machine's clock, so judged by it.
      requestContext: { timeEpoch: 1_000_000 },
    });
  });

  it('answers 500 and no reason when the function fails', async () => {
    const { url } = await gateway(() => {
      throw new Error('secret reason');
    });
    const response = await post(`${url}/slack/interactions`, '{}');
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
  });

  it('answers 413 to a Slack request of more than 10 MB', async () => {
    const { url } = await gateway();
    expect((await post(`${url}/slack/interactions`, 'x'.repeat(10 * 1024 * 1024 + 1))).status).toBe(413);
  });

  it('ends the connection of which it has not read all, so that the rest is no other request', async () => {
    const { url } = await gateway();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    let received = '';
    socket.setEncoding('utf8').on('data', (text: string) => (received += text));
    socket.on('error', () => undefined);
    const size = 64 * 1024 * 1024;
    socket.write(`POST /slack/interactions HTTP/1.1\r\nHost: local\r\nContent-Length: ${size}\r\n\r\n`);
    socket.write('x'.repeat(11 * 1024 * 1024));
    await new Promise((resolve) => socket.once('close', resolve));
    expect(received).toMatch(/^HTTP\/1\.1 413 /);
    expect(received.toLowerCase()).toContain('connection: close');
  });

  it('is there for this machine only', async () => {
    const { url } = await gateway();
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter(({ internal, family }) => !internal && family === 'IPv4')
      .map(({ address }) => address);
    // On Linux all of 127/8 is this machine, but only what listens on every address answers under each of them.
    for (const host of [...others, ...(process.platform === 'linux' ? ['127.0.0.2'] : [])]) {
      const socket = connect(Number(new URL(url).port), host);
      const reached = await new Promise((resolve) => {
        socket
          .once('connect', () => resolve('reached'))
          .once('error', ({ code }: NodeJS.ErrnoException) => resolve(code));
      });
      socket.destroy();
      expect([host, reached]).toEqual([host, 'ECONNREFUSED']);
    }
  });

  it('says that it is starting until it serves', async () => {
    const open = await openGateway(0);
    onTestFinished(() => open.close());
    expect((await fetch(open.url)).status).toBe(503);
  });

  it('names the port and the way out where the port is taken', async () => {
    const { url } = await gateway();
    await expect(openGateway(Number(new URL(url).port))).rejects.toMatchObject({
      message: `port ${new URL(url).port} cannot be used`,
      what: expect.stringContaining('--port') as string,
    });
  });

  it.each([
    ['GET', '/nothing-here', 404],
    ['GET', '/exceptions/ex-unknown', 404],
    ['GET', `/exceptions/${'x'.repeat(5000)}`, 404],
    ['GET', '/exceptions/ex-unknown/trail', 404],
    ['GET', '/exceptions/ex-unknown/trail-check', 404],
    ['GET', '/exceptions/%', 400],
    ['DELETE', '/exceptions', 404],
  ])('answers %s %s with %i in JSON, saying what to do', async (method, path, status) => {
    const { url } = await gateway();
    const response = await fetch(url + path, { method });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({
      error: expect.any(String) as string,
      what: expect.any(String) as string,
    });
  });

  it('answers HEAD like GET, without the body', async () => {
    const { url } = await gateway();
    const response = await fetch(`${url}/health`, { method: 'HEAD' });
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'application/json; charset=utf-8',
      '',
    ]);
    expect((await fetch(`${url}/nothing-here`, { method: 'HEAD' })).status).toBe(404);
  });

  it('survives a request that is no HTTP', async () => {
    const { url } = await gateway();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.end('\u0000\u0001 nonsense\r\n\r\n');
    await new Promise((resolve) => socket.resume().once('close', resolve));
    expect((await fetch(`${url}/health`)).status).toBe(200);
  });
});

describe('POST /clock', () => {
  it('moves no time where something real would be acted on before its time', async () => {
    const moved: unknown[] = [];
    const { url } = await gateway(undefined, {
      real: ['https://outlook.office365.com'],
      advance: (to) => {
        moved.push(to);
        return Promise.resolve({ settled: true, ran: {} });
      },
    });
    const response = await post(`${url}/clock`, '{"advance":"P3D"}');
    expect(response.status).toBe(409);
    expect(await response.json()).toMatchObject({
      error: expect.stringContaining('https://outlook.office365.com') as string,
    });
    expect(moved).toEqual([]);
  });
});

describe('GET /health', () => {
  const unfinished = (dead: number) => () => ({
    waiting: 1,
    dead,
    queues: { enforce: { waiting: 1, dead: 0 }, 'ask-owners': { waiting: 0, dead } },
  });

  it('is ok while nothing was given up on, whatever waits', async () => {
    const { url } = await gateway(undefined, { unfinished: unfinished(0) });
    const response = await fetch(`${url}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ status: 'ok', messages: { waiting: 1, dead: 0 } });
  });

  it('is not ok where something was, and counts by function', async () => {
    const { url } = await gateway(undefined, { unfinished: unfinished(2) });
    const response = await fetch(`${url}/health`);
    expect(response.status).toBe(503);
    expect(await response.json()).toMatchObject({
      status: 'dead letters',
      messages: { waiting: 1, dead: 2 },
      queues: { enforce: { waiting: 1, dead: 0 }, 'ask-owners': { waiting: 0, dead: 2 } },
      what: expect.stringContaining('lapse redrive') as string,
    });
  });
});

describe('dead letters', () => {
  const dead = { function: 'enforce', count: 1, kinds: { 'Exception Lapsed': 1 }, again: true };

  it('are listed', async () => {
    const { url } = await gateway(undefined, { deadLetters: () => [dead] });
    expect(await (await fetch(`${url}/dead-letters`)).json()).toEqual([dead]);
  });

  it('are sent again by the functions named', async () => {
    const asked: unknown[] = [];
    const redrive = (functions: readonly string[]) => {
      asked.push(functions);
      return Promise.resolve([{ function: 'enforce', sent: 1, left: 0 }]);
    };
    const { url } = await gateway(undefined, { redrive });
    const response = await post(`${url}/dead-letters`, '{"redrive":["enforce"]}');
    expect(await response.json()).toEqual([{ function: 'enforce', sent: 1, left: 0 }]);
    expect(asked).toEqual([['enforce']]);
  });

  it.each(['', '{}', '{"redrive":"enforce"}', '{"redrive":[],"all":true}'])(
    'are not sent again by %j',
    async (body) => {
      const { url } = await gateway();
      expect((await post(`${url}/dead-letters`, body)).status).toBe(400);
    },
  );
});

describe('POST /audit-log', () => {
  it('answers 400 with the reason where the envelope is unknown', async () => {
    const { url } = await gateway();
    const response = await post(`${url}/audit-log`, 'what is this');
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: expect.stringContaining('a poem') as string });
  });

  it('answers 500 where it is not the sender who is wrong', async () => {
    const { url } = await gateway(undefined, { feed: () => Promise.reject(new Error('the disk is full')) });
    const response = await post(`${url}/audit-log`, '[]');
    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: 'the disk is full' });
  });

  it('answers counts once everything is worked through', async () => {
    const counts = { accepted: 1, duplicate: 2, ignored: 3, malformed: 0, errors: [] };
    const { url } = await gateway(undefined, { feed: () => Promise.resolve(counts) });
    expect(await (await post(`${url}/audit-log`, '[]')).json()).toMatchObject({ ...counts, settled: true });
  });

  it.each([
    ['complete where everything was read', { accepted: 1 }, true],
    ['not, where something was malformed', { accepted: 1, malformed: 1 }, false],
    ['not, where there was no record in it', {}, false],
  ])('answers whether it is all of it: %s', async (_, given, complete) => {
    const none = { accepted: 0, duplicate: 0, ignored: 0, malformed: 0, errors: [] };
    const { url } = await gateway(undefined, { feed: () => Promise.resolve({ ...none, ...given }) });
    expect(await (await post(`${url}/audit-log`, '[]')).json()).toMatchObject({ complete });
  });
});

describe('POST /clock', () => {
  it.each(['{"advance":"P3D"}', '{"to":"2026-12-01T00:00:00Z"}'])('moves local time by %s', async (body) => {
    const { url } = await gateway();
    expect(await (await post(`${url}/clock`, body)).json()).toEqual({ now, ran: { sweep: 2 } });
  });

  it('answers how far it got where that is all it got in four minutes', async () => {
    const { url } = await gateway(undefined, {
      advance: (_to, signal) => {
        expect(signal.aborted).toBe(false);
        return Promise.resolve({ settled: false, ran: {} });
      },
    });
    const answer = await post(`${url}/clock`, '{"to":"2026-12-01T00:00:00Z"}');
    expect(await answer.json()).toEqual({ now, ran: {}, settled: false, asked: '2026-12-01T00:00:00.000Z' });
  });

  it.each([
    '',
    'P3D',
    '{}',
    '{"advance":"3 days"}',
    '{"advance":"P1M"}',
    '{"to":"tomorrow"}',
    '{"to":"2026-11-20T08:59:59Z"}',
    '{"advance":"P1D","to":"2026-12-01T00:00:00Z"}',
    '{"advance":"P9999999D"}',
  ])('answers 400 and what it expects to %s', async (body) => {
    const { url } = await gateway();
    const response = await post(`${url}/clock`, body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      what: expect.stringContaining('{"advance":"P3D"}') as string,
    });
  });
});
