/** What Slack refuses besides mistakes: too many calls, a token that may not, a form that comes too late. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { startSlackWorkspace, type SlackWorkspace } from '#lib/standin/slack/slack-workspace.ts';

let now = Date.parse('2026-11-02T12:00:00Z');
let workspace: SlackWorkspace;
beforeEach(async () => {
  workspace = await startSlackWorkspace({
    strict: { channels: ['#mail-exceptions'] },
    members: ['U0ANN'],
    now: () => new Date(now),
  });
});
afterEach(async () => workspace.close());

async function call(method: string, fields: Record<string, string>) {
  const response = await fetch(workspace.url + method, {
    method: 'POST',
    headers: { authorization: `Bearer ${workspace.botToken}` },
    body: new URLSearchParams(fields),
  });
  const body = (await response.json()) as Record<string, unknown>;
  return { ...body, status: response.status, retryAfter: response.headers.get('retry-after') };
}
const post = (channel: string, more: Record<string, string> = {}) =>
  call('chat.postMessage', { channel, text: 'x', ...more });

it('takes five messages at once in a conversation, then one a second', async () => {
  for (let count = 0; count < 5; count += 1) expect(await post('U0ANN')).toMatchObject({ ok: true });
  expect(await post('D0ANN')).toMatchObject({ status: 429, error: 'ratelimited', retryAfter: '1' });
  expect(await post('#mail-exceptions')).toMatchObject({ ok: true });
  now += 1000;
  expect(await post('U0ANN')).toMatchObject({ ok: true });
  expect(await post('U0ANN')).toMatchObject({ status: 429 });
  expect(workspace.refusals()).toBe(2);
});

it('takes fifty look-ups by address a minute', async () => {
  const lookUp = () => call('users.lookupByEmail', { email: 'ann@contoso.example' });
  for (let count = 0; count < 50; count += 1) expect((await lookUp()).status).toBe(200);
  expect(await lookUp()).toMatchObject({ status: 429, retryAfter: '2' });
  now += 60_000;
  expect((await lookUp()).status).toBe(200);
  expect(workspace.calls()).toEqual({ 'users.lookupByEmail': 52 });
});

it('refuses what the token has no scope for, and says which it is', async () => {
  workspace.grant(['chat:write', 'users:read']);
  expect(await call('users.lookupByEmail', { email: 'ann@contoso.example' })).toMatchObject({
    error: 'missing_scope',
    needed: 'users:read.email',
    provided: 'chat:write,users:read',
  });
  const scopes = await Promise.all(
    ['D0ANN', 'C0SECURITY', 'G0SECURITY'].map((channel) => call('conversations.history', { channel })),
  );
  expect(scopes.map((answer) => 'needed' in answer && answer.needed)).toEqual([
    'im:history',
    'channels:history',
    'groups:history',
  ]);
});

it('knows the channels that exist, the archived, and those it was not invited to', async () => {
  expect(await post('#elsewhere')).toMatchObject({ error: 'channel_not_found' });
  expect(await post('D0NOBODY')).toMatchObject({ error: 'channel_not_found' });
  workspace.shut('#mail-exceptions', 'is_archived');
  expect(await post('#mail-exceptions')).toMatchObject({ error: 'is_archived' });
});

it('opens a form within three seconds of the press, once', async () => {
  const view = JSON.stringify({ type: 'modal', title: { type: 'plain_text', text: 'x' }, blocks: [] });
  const opened: unknown[] = [];
  workspace.connect(`${workspace.page}app/`);
  const realFetch = globalThis.fetch;
  const triggerOf = async (waitMs: number, times: number): Promise<void> => {
    globalThis.fetch = async (_url, init) => {
      const trigger = new URLSearchParams(init?.body as string).get('trigger_id') ?? '';
      globalThis.fetch = realFetch;
      now += waitMs;
      for (let count = 0; count < times; count += 1)
        opened.push(await call('views.open', { trigger_id: trigger, view }));
      return new Response('');
    };
    await workspace.command('help', 'U0ANN').finally(() => (globalThis.fetch = realFetch));
  };
  await triggerOf(3_000, 2);
  await triggerOf(3_001, 1);
  expect(opened).toMatchObject([
    { ok: true },
    { error: 'exchanged_trigger_id' },
    { error: 'expired_trigger_id' },
  ]);
});

it('keeps what the app says of a message to itself, and tells it when asked', async () => {
  const metadata = JSON.stringify({ event_type: 'lapse_card', event_payload: { id: 'ex-1' } });
  const { ts } = (await post('U0ANN', { metadata })) as { ts?: string };
  await post('U0ANN');
  const history = await call('conversations.history', { channel: 'D0ANN', include_all_metadata: 'true' });
  expect(history).toMatchObject({
    messages: [{ text: 'x' }, { ts, metadata: { event_payload: { id: 'ex-1' } } }],
  });
  expect(await call('conversations.history', { channel: 'U0ANN' })).toMatchObject({
    error: 'channel_not_found',
  });
});

it('does what it was asked and never answers, if that is what fails', async () => {
  workspace.fail('chat.postMessage', 'unanswered');
  const patience = new AbortController();
  const answer = fetch(`${workspace.url}chat.postMessage`, {
    method: 'POST',
    headers: { authorization: `Bearer ${workspace.botToken}` },
    body: new URLSearchParams({ channel: 'U0ANN', text: 'x' }),
    signal: patience.signal,
  }).then((response) => response.text());
  await expect.poll(() => workspace.messages()).toHaveLength(1);
  patience.abort();
  await expect(answer).rejects.toThrow('aborted');
});
