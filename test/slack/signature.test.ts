import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fromMillis } from '#time/instant.ts';
import { verifySignature } from '#slack/signature.ts';

/** The vector that Slack publishes with its own SDK. */
const secret = '8f742231b10e8888abcd99yyyzzz85a5';
const timestamp = 1531420618;
const body = Buffer.from(
  'token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c',
);
const signature = 'v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503';
const headers = { 'x-slack-request-timestamp': String(timestamp), 'x-slack-signature': signature };
const at = (seconds: number) => fromMillis((timestamp + seconds) * 1000);
const request = { secret, headers, body, receivedAt: at(0) };

describe('a request is from Slack', () => {
  it('when it carries the signature of Slack’s own example', () => {
    expect(verifySignature(request)).toBe('ok');
  });

  it('whatever the case of its header names', () => {
    const shouted = { 'X-Slack-Request-Timestamp': String(timestamp), 'X-SLACK-SIGNATURE': signature };
    expect(verifySignature({ ...request, headers: shouted })).toBe('ok');
  });

  it('up to five minutes before and after its timestamp, and not a second more', () => {
    expect(verifySignature({ ...request, receivedAt: at(300) })).toBe('ok');
    expect(verifySignature({ ...request, receivedAt: at(-300) })).toBe('ok');
    expect(verifySignature({ ...request, receivedAt: at(301) })).toBe('stale');
    expect(verifySignature({ ...request, receivedAt: at(-301) })).toBe('stale');
  });

  it('only with both headers', () => {
    expect(verifySignature({ ...request, headers: {} })).toBe('unsigned');
    expect(verifySignature({ ...request, headers: { 'x-slack-signature': signature } })).toBe('unsigned');
    expect(verifySignature({ ...request, headers: { 'x-slack-request-timestamp': String(timestamp) } })).toBe(
      'unsigned',
    );
  });

  it('not with a timestamp that is no number', () => {
    for (const wrong of ['', 'now', '1531420618.5', '-1531420618', '1e9', '9'.repeat(40)])
      expect(
        verifySignature({ ...request, headers: { ...headers, 'x-slack-request-timestamp': wrong } }),
      ).toBe('malformed timestamp');
  });

  it('not when one byte of the body, the secret or the signature differs', () => {
    expect(verifySignature({ ...request, body: Buffer.concat([body, Buffer.from(' ')]) })).toBe(
      'wrong signature',
    );
    expect(verifySignature({ ...request, secret: `${secret}x` })).toBe('wrong signature');
    for (const wrong of ['', 'v0=', signature.replace('a2', 'a3'), signature.toUpperCase(), `${signature}0`])
      expect(verifySignature({ ...request, headers: { ...headers, 'x-slack-signature': wrong } })).toBe(
        'wrong signature',
      );
  });

  it('over bytes, not over text that was decoded and encoded again', () => {
    const bytes = Buffer.from([0x70, 0x3d, 0xff, 0xfe]);
    const signed = createHmac('sha256', secret).update(`v0:${timestamp}:`).update(bytes).digest('hex');
    const own = { ...headers, 'x-slack-signature': `v0=${signed}` };
    expect(verifySignature({ ...request, body: bytes, headers: own })).toBe('ok');
  });

  it('never where the secret is blank: anybody can sign with an empty key', () => {
    const empty = createHmac('sha256', '').update(`v0:${timestamp}:`).update(body).digest('hex');
    const forged = { ...headers, 'x-slack-signature': `v0=${empty}` };
    for (const blank of ['', '  ', '\n'])
      expect(() => verifySignature({ ...request, secret: blank, headers: forged })).toThrow(
        'signing secret is blank',
      );
  });
});
