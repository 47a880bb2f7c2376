/** Runs one cmdlet in the tenant over `InvokeCommand`, the interface under Microsoft's own PowerShell module. */
import { readReply } from './answer.ts';
import { ExchangeError } from './exchange-error.ts';
import { ask } from '#microsoft/request.ts';
import { patient, retry } from '#microsoft/retry.ts';
import type { Page } from './answer.ts';
import type { ServiceReply } from '#microsoft/request.ts';
import type { Patience, Setback, Surroundings, Try } from '#microsoft/retry.ts';
import type { Token } from '#microsoft/token.ts';
import type { Call, ExchangeObject } from '#kinds/call.ts';

/** Receives Exchange's warnings that come with an answer, for example that a list was cut short. */
export type Warn = (warning: { readonly cmdlet: string; readonly text: string }) => void;

export interface Exchange extends Surroundings {
  readonly exchangeUrl: string;
  readonly tenant: string;
  readonly token: Token;
  readonly patience?: Patience;
  readonly warn?: Warn;
  /** Where each tenant was found to be served: kept by callers that want to find out only once. */
  readonly homes?: Map<string, string>;
}

/** `warned` receives the warnings of this call; `warn` receives those of every call. */
export type InvokeCommand = (
  call: Call,
  signal?: AbortSignal,
  warned?: (text: string) => void,
) => Promise<readonly ExchangeObject[]>;

/** Far above a tenant's 300 rules at any page size: a list without an end is not a list. */
const mostPages = 500;

/** Resolves to all objects of all pages (none for a changing cmdlet). Throws `ExchangeError`. */
export function createInvokeCommand(exchange: Exchange): InvokeCommand {
  const { tenant, patience = patient } = exchange;
  const homes = exchange.homes ?? new Map<string, string>();
  const base = exchange.exchangeUrl.replace(/\/+$/, '');
  const startAt = (home: string): URL =>
    new URL(`${home}/adminapi/beta/${encodeURIComponent(tenant)}/InvokeCommand`);

  /**
   * The first page, from where the tenant is served: Exchange redirects requests for tenants that are served
   * elsewhere.
   */
  const firstPage = async (call: Call, signal: AbortSignal | undefined): Promise<[URL, Page]> => {
    const url = startAt(homes.get(tenant) ?? base);
    try {
      return [url, await fetchPage(exchange, patience, url, call, signal)];
    } catch (error) {
      if (!(error instanceof ExchangeError) || error.code !== 'redirected') throw error;
      const home = await findHome(exchange, base, patience, signal);
      if (home === undefined || home === homes.get(tenant)) throw lost(error);
      homes.set(tenant, home);
      try {
        return [startAt(home), await fetchPage(exchange, patience, startAt(home), call, signal)];
      } catch (again) {
        throw again instanceof ExchangeError ? lost(again) : again;
      }
    }
  };

  return async (call, signal, warned) => {
    const objects: ExchangeObject[] = [];
    const asked = new Set<string>();
    let [url, page]: [URL | undefined, Page | undefined] = await firstPage(call, signal);
    for (; url; page = undefined) {
      asked.add(url.href);
      page ??= await fetchPage(exchange, patience, url, call, signal);
      objects.push(...page.objects);
      for (const text of page.warnings) {
        exchange.warn?.({ cmdlet: call.cmdlet, text });
        warned?.(text);
      }
      url = page.next === undefined ? undefined : nextUrl(page.next, url, call);
      if (url && (asked.has(url.href) || asked.size >= mostPages))
        throw new ExchangeError(
          'unexpected-answer',
          `Exchange's answer to ${call.cmdlet} does not end: it points back at its own pages. Nothing is concluded from it.`,
        );
    }
    return objects;
  };
}

/** Redirected without end, or to an address where the token must not go. */
const lost = (error: ExchangeError): ExchangeError =>
  error.code === 'redirected' ? new ExchangeError('unexpected-answer', error.message) : error;

/**
 * Where the tenant lives: the address to which Exchange redirects the question for its PowerShell module (as public
 * clients find out; Microsoft does not document it). Only a host below the configured one is believed, since the
 * token goes there.
 */
async function findHome(
  exchange: Exchange,
  base: string,
  patience: Patience,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  const asked = new URL(`${base}/AdminApi/v1.0/${encodeURIComponent(exchange.tenant)}/EXOModuleFile`);
  const token = await exchange.token({ signal });
  const sent = await ask(
    exchange.fetch,
    {
      method: 'GET',
      url: asked,
      headers: { Authorization: `Bearer ${token}`, 'Accept-Encoding': 'identity' },
    },
    { who: 'Exchange', timeout: patience.timeout, signal, Failure: ExchangeError },
  );
  if ('error' in sent) throw sent.error;
  const location = sent.reply.headers.get('location') ?? '';
  const home = URL.canParse(location, asked.href) ? new URL(location, asked.href) : undefined;
  const isBelow =
    home?.protocol === asked.protocol &&
    home.port === asked.port &&
    home.username === '' &&
    home.password === '' &&
    home.hostname.endsWith(`.${asked.hostname}`);
  return isBelow ? home.origin : undefined;
}

async function fetchPage(
  exchange: Exchange,
  patience: Patience,
  url: URL,
  call: Call,
  signal: AbortSignal | undefined,
): Promise<Page> {
  const send = async (token: string): Promise<{ readonly reply: ServiceReply } | Setback> =>
    ask(
      exchange.fetch,
      {
        method: 'POST',
        url,
        headers: {
          Authorization: `Bearer ${token}`,
          'Content-Type': 'application/json',
          Accept: 'application/json',
          // Compressed refusals have been seen that cannot be unpacked.
          'Accept-Encoding': 'identity',
          Prefer: 'odata.maxpagesize=1000',
          // Routes to the tenant's system mailbox, which every tenant has. As public clients do for applications.
          'X-AnchorMailbox': `APP:SystemMailbox{bb558c35-97f1-4cb9-8ff7-d53741dc928c}@${exchange.tenant}`,
          'X-CmdletName': call.cmdlet,
          'X-ResponseFormat': 'json',
        },
        body: JSON.stringify({ CmdletInput: { CmdletName: call.cmdlet, Parameters: call.parameters } }),
      },
      { who: 'Exchange', timeout: patience.timeout, signal, Failure: ExchangeError },
    );
  // A token can be revoked before it ends: one refusal is answered with a fresh one, a second is final.
  let renewed = false;
  const attempt = async (): Promise<Try<Page>> => {
    let token = await exchange.token({ signal });
    let sent = await send(token);
    if ('reply' in sent && sent.reply.status === 401 && !renewed) {
      renewed = true;
      token = await exchange.token({ fresh: true, signal });
      sent = await send(token);
    }
    if ('error' in sent) return sent;
    try {
      return { value: readReply(call, sent.reply, [token]) };
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      return { error, retryAfter: sent.reply.headers.get('retry-after') ?? undefined };
    }
  };
  return retry(attempt, exchange, patience, signal);
}

/** The next page is asked for with the token, so it must lie where the token was meant for. */
function nextUrl(link: string, from: URL, call: Call): URL {
  const next = URL.canParse(link, from.href) ? new URL(link, from.href) : undefined;
  if (next?.origin !== from.origin || next.username !== '' || next.password !== '')
    throw new ExchangeError(
      'unexpected-answer',
      `Exchange's answer to ${call.cmdlet} continues at another address${next ? ` (${next.host})` : ''}. ` +
        'It is not followed: the token is only for the address it was asked for.',
    );
  return next;
}
