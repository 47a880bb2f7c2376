/** Runs one cmdlet in the tenant over `InvokeCommand`, the interface under Microsoft's own PowerShell module. */
import { readReply } from './answer.ts';
import { ExchangeError } from './exchange-error.ts';
import { post } from './post.ts';
import { patient, persist } from './retry.ts';
import type { Call, ExchangeObject, Page } from './answer.ts';
import type { Reply } from './post.ts';
import type { Patience, Setback, Surroundings, Try } from './retry.ts';
import type { Token } from './token.ts';

/** Hears what Exchange warns of beside an answer, for example that a list was cut short. */
export type Warn = (warning: { readonly cmdlet: string; readonly text: string }) => void;

export interface Exchange extends Surroundings {
  readonly exchangeUrl: string;
  readonly tenant: string;
  readonly token: Token;
  readonly patience?: Patience;
  readonly warn?: Warn;
}

export type InvokeCommand = (call: Call, signal?: AbortSignal) => Promise<readonly ExchangeObject[]>;

/** Far above a tenant's 300 rules at any page size: a list that does not end is no list. */
const mostPages = 500;

/** Resolves to all objects of all pages (none for a changing cmdlet). Throws `ExchangeError`. */
export function createInvokeCommand(exchange: Exchange): InvokeCommand {
  const { tenant, patience = patient } = exchange;
  const base = exchange.exchangeUrl.replace(/\/+$/, '');
  const start = new URL(`${base}/adminapi/beta/${encodeURIComponent(tenant)}/InvokeCommand`);

  return async (call, signal) => {
    const objects: ExchangeObject[] = [];
    const asked = new Set<string>();
    for (let url: URL | undefined = start; url;) {
      asked.add(url.href);
      const page = await fetchPage(exchange, patience, url, call, signal);
      objects.push(...page.objects);
      for (const text of page.warnings) exchange.warn?.({ cmdlet: call.cmdlet, text });
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

async function fetchPage(
  exchange: Exchange,
  patience: Patience,
  url: URL,
  call: Call,
  signal: AbortSignal | undefined,
): Promise<Page> {
  const send = async (token: string): Promise<{ readonly reply: Reply } | Setback> =>
    post(
      exchange.fetch,
      {
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
      { who: 'Exchange', timeout: patience.timeout, signal },
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
  return persist(attempt, exchange, patience, signal);
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
