import { describe, expect, it } from 'vitest';
import { createSlack, type Installations } from '#slack/client.ts';
import { SlackRefusal, SlackUnreachable } from '#slack/failure.ts';

const message = { text: 'hello', blocks: [] };

/** A Slack that gives one answer for ever, and counts. */
function slackAnswering(
  answer: () => Response | Promise<Response>,
  installations: Installations = new Map(),
) {
  const calls: { url: string; body: URLSearchParams; authorization: string | undefined }[] = [];
  const slack = createSlack({
    token: 'the-token',
    url: 'https://slack.example/api/',
    timeout: 50,
    installations,
    fetch: async (url, init) => {
      const body = typeof init?.body === 'string' ? init.body : '';
      const authorization = init?.headers?.['Authorization'];
      calls.push({ url: String(url), body: new URLSearchParams(body), authorization });
      return Promise.race([
        Promise.resolve(answer()),
        new Promise<Response>((_, reject) => {
          init?.signal?.addEventListener('abort', () => reject(new Error('aborted')));
        }),
      ]);
    },
  });
  return { slack, calls };
}
const json = (value: unknown, init?: ResponseInit) => () => new Response(JSON.stringify(value), init);

describe('the client', () => {
  it('posts without previews or markup, and keeps the conversation that Slack answers with', async () => {
    const { slack, calls } = slackAnswering(json({ ok: true, channel: 'D1', ts: '1.2' }));
    expect(await slack.post('U1', message)).toEqual({ channel: 'D1', ts: '1.2' });
    expect(calls[0]).toMatchObject({
      url: 'https://slack.example/api/chat.postMessage',
      authorization: 'Bearer the-token',
    });
    expect(Object.fromEntries(calls[0]?.body ?? [])).toEqual({
      channel: 'U1',
      text: 'hello',
      blocks: '[]',
      mrkdwn: 'false',
      unfurl_links: 'false',
      unfurl_media: 'false',
    });
  });

  it.each([
    ['HTTP 500', () => new Response('', { status: 500 }), 'HTTP 500'],
    ['HTTP 403', () => new Response('', { status: 403 }), 'HTTP 403'],
    ['a broken connection', () => Promise.reject(new Error('ECONNRESET')), 'no answer'],
    ['an answer that never comes', () => new Promise<Response>(() => undefined), 'no answer'],
    [
      'a rate limit',
      () => new Response('', { status: 429, headers: { 'retry-after': '30' } }),
      'rate limited',
    ],
    ['a rate limit that names no time', () => new Response('', { status: 429 }), 'rate limited'],
    ['a proxy’s page', () => new Response('<html>Blocked</html>', { status: 200 }), 'chat.postMessage'],
    ['Slack’s own trouble', json({ ok: false, error: 'fatal_error' }), 'fatal_error'],
  ])('calls once at %s and leaves repeating to the queue', async (_, answer, said) => {
    const { slack, calls } = slackAnswering(answer);
    const failure = await slack.post('U1', message).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SlackUnreachable);
    expect(String(failure)).toContain(said);
    expect(String(failure)).not.toContain('html');
    expect(calls).toHaveLength(1);
  });

  it('ends every call with the whole answer, and begins none after that', async () => {
    const ending = new AbortController();
    const begun: string[] = [];
    const slack = createSlack({
      token: 'the-token',
      url: 'https://slack.example/api/',
      timeout: 0,
      until: ending.signal,
      fetch: (url, init) => {
        begun.push(String(url));
        if (!init?.signal)
          return Promise.resolve(new Response(JSON.stringify({ ok: true, channel: 'D1', ts: '1' })));
        return new Promise((_, reject) => {
          init.signal?.addEventListener('abort', () => reject(new Error('aborted')));
          ending.abort();
        });
      },
    });
    for (const call of [slack.post('U1', message), slack.publishHome('U1', { type: 'home', blocks: [] })])
      await expect(call).rejects.toThrow('no answer');
    await expect(slack.post('U2', message)).rejects.toThrow('no answer');
    expect(begun).toEqual(['https://slack.example/api/chat.postMessage']);
  });

  it.each([
    ['as it says', () => new Response('', { status: 429, headers: { 'retry-after': '7' } }), 7],
    ['half a minute where it does not say', () => new Response('', { status: 429 }), 30],
    ['half a minute at its word for it', json({ ok: false, error: 'ratelimited' }), 30],
    ['not at all where it is away', () => new Response('', { status: 500 }), undefined],
    ['not at all at its own trouble', json({ ok: false, error: 'fatal_error' }), undefined],
  ])('knows how long Slack is busy: %s', async (_, answer, seconds) => {
    const { slack } = slackAnswering(answer);
    const failure = await slack.post('U1', message).catch((error: unknown) => error);
    expect((failure as SlackUnreachable).retryAfter).toBe(seconds);
  });

  it('tells a refusal from an outage', async () => {
    const { slack, calls } = slackAnswering(json({ ok: false, error: 'is_archived' }));
    const failure = await slack.post('C1', message).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SlackRefusal);
    expect(failure).toMatchObject({ method: 'chat.postMessage', code: 'is_archived' });
    expect(calls).toHaveLength(1);
  });

  it('knows members, guests, bots, who has left, and who belongs elsewhere', async () => {
    const standing = async (more: object, home: object = {}) => {
      const answer = { ok: true, team_id: 'T1', ...home, user: { id: 'U1', ...more } };
      return (await slackAnswering(json(answer)).slack.person('U1')).standing;
    };
    const own = { team_id: 'T1' };
    expect(await standing(own)).toBe('member');
    expect(await standing({ ...own, deleted: true })).toBe('deactivated');
    expect(await standing({ ...own, is_bot: true })).toBe('bot');
    expect(await standing({ ...own, is_restricted: true })).toBe('guest');
    expect(await standing({ ...own, is_ultra_restricted: true })).toBe('guest');
    expect(await standing({ ...own, is_stranger: true })).toBe('foreign');
    expect(await standing({ team_id: 'T2' })).toBe('foreign');
    // To be a member takes to be shown as one.
    expect(await standing({})).toBe('foreign');
    expect(await standing({ team_id: null })).toBe('foreign');
  });

  it('counts an organisation’s members in each of its workspaces, and nobody else’s', async () => {
    const standing = async (home: object, more: object) => {
      const answer = { ok: true, team_id: 'T1', ...home, user: { id: 'U1', ...more } };
      return (await slackAnswering(json(answer)).slack.person('U1')).standing;
    };
    const grid = { enterprise_id: 'E1' };
    const wide = { team_id: 'E1', enterprise_id: 'E1', is_enterprise_install: true };
    const of = (enterprise_id: string, team_id: string) => ({ team_id, enterprise_user: { enterprise_id } });
    expect(await standing(grid, of('E1', 'T2'))).toBe('member');
    expect(await standing(wide, of('E1', 'T2'))).toBe('member');
    expect(await standing(grid, of('E2', 'T1'))).toBe('foreign');
    expect(await standing(wide, of('E2', 'T2'))).toBe('foreign');
    expect(await standing({}, of('E1', 'T1'))).toBe('foreign');
    expect(await standing(grid, { team_id: 'T2' })).toBe('foreign');
    expect(await standing(grid, { team_id: 'T1' })).toBe('member');
  });

  it('asks once where it is installed, by token, and again where that failed', async () => {
    const installations: Installations = new Map();
    let answer: object = { ok: false, error: 'internal_error' };
    const { slack, calls } = slackAnswering(() => json(answer)(), installations);
    await expect(slack.installation()).rejects.toThrow('internal_error');
    answer = { ok: true };
    await expect(slack.installation()).rejects.toThrow('unreadable answer');
    answer = { ok: true, team_id: 'T1' };
    expect(await slack.installation()).toEqual({ team: 'T1' });
    expect(await slack.installation()).toEqual({ team: 'T1' });
    expect(calls.map(({ url }) => url)).toEqual(Array(3).fill('https://slack.example/api/auth.test'));
    expect([...installations.keys()]).toEqual(['the-token']);
  });
});
