/**
 * Whether a request comes from Slack: HMAC-SHA256 over `v0:<timestamp>:<raw body>` with the app's signing secret
 * (https://docs.slack.dev/authentication/verifying-requests-from-slack). It proves origin, not uniqueness:
 * repeating a request inside the window is caught by the receipt of the command it causes.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { toMillis } from '#time/instant.ts';
import type { Instant } from '#time/instant.ts';

/** Seconds a timestamp may differ from the moment of receipt, either way. Slack's own figure. */
const window = 300;

export interface SignedRequest {
  readonly secret: string;
  /** Names in any case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  /** The bytes as they came: after parsing, the signature would be of something else. */
  readonly body: Uint8Array;
  readonly receivedAt: Instant;
}

export type SignatureVerdict = 'ok' | 'unsigned' | 'malformed timestamp' | 'stale' | 'wrong signature';

/** Throws if `secret` is blank: anybody can sign with an empty key. */
export function verifySignature({ secret, headers, body, receivedAt }: SignedRequest): SignatureVerdict {
  if (secret.trim() === '')
    throw new Error('The Slack signing secret is blank. Set it before taking requests.');
  const timestamp = timestampOf(headers);
  const signature = header(headers, 'x-slack-signature');
  if (timestamp === undefined || signature === undefined) return 'unsigned';
  if (!/^\d{1,12}$/.test(timestamp)) return 'malformed timestamp';
  if (Math.abs(toMillis(receivedAt) / 1000 - Number(timestamp)) > window) return 'stale';

  const expected = Buffer.from(sign(secret, timestamp, body));
  const given = Buffer.from(signature);
  // Lengths are compared first because timingSafeEqual throws on a difference; the length is no secret.
  return given.length === expected.length && timingSafeEqual(given, expected) ? 'ok' : 'wrong signature';
}

const sign = (secret: string, timestamp: string, body: Uint8Array): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;

/** When Slack says it sent the request, in seconds since 1970; the same if it sends the request again. */
export const timestampOf = (headers: SignedRequest['headers']): string | undefined =>
  header(headers, 'x-slack-request-timestamp');

const header = (headers: SignedRequest['headers'], name: string): string | undefined =>
  Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
