/**
 * A stand-in for Microsoft's Management Activity API over real HTTP: subscriptions that start empty, blobs that come
 * into being some time after their records, lists by the blobs' time and in pages, and the traps of the real thing.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBlobs, type BlobPlacement } from './activity-feed-blobs.ts';
import { createFeedFaults, type FeedFault } from './activity-feed-faults.ts';
import { faultReply, refusal, reply, type FeedReply } from './activity-feed-replies.ts';
import { createStandInSignIn, type StandInSignIn } from './sign-in.ts';
import { fromMillis, toMillis, type Instant } from '#time/instant.ts';
import type { KeyValue } from '../key-value.ts';

export interface ActivityFeedOptions {
  readonly now: () => Date;
  /** Where records and subscriptions are kept over a restart; without it they are in memory only. */
  readonly storage?: KeyValue;
  /** Whom to answer. Without it, whoever brings a bearer token. */
  readonly accepts?: (tenant: string, authorization: string | undefined) => boolean;
  /** Milliseconds between a record and its blob, unless said otherwise; an hour, as Microsoft's usually takes. */
  readonly delay?: number;
  /** Blobs come into being at multiples of so many milliseconds. */
  readonly every?: number;
  readonly recordsPerBlob?: number;
  /** Blobs on one page of a list. */
  readonly pageSize?: number;
  /** Milliseconds from the start of a subscription until anything is listed. */
  readonly firstBlobsAfter?: number;
  /** Whether every subscription has been running since before time began. */
  readonly subscribed?: boolean;
}

export interface Addition {
  /** Milliseconds from now until its blob comes into being. */
  readonly after?: number;
  /** Milliseconds that the blob is then still missing from lists: a late blob. */
  readonly unlisted?: number;
  /** In how many blobs the record comes. */
  readonly copies?: number;
  /** Follows from the record's `Workload` otherwise. */
  readonly contentType?: string;
}

export interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
}

export interface ActivityFeed {
  /** Answers what is addressed to the feed; `false` where something else is meant. */
  readonly listener: (request: IncomingMessage, response: ServerResponse) => boolean;
  /** A native audit record of the tenant its `OrganizationId` names. */
  readonly add: (record: FeedRecord, addition?: Addition) => void;
  /** A blob with any content; answers its id. */
  readonly addContent: (
    content: () => Iterable<Uint8Array>,
    where: { readonly tenant: string; readonly contentType: string } & Pick<Addition, 'after' | 'unlisted'>,
  ) => string;
  /** As an administrator may. */
  readonly disable: (tenant: string, contentType: string) => void;
  readonly fault: (fault: FeedFault) => void;
  /** Removes all faults. */
  readonly mend: () => void;
  /** The first moment after that one at which a blob comes into a list. */
  readonly nextListing: (after: Instant) => Instant | undefined;
  /** The requests so far, oldest first; at most the newest ten thousand. */
  readonly requests: () => readonly Request[];
}

export interface FeedRecord {
  readonly OrganizationId?: unknown;
  readonly Workload?: unknown;
  readonly [field: string]: unknown;
}

interface Subscription {
  /** Stretches in which it was on, in milliseconds; the last may have no end yet. */
  readonly on: { readonly from: number; to?: number }[];
}

const hour = 3_600_000;
const day = 24 * hour;
const contentTypes = [
  'Audit.AzureActiveDirectory',
  'Audit.Exchange',
  'Audit.SharePoint',
  'Audit.General',
  'DLP.All',
];
const path = /^\/api\/v1\.0\/([^/]+)\/activity\/feed\/(.+)$/;
const mostRemembered = 10_000;

export function createActivityFeed(options: ActivityFeedOptions): ActivityFeed {
  const {
    now,
    storage,
    delay = hour,
    every = 1_000,
    recordsPerBlob = 100,
    pageSize = 100,
    firstBlobsAfter = 0,
  } = options;
  const blobs = createBlobs(storage, recordsPerBlob);
  const faults = createFeedFaults();
  const requests: Request[] = [];
  const subscriptions = new Map<string, Subscription>(
    Object.entries((storage?.get('subscriptions') ?? {}) as Readonly<Record<string, Subscription>>),
  );

  const keep = (): void => storage?.set('subscriptions', Object.fromEntries(subscriptions));
  const subscriptionOf = (tenant: string, contentType: string): Subscription | undefined =>
    subscriptions.get(`${tenant}/${contentType}`) ??
    (options.subscribed === true ? { on: [{ from: 0 }] } : undefined);
  const isOn = (subscription: Subscription | undefined): boolean =>
    subscription?.on.at(-1) !== undefined && subscription.on.at(-1)?.to === undefined;

  const switchTo = (tenant: string, contentType: string, on: boolean): void => {
    const subscription = subscriptionOf(tenant, contentType) ?? { on: [] };
    const last = subscription.on.at(-1);
    if (on) subscription.on.push({ from: now().getTime() });
    else if (last) last.to = now().getTime();
    subscriptions.set(`${tenant}/${contentType}`, subscription);
    keep();
  };

  /** Whether Microsoft made a blob at that time, and has got round to listing it. */
  const made = ({ on }: Subscription, created: number): boolean =>
    on.some(
      ({ from, to = Infinity }) =>
        created >= from && created < to && (from === 0 || now().getTime() >= from + firstBlobsAfter),
    );

  function start(tenant: string, contentType: string): FeedReply {
    if (isOn(subscriptionOf(tenant, contentType)))
      return refusal(400, 'AF20024', 'The subscription is already enabled. No property change.');
    switchTo(tenant, contentType, true);
    return reply({ contentType, status: 'enabled', webhook: null });
  }

  function list(tenant: string, url: URL): FeedReply {
    const contentType = url.searchParams.get('contentType') ?? '';
    const subscription = subscriptionOf(tenant, contentType);
    if (!contentTypes.includes(contentType))
      return refusal(400, 'AF20020', 'The specified content type is not valid.');
    if (!subscription)
      return refusal(400, 'AF20022', 'No subscription found for the specified content type.');
    if (!isOn(subscription))
      return refusal(400, 'AF20023', 'The subscription was disabled by a tenant administrator.');

    const window = windowOf(url.searchParams, now().getTime());
    if (!window)
      return refusal(
        400,
        'AF20030',
        'Start time and end time must both be given, not more than 24 hours apart, and start not more than 7 days ago.',
      );
    const page = Number(url.searchParams.get('nextPage') ?? 0);
    if (!Number.isInteger(page) || page < 0) return refusal(400, 'AF20031', 'Invalid nextPage Input.');
    const found = blobs
      .list(tenant, contentType)
      .filter(
        ({ created, listed }) =>
          created >= window.start &&
          created < window.end &&
          listed <= now().getTime() &&
          made(subscription, created),
      )
      // In no order that means anything, but the same on every page.
      .sort((a, b) => (a.id < b.id ? -1 : 1));
    const rest = found.slice((page + 1) * pageSize);
    const next = new URL(url);
    next.searchParams.set('nextPage', String(page + 1));
    if (faults.take(tenant, 'page-elsewhere')) next.hostname = 'localhost.example';
    return reply(
      found.slice(page * pageSize, (page + 1) * pageSize).map(({ id, created, expires }) => ({
        contentType,
        contentId: id,
        contentUri: `${url.origin}/api/v1.0/${tenant}/activity/feed/audit/${id}`,
        contentCreated: new Date(created).toISOString(),
        contentExpiration: new Date(expires).toISOString(),
      })),
      rest.length > 0 || next.hostname === 'localhost.example' ? { NextPageUri: next.href } : {},
    );
  }

  function content(tenant: string, id: string): FeedReply | 'cut' | { readonly cutAfter: Uint8Array } {
    const blob = blobs.find(tenant, id);
    if (!blob) return refusal(404, 'AF20050', 'The specified content does not exist.');
    if (blob.expires <= now().getTime())
      return refusal(400, 'AF20051', 'Content requested with the key has already expired.');
    const headers = { 'Content-Type': 'application/json; charset=utf-8' };
    if (faults.take(tenant, 'blob-503')) return { status: 503, body: '' };
    if (faults.take(tenant, 'blob-html'))
      return { status: 200, headers: { 'Content-Type': 'text/html' }, body: '<html></html>' };
    if (faults.take(tenant, 'blob-cut')) return { cutAfter: half(blob.content()) };
    if (faults.take(tenant, 'blob-short')) return { status: 200, headers, body: [half(blob.content())] };
    return { status: 200, headers, body: blob.content() };
  }

  function answer(request: IncomingMessage, tenant: string, operation: string, url: URL) {
    if (!(options.accepts ?? bearer)(tenant, request.headers.authorization))
      return refusal(401, 'AF10002', 'The token was not accepted.');
    const fault = faults.take(
      tenant,
      ...([
        '429',
        'AF429',
        '401',
        '503',
        'down',
        'auditing-off',
        'no-permission',
        'no-licence',
        'wrong-tenant',
      ] as const),
    );
    if (fault) return fault.kind === 'down' ? 'cut' : faultReply(fault, tenant);
    const contentType = url.searchParams.get('contentType') ?? '';
    switch (`${request.method ?? ''} ${operation}`) {
      case 'GET subscriptions/list':
        return reply(
          contentTypes.flatMap((type) => {
            const subscription = subscriptionOf(tenant, type);
            const status = isOn(subscription) ? 'enabled' : 'disabled';
            return subscription ? [{ contentType: type, status, webhook: null }] : [];
          }),
        );
      case 'POST subscriptions/start':
        return contentTypes.includes(contentType)
          ? start(tenant, contentType)
          : refusal(400, 'AF20020', 'The specified content type is not valid.');
      case 'POST subscriptions/stop':
        switchTo(tenant, contentType, false);
        return { status: 204, body: '' };
      case 'GET subscriptions/content': {
        const lost = url.searchParams.has('nextPage') && faults.take(tenant, 'page-lost');
        return lost ? faultReply(lost, tenant) : list(tenant, url);
      }
      default:
        return request.method === 'GET' && operation.startsWith('audit/')
          ? content(tenant, operation.slice('audit/'.length))
          : refusal(404, 'AF20002', 'There is no such operation.');
    }
  }

  const placement = (
    tenant: string,
    contentType: string,
    { after = delay, unlisted = 0 }: Addition,
  ): BlobPlacement => {
    const created = Math.ceil((now().getTime() + after) / every) * every;
    return { tenant: tenant.toLowerCase(), contentType, created, listed: created + unlisted };
  };

  return {
    listener(request, response) {
      const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
      const [, tenant, operation] = path.exec(url.pathname) ?? [];
      if (tenant === undefined || operation === undefined) return false;
      requests.push({ method: request.method ?? '', path: url.pathname, query: url.searchParams });
      if (requests.length > mostRemembered) requests.shift();
      response.setHeader('Date', now().toUTCString());
      const answered = answer(
        request,
        decodeURIComponent(tenant).toLowerCase(),
        decodeURIComponent(operation),
        url,
      );
      void write(response, answered).catch(() => response.destroy());
      return true;
    },
    add(record, addition = {}) {
      const tenant = String(record.OrganizationId);
      const where = placement(tenant, addition.contentType ?? contentTypeOf(record), addition);
      blobs.place(record, where);
      // A copy comes in a blob of its own, a moment later.
      for (let copy = 1; copy < (addition.copies ?? 1); copy += 1)
        blobs.place(record, {
          ...where,
          created: where.created + copy * every,
          listed: where.listed + copy * every,
        });
    },
    addContent: (bytes, { tenant, contentType, ...addition }) =>
      blobs.add(bytes, placement(tenant, contentType, addition)),
    disable: (tenant, contentType) => switchTo(tenant.toLowerCase(), contentType, false),
    fault: faults.add,
    mend: faults.clear,
    nextListing(after) {
      const next = blobs.nextListed(toMillis(after));
      return next === undefined ? undefined : fromMillis(next);
    },
    requests: () => requests,
  };
}

/** A feed on a port of its own, with a sign-in service. `url` is for both ACTIVITY_URL and LOGIN_URL. */
export async function startActivityFeed({
  port = 0,
  roles = ['ActivityFeed.Read'],
  ...options
}: ActivityFeedOptions & {
  /** 0 takes any free one. */
  readonly port?: number;
  /** In the tokens it issues. */
  readonly roles?: readonly string[];
}): Promise<ActivityFeed & { readonly url: string; readonly close: () => Promise<void> }> {
  const signIn = createStandInSignIn(options.now, roles);
  const feed = createActivityFeed(options);
  const server: Server = createServer((request, response) => {
    const [, tenant] = tokenPath.exec(request.url ?? '') ?? [];
    if (tenant !== undefined) void issue(signIn, tenant, request, response).catch(() => response.destroy());
    else if (!feed.listener(request, response)) response.writeHead(404).end();
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    ...feed,
    url: typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const tokenPath = /^\/([^/]+)\/oauth2\/v2\.0\/token$/;

async function issue(
  signIn: StandInSignIn,
  tenant: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body: Buffer[] = [];
  for await (const piece of request as AsyncIterable<Buffer>) body.push(piece);
  const answer = signIn.issue(tenant, new URLSearchParams(Buffer.concat(body).toString()));
  response.writeHead(answer.status, answer.headers).end(answer.body);
}

async function write(
  response: ServerResponse,
  answered: FeedReply | 'cut' | { readonly cutAfter: Uint8Array },
): Promise<void> {
  if (answered === 'cut') return void response.destroy();
  if ('cutAfter' in answered) {
    response.writeHead(200, { 'Content-Type': 'application/json' });
    await new Promise((written) => response.write(answered.cutAfter, written));
    return void response.destroy();
  }
  const { status, headers = {}, body } = answered;
  response.writeHead(status, headers);
  if (typeof body === 'string') return void response.end(body);
  await pipeline(Readable.from(body, { highWaterMark: 1 }), response);
}

/** Both or neither; without both, the last 24 hours. `undefined` for what Microsoft refuses. */
function windowOf(
  query: URLSearchParams,
  now: number,
): { readonly start: number; readonly end: number } | undefined {
  const [from, to] = [query.get('startTime'), query.get('endTime')];
  if (from === null && to === null) return { start: now - day, end: now };
  const format = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d)?)?$/;
  if (from === null || to === null || !format.test(from) || !format.test(to)) return undefined;
  const [start, end] = [from, to].map((text) =>
    Date.parse(`${text.length === 10 ? `${text}T00:00` : text}Z`),
  );
  const fits =
    start !== undefined && end !== undefined && end > start && end - start <= day && start >= now - 7 * day;
  return fits ? { start, end } : undefined;
}

/** The first half of the content, or of its first megabyte. */
function half(content: Iterable<Uint8Array>): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const piece of content) {
    parts.push(piece);
    if (parts.reduce((sum, { byteLength }) => sum + byteLength, 0) > 1024 * 1024) break;
  }
  const whole = Buffer.concat(parts);
  return whole.subarray(0, Math.ceil(whole.length / 2));
}

const bearer = (_tenant: string, authorization: string | undefined): boolean =>
  /^Bearer \S+$/.test(authorization ?? '');

const workloads: Readonly<Record<string, string>> = {
  exchange: 'Audit.Exchange',
  azureactivedirectory: 'Audit.AzureActiveDirectory',
  sharepoint: 'Audit.SharePoint',
  onedrive: 'Audit.SharePoint',
};
const contentTypeOf = ({ Workload }: FeedRecord): string =>
  workloads[typeof Workload === 'string' ? Workload.toLowerCase() : ''] ?? 'Audit.General';
