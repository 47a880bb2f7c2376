/**
 * Exchange in memory: what `lib/standin/tenant` serves over HTTP, behind a `fetch` of its own. So the commands, their
 * answers and how Lapse reads them are the real ones; signing in is left out.
 */
import { createBooks, type Books } from '#lib/standin/tenant/books.ts';
import { invoke } from '#lib/standin/tenant/cmdlets.ts';
import { annotated } from '#lib/standin/tenant/rendering.ts';
import { empty, json, nul, problem, type TenantReply } from '#lib/standin/tenant/replies.ts';
import { cmdletOf } from '#lib/standin/tenant/shelves.ts';
import { createTenant, type ExchangeTenant } from '#exchange/tenant.ts';
import { Failed, type Boundary, type Worker } from './boundary.ts';
import type { CmdletCall, CmdletOutcome, Effects } from '#lib/standin/tenant/cmdlets.ts';
import type { Shelf } from '#lib/standin/tenant/shelf.ts';
import type { StoredObject } from '#lib/standin/tenant/history.ts';
import type { Tenants } from '#exchange/tenants.ts';
import type { Patience } from '#microsoft/retry.ts';
import type { Chance } from './chance.ts';
import type { Clockwork } from './clockwork.ts';

/** As what Lapse signs in. */
export const application = '5f0b7c1e-9a43-4d27-8c55-1e2d3c4b5a69';
const ownDomain = 'contoso.example';

/** A command that changed something, or was to. */
export interface Ordered extends CmdletCall {
  readonly shelf: Shelf;
  readonly before: readonly StoredObject[];
  readonly after: readonly StoredObject[];
}

export interface Exchange {
  readonly books: Books;
  readonly tenantsFor: (worker: Worker, patience?: Patience) => Tenants;
}

export interface ExchangeNeeds {
  readonly clock: Clockwork;
  readonly chance: Chance;
  readonly boundary: Boundary;
  /** Whether a read lags or a change is swallowed now. */
  readonly strange: (what: 'lags' | 'swallows', id: string) => boolean;
  readonly ordered: (worker: Worker, order: Ordered) => void;
  /** What a worker sees of its tenant may be watched, or spoilt. */
  readonly wrap: (worker: Worker, tenant: string, exchange: ExchangeTenant) => ExchangeTenant;
}

export function createExchange({ clock, chance, boundary, strange, ordered, wrap }: ExchangeNeeds): Exchange {
  const books = createBooks(undefined);
  let serial = 0;
  let changedAt = -Infinity;

  const effectsIn = (tenant: string): Effects => ({
    history: (shelf) => books.history(tenant, shelf),
    change: (shelf, operation) => {
      const history = books.history(tenant, shelf);
      const now = new Date(clock.now()).toISOString();
      const at = now > history.newest() ? now : history.newest();
      serial += 1;
      books.add(tenant, shelf, {
        ...operation,
        id: `cmdlet-${String(serial).padStart(9, '0')}`,
        own: true,
        by: '',
        at,
      });
      changedAt = clock.now();
    },
    // Reads lag seconds behind writes, never hours.
    lags: () =>
      clock.now() - changedAt < 5_000 && strange('lags', `lag ${String(serial)} ${String(clock.now())}`),
    swallows: () => strange('swallows', `swallow ${String(serial)} ${String(clock.now())}`),
  });

  function carryOut(worker: Worker, call: CmdletCall): CmdletOutcome {
    const known = cmdletOf(call.cmdlet);
    const effects = effectsIn(call.tenant);
    if (!known || known.verb === 'get') return invoke(call, effects);
    const before = books.history(call.tenant, known.shelf).objects();
    const outcome = invoke(call, effects);
    const after = books.history(call.tenant, known.shelf).objects();
    ordered(worker, { ...call, shelf: known.shelf, before, after });
    return outcome;
  }

  const serve =
    (tenant: string, worker: Worker) =>
    async (_url: unknown, init?: RequestInit): Promise<Response> => {
      const { CmdletInput: input } = JSON.parse(typeof init?.body === 'string' ? init.body : '{}') as {
        CmdletInput: { CmdletName: string; Parameters: Record<string, unknown> };
      };
      const call: CmdletCall = { tenant, cmdlet: input.CmdletName, parameters: input.Parameters };
      try {
        return replied(
          await boundary.call(worker, 'exchange', call.cmdlet, () =>
            call.cmdlet === 'Get-AcceptedDomain'
              ? json(200, { value: [{ DomainName: ownDomain }] })
              : replyTo(carryOut(worker, call)),
          ),
        );
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        if (error.how === 'turned away')
          return replied(refusals[chance.below(`${worker.id} ${String(worker.calls)}`, 4)]?.() ?? nul);
        throw new TypeError('fetch failed');
      }
    };

  return {
    books,
    tenantsFor: (worker, patience) => (id) => {
      const tenant = id.toLowerCase();
      const exchange = createTenant({
        fetch: serve(tenant, worker),
        exchangeUrl: 'https://exchange.invalid',
        tenant,
        token: () => Promise.resolve('token'),
        now: () => clock.now() + worker.skew,
        random: () => chance.of(`${worker.id} waits ${String(worker.calls)}`),
        wait: (ms) => boundary.sleep(worker, ms),
        ...(patience && { patience }),
      });
      return Promise.resolve({ ...wrap(worker, tenant, exchange), application });
    },
  };
}

const refusals: readonly (() => TenantReply)[] = [
  () => {
    const slower = problem(429, 'TooManyRequests', 'Throttled', 'Too many requests.');
    return { ...slower, headers: { ...slower.headers, 'Retry-After': '1' } };
  },
  () => ({ status: 503, headers: { 'Content-Type': 'text/html' }, body: '<html>Service Unavailable</html>' }),
  () => problem(200, 'InternalServerError', 'TransientException', 'The operation could not be completed.'),
  () => nul,
];

function replyTo(outcome: CmdletOutcome): TenantReply {
  switch (outcome.type) {
    case 'forbidden':
      return nul;
    case 'error':
      return problem(outcome.status, outcome.code, outcome.exception, outcome.text);
    case 'done':
      return empty(200);
    case 'objects':
      return json(200, { '@adminapi.warnings': [], value: outcome.objects.map((show) => annotated(show())) });
  }
}

/** As much of a `Response` as is looked at, without the machinery of streams. */
const replied = ({ status, headers = {}, body }: TenantReply): Response =>
  ({
    status,
    ok: status < 300,
    headers: new Headers(headers),
    body: [typeof body === 'string' ? Buffer.from(body) : body],
  }) as unknown as Response;
