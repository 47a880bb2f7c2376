import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSlackWorkspace } from '#lib/standin/slack/slack-workspace.ts';
import { openOffice } from '../slack/surroundings.ts';
import type { Office } from '../slack/surroundings.ts';

let office: Office;
beforeEach(async () => {
  office = await openOffice();
});
afterEach(async () => office.close());

const page = async (path = ''): Promise<string> => (await fetch(office.workspace.page + path)).text();
const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
  fetch(office.workspace.page + path, {
    method: 'POST',
    redirect: 'manual',
    headers,
    body: new URLSearchParams(fields),
  });

const richText = (text: string) => [
  { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }] },
];

describe('the stand-in workspace in a browser', () => {
  it('shows messages, and text of the tenant as text', async () => {
    await office.ask({ name: '<script>alert(1)</script>' });
    const html = await page();
    expect(html).toContain('to alex@contoso.example');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).not.toContain('<script');
    expect(html).toContain('>Approve</button>');
  });

  it('lets a person approve: button, form, mistake, answer', async () => {
    const card = await office.ask();
    const press = { channel: card.channel, ts: card.ts, action: 'approve', user: office.owner() };
    const opened = await post('press', press);
    expect(opened.status).toBe(303);
    const path = (opened.headers.get('location') ?? '').slice(1);
    expect(await page(path)).toContain('Approve exception');

    const values = { user: office.owner(), reason: 'Needed.', review_every: 'P30D' };
    await post(path, { ...values, expires_on: '2020-01-01' });
    expect(await page(path)).toContain('That date is in the past. Choose a later one.');

    const closed = await post(path, { ...values, expires_on: '2026-12-01' });
    expect(closed.headers.get('location')).toBe('/');
    expect((await office.state()).approval?.reason).toBe('Needed.');
  });

  it('takes no press from another site', async () => {
    const card = await office.ask();
    const press = { channel: card.channel, ts: card.ts, action: 'disable', user: office.owner() };
    expect((await post('press', press, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await office.state()).state).toBe('unconfirmed');
  });
});

describe('the stand-in workspace as an API', () => {
  const call = async (method: string, fields: Record<string, string>, token = office.workspace.botToken) =>
    (await (
      await fetch(office.workspace.url + method, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}` },
        body: new URLSearchParams(fields),
      })
    ).json()) as { ok: boolean; error?: string; ts?: string };

  it('wants the bot’s token', async () => {
    expect(await call('auth.test', {}, 'another')).toEqual({ ok: false, error: 'invalid_auth' });
    expect(await call('auth.test', {})).toMatchObject({ ok: true, user: 'lapse' });
  });

  it('refuses as Slack refuses', async () => {
    const header = JSON.stringify([{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }]);
    const errors = [
      await call('users.lookupByEmail', { email: 'nobody@contoso.example' }),
      await call('users.info', { user: 'U0UNKNOWN' }),
      await call('chat.postMessage', { channel: 'U0UNKNOWN', text: 'x' }),
      await call('chat.postMessage', { channel: 'C1' }),
      await call('chat.postMessage', { channel: 'C1', text: 'x', blocks: header }),
      await call('chat.update', { channel: 'C1', ts: '1.1', text: 'x' }),
      await call('views.open', { trigger_id: 'never', view: '{}' }),
      await call('no.such', {}),
    ].map(({ error }) => error);
    expect(errors).toEqual([
      'users_not_found',
      'user_not_found',
      'channel_not_found',
      'no_text',
      'invalid_blocks',
      'message_not_found',
      'invalid_trigger_id',
      'unknown_method',
    ]);
  });

  it.each([
    ['an empty text', richText('')],
    [
      'more than 13,200 characters in all',
      Array.from({ length: 5 }, () => richText('x'.repeat(2_700))).flat(),
    ],
  ])('refuses %s', async (_what, blocks) => {
    const answer = await call('chat.postMessage', {
      channel: 'C1',
      text: 'x',
      blocks: JSON.stringify(blocks),
    });
    expect(answer.error).toBe('invalid_blocks');
    const fine = JSON.stringify(richText('x'.repeat(2_700)));
    expect((await call('chat.postMessage', { channel: 'C1', text: 'x', blocks: fine })).ok).toBe(true);
  });

  it('gives every message its own time, also within one second', async () => {
    const sent = await Promise.all(
      Array.from({ length: 20 }, () => call('chat.postMessage', { channel: 'C1', text: 'x' })),
    );
    expect(new Set(sent.map(({ ts }) => ts)).size).toBe(20);
  });
});

describe('a workspace with somewhere to keep things', () => {
  it('is the same one after a restart', async () => {
    const kept = new Map<string, string>();
    const storage = {
      get: (key: string): unknown => JSON.parse(kept.get(key) ?? 'null') ?? undefined,
      set: (key: string, value: unknown) => void kept.set(key, JSON.stringify(value)),
    };
    const start = () => startSlackWorkspace({ storage, now: () => new Date('2026-11-02T12:00:00Z') });
    const send = (workspace: Awaited<ReturnType<typeof start>>) =>
      fetch(`${workspace.url}chat.postMessage`, {
        method: 'POST',
        headers: { authorization: `Bearer ${workspace.botToken}` },
        body: new URLSearchParams({ channel: 'C1', text: 'hello' }),
      });
    const first = await start();
    await send(first);
    await first.close();
    const second = await start();
    await send(second);
    expect({ token: second.botToken, secret: second.signingSecret }).toEqual({
      token: first.botToken,
      secret: first.signingSecret,
    });
    expect(second.messages().map(({ text }) => text)).toEqual(['hello', 'hello']);
    expect(new Set(second.messages().map(({ ts }) => ts)).size).toBe(2);
    await second.close();
  });
});
