/** Answers in the forms of the Management Activity API. */
import type { FeedFault } from './activity-feed-faults.ts';

export interface FeedReply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string | Iterable<Uint8Array>;
}

export const reply = (body: unknown, headers: Readonly<Record<string, string>> = {}): FeedReply => ({
  status: 200,
  headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify(body),
});

export const refusal = (status: number, code: string, message: string, headers = {}): FeedReply => ({
  status,
  headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
  body: JSON.stringify({ error: { code, message } }),
});

/** What a fault of a whole request answers. */
export function faultReply({ kind, retryAfter }: FeedFault, tenant: string): FeedReply {
  const later = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  switch (kind) {
    case '429':
      return refusal(429, 'AF429', 'Too many requests.', later);
    case 'AF429':
      return refusal(403, 'AF429', `Too many requests. Method=GetBlob, PublisherId=${tenant}`, later);
    case '401':
      return refusal(401, 'AF10002', 'The token was not accepted.');
    case 'page-lost':
      return refusal(400, 'AF20031', 'Invalid nextPage Input.');
    case 'auditing-off':
      return refusal(400, 'DataServiceException', `Tenant ${tenant} does not exist.`);
    case 'no-permission':
      return refusal(
        403,
        'AF10001',
        'The permission set sent in the request did not include the expected permission.',
      );
    case 'no-licence':
      return refusal(
        400,
        'invalid_resource',
        "The service principal for resource 'https://manage.office.com' is disabled.",
      );
    case 'wrong-tenant':
      return refusal(
        401,
        'AF20010',
        'The tenant ID in the URL does not match the tenant ID in the access token.',
      );
    default:
      return {
        status: 503,
        headers: { 'Content-Type': 'text/html' },
        body: '<html>Service Unavailable</html>',
      };
  }
}
