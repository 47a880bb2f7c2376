/**
 * Microsoft's Management Activity API, one tenant's: the only file that talks to it. What is asked carries the token,
 * so nothing is sent anywhere but to the configured host, whatever an answer says.
 */
import * as z from 'zod';
import { fromMillis, parseInstant, toMillis, type Instant } from '#time/instant.ts';
import { send, type Received } from '#microsoft/request.ts';
import { retry, type Patience, type Surroundings, type Try } from '#microsoft/retry.ts';
import { FeedError, createOutOfTime } from './feed-error.ts';
import { refusalOf } from './refusal.ts';
import { tryParseJson } from '#values/json.ts';
import type { TokenRequest } from '#microsoft/token.ts';
import type { Blob } from './coverage.ts';
import type { Stretch } from '#time/stretch.ts';

export interface ActivityApi {
  /** Content types, and whether each is enabled. A type that was never started is not in the list. */
  subscriptions(): Promise<ReadonlyMap<string, 'enabled' | 'disabled'>>;
  /** `running`: it was already on. */
  start(contentType: string): Promise<'started' | 'running'>;
  /**
   * What was created in a window, page by page. A window may be at most 24 hours long and begin at most seven days
   * ago; of longer ones Microsoft may leave parts out without a word.
   */
  content(contentType: string, window: Stretch): AsyncGenerator<readonly Blob[], void>;
  /** The content itself. Read it to its end or leave it: both close the connection. */
  open(blob: Blob): Promise<AsyncGenerator<Uint8Array, void>>;
  /**
   * How far Microsoft's clock is ahead of ours according to the newest answer, in milliseconds; 0 before the first
   * answer.
   */
  skew(): number;
}

/** What it throws is passed on as it is, but a `FeedError` that may pass is tried again first. */
export type ActivityToken = (request: TokenRequest & { readonly signal: AbortSignal }) => Promise<string>;

export interface FeedAccess extends Surroundings {
  /** Where the tenant's cloud serves the log, or a stand-in. */
  readonly activityUrl: string;
  /** GUID of the tenant. */
  readonly tenant: string;
  /** GUID of the tenant of whoever runs this code. Without it, Microsoft counts requests against one pool for everybody. */
  readonly publisher: string;
  readonly token: ActivityToken;
  /** Ends with the run: whatever is under way then fails with `out-of-time`. */
  readonly signal: AbortSignal;
  readonly patience?: Patience;
}

/**
 * At worst, half a minute of waiting for one answer in a run of four and a half; the next run comes within minutes.
 */
const patient: Patience = { attempts: 4, firstWait: 2_000, longestWait: 30_000, timeout: 30_000 };

/** A page of a list holds some hundreds of blobs of about 600 bytes. */
const mostListBytes = 16 * 1024 * 1024;
const mostRefusalBytes = 64 * 1024;
/** A day of the busiest tenant is a few hundred pages; more means that the list goes in circles. */
const mostPages = 20_000;

const moment = z.string().transform((text, issues): Instant => {
  const at = parseInstant(/[zZ]|[+-]\d\d:\d\d$/.test(text) ? text : `${text}Z`);
  if (at !== undefined) return at;
  issues.addIssue({ code: 'custom', message: 'not a moment' });
  return z.NEVER;
});
const listSchema = z.array(
  z.object({
    contentId: z.string().min(1),
    contentUri: z.string().min(1),
    contentCreated: moment,
    contentExpiration: moment,
  }),
);
const subscriptionsSchema = z.array(z.object({ contentType: z.string(), status: z.string() }));

/** Every call throws `FeedError`, and what `token` throws. */
export function createActivityApi(access: FeedAccess): ActivityApi {
  const { fetch, tenant, publisher, token, signal, now, patience = patient } = access;
  const root = new URL(`${access.activityUrl.replace(/\/+$/, '')}/api/v1.0/${tenant}/activity/feed/`);
  let skew = 0;

  const within = (path: string, query: Readonly<Record<string, string>> = {}): URL => {
    const url = new URL(path, root);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    return url;
  };

  /** An address from an answer; `undefined` if the token must not be sent there. */
  const sameOrigin = (address: string): URL | undefined => {
    const url = URL.canParse(address, root.href) ? new URL(address, root) : undefined;
    return url?.origin === root.origin ? url : undefined;
  };

  const identified = (url: URL): URL => {
    const whole = new URL(url);
    // As text, so that what Microsoft wrote into the rest of the address goes back unchanged.
    if (![...whole.searchParams.keys()].some((name) => name.toLowerCase() === 'publisheridentifier'))
      whole.search += `${whole.search === '' ? '?' : '&'}PublisherIdentifier=${encodeURIComponent(publisher)}`;
    return whole;
  };

  /** `understand` reads an answer that is not a success; `undefined` makes it a refusal. */
  async function ask<T>(
    question: { readonly method: 'GET' | 'POST'; readonly url: URL; readonly asked: string },
    read: (received: Received) => Promise<T>,
    understand?: (status: number, body: string) => T | undefined,
  ): Promise<T> {
    const { method, url, asked } = question;
    let renewed = false;
    const once = async (fresh = false): Promise<Try<T, FeedError>> => {
      try {
        const bearer = await token({ fresh, signal });
        const headers = { Authorization: `Bearer ${bearer}`, Accept: 'application/json' };
        const received = await send(
          fetch,
          { method, url: identified(url), headers },
          { who: 'Microsoft', timeout: patience.timeout, signal, Failure: FeedError, ended: createOutOfTime },
        );
        notice(received.headers.get('date'));
        if (received.status === 200) return { value: await read(received) };
        const body = await received.text(mostRefusalBytes);
        const understood = understand?.(received.status, body);
        if (understood !== undefined) return { value: understood };
        if (received.status === 401 && !renewed) {
          // The token may have been revoked, or issued before a permission was given.
          renewed = true;
          return await once(true);
        }
        return {
          error: refusalOf({ status: received.status, body, asked, tenant }),
          retryAfter: received.headers.get('retry-after') ?? undefined,
        };
      } catch (error) {
        if (error instanceof FeedError) return { error };
        throw error;
      }
    };
    return retry(() => once(), access, patience, signal);
  }

  const notice = (date: string | null): void => {
    const theirs = date === null ? NaN : Date.parse(date);
    if (!Number.isNaN(theirs)) skew = theirs - now();
  };

  async function list<T>(received: Received, schema: z.ZodType<T>, asked: string): Promise<T> {
    const parsed = schema.safeParse(tryParseJson(await received.text(mostListBytes)));
    if (parsed.success) return parsed.data;
    const where = parsed.error.issues[0]?.path.join('.') ?? '';
    throw new FeedError(
      'unexpected-answer',
      `Microsoft's answer has an unexpected form (at ${where === '' ? 'its top' : where}) while ${asked}. Check ACTIVITY_URL.`,
    );
  }

  return {
    async subscriptions() {
      const asked = `listing the subscriptions of tenant ${tenant}`;
      const found = await ask({ method: 'GET', url: within('subscriptions/list'), asked }, (received) =>
        list(received, subscriptionsSchema, asked),
      );
      return new Map(
        found.map(({ contentType, status }) => [
          contentType,
          status.toLowerCase() === 'enabled' ? ('enabled' as const) : ('disabled' as const),
        ]),
      );
    },

    start: (contentType) =>
      ask<'started' | 'running'>(
        {
          method: 'POST',
          url: within('subscriptions/start', { contentType }),
          asked: `starting the subscription to ${contentType} of tenant ${tenant}`,
        },
        async (received) => {
          await received.discard();
          return 'started';
        },
        // AF20024: it is enabled already, perhaps by another collector a moment ago.
        (_status, body) => (body.includes('AF20024') ? 'running' : undefined),
      ),

    async *content(contentType, { start, end }) {
      const asked = `listing content of ${contentType} of tenant ${tenant}`;
      // Whole seconds in UTC, rounded outward so that no part of a second is left out.
      const endTime = fromMillis(Math.ceil(toMillis(end) / 1000) * 1000).slice(0, 19);
      const times = { startTime: start.slice(0, 19), endTime };
      let url = within('subscriptions/content', { contentType, ...times });
      const seen = new Set<string>();
      for (;;) {
        if (signal.aborted) throw createOutOfTime();
        if (seen.has(url.href) || seen.size >= mostPages)
          throw new FeedError('page-lost', `The list of pages does not end while ${asked}.`);
        seen.add(url.href);
        const page: { blobs: readonly Blob[]; next: string | null } = await ask(
          { method: 'GET', url, asked },
          async (received) => ({
            blobs: await list(received, listSchema, asked),
            // The troubleshooting page calls it by the second name.
            next: received.headers.get('NextPageUri') ?? received.headers.get('NextPageUrl'),
          }),
        );
        yield page.blobs;
        if (page.next === null || page.next === '') return;
        const next = sameOrigin(page.next);
        if (!next)
          throw new FeedError(
            'unexpected-answer',
            `The next page is on a different host, not ${root.host}, while ${asked}: the token is not sent there. Check ACTIVITY_URL.`,
          );
        url = next;
      }
    },

    async open({ contentUri }) {
      const url = sameOrigin(contentUri);
      if (!url)
        throw new FeedError(
          'broken',
          `A blob of tenant ${tenant} is on a different host, not ${root.host}: the token is not sent there. Check ACTIVITY_URL.`,
        );
      return ask({ method: 'GET', url, asked: `reading content of tenant ${tenant}` }, (received) =>
        Promise.resolve(received.pieces()),
      );
    },

    skew: () => skew,
  };
}
