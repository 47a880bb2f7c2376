/**
 * A stand-in for Microsoft's sign-in service and Exchange Online, over real HTTP: every tenant id is served, each
 * with objects of its own, and the traps of the real interface are there by default.
 */
import { createServer } from 'node:http';
import { applyRecord } from './apply-record.ts';
import { createBooks } from './books.ts';
import { invoke } from './cmdlets.ts';
import { startMailDoors } from '../mail/mail-doors.ts';
import { answerAboutMail } from './mail-cmdlets.ts';
import { asText, isOn } from './text.ts';
import { createFaults } from './faults.ts';
import { annotated } from './rendering.ts';
import { empty, json, nul, problem } from './replies.ts';
import { createStandInSignIn } from './sign-in.ts';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AuditRecord } from '#audit-log/record.ts';
import type { KeyValue } from '../key-value.ts';
import type { DoorSettings, MailDoors } from '../mail/mail-doors.ts';
import type { Effects, CmdletOutcome } from './cmdlets.ts';
import type { Fault } from './faults.ts';
import type { StoredObject } from './history.ts';
import type { ReplyOrCut } from './replies.ts';
import type { Shelf } from './shelf.ts';

export interface StandInTenantOptions {
  readonly now: () => Date;
  /** Where the objects' histories are kept over a restart; without it they are in memory only. */
  readonly storage?: KeyValue;
  /** Changes that happened before the start. */
  readonly seed?: readonly AuditRecord[];
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** Objects on one page of a list. */
  readonly pageSize?: number;
  /** The roles in the tokens it issues. */
  readonly roles?: readonly string[];
  /** The certificate (PEM) of the app registration; without one, any is taken. */
  readonly certificate?: string;
  /** Serves Exchange below this prefix of its host only, and sends who asks elsewhere there. */
  readonly prefix?: string;
  /**
   * The domains that tenants accept mail for, by their GUIDs. With any, mail can be handed in; without, no tenant tells
   * which domains are its own.
   */
  readonly domains?: Readonly<Record<string, readonly string[]>>;
  /** Is asked first, and answers `false` where a request is none of its: how an audit log is served beside. */
  readonly beside?: (request: IncomingMessage, response: ServerResponse) => boolean;
}

export interface StandInTenant {
  /** For EXCHANGE_URL. */
  readonly url: string;
  /** For LOGIN_URL. */
  readonly loginUrl: string;
  /** The change that an audit record tells of happens here, at the record's time. Again: nothing. */
  readonly apply: (record: AuditRecord) => void;
  /** The objects of a kind as they are now, of one tenant or of all. */
  readonly objects: (kind: Shelf, tenant?: string) => readonly (StoredObject & { readonly tenant: string })[];
  /** Where mail for the tenants is handed in; `undefined` where there is no domain. */
  readonly mail: MailDoors | undefined;
  readonly fault: (fault: Fault) => void;
  /** Removes all faults. */
  readonly mend: () => void;
  /** Counts everything after which a look here may show something else than before. */
  readonly changes: () => number;
  readonly close: () => Promise<void>;
}

export async function startStandInTenant(options: StandInTenantOptions): Promise<StandInTenant> {
  const books = createBooks(options.storage);
  let changes = 0;
  const faults = createFaults();
  const signIn = createStandInSignIn(
    options.now,
    options.roles ?? ['Exchange.ManageAsApp', 'ActivityFeed.Read'],
    options.certificate,
  );

  const effectsIn = (tenant: string): Effects => ({
    history: (kind) => books.history(tenant, kind),
    change: (kind, operation) => {
      const history = books.history(tenant, kind);
      // After all that is known to have happened, also where the log is ahead of the local clock.
      const now = options.now().toISOString();
      const at = now > history.newest() ? now : history.newest();
      const id = `cmdlet-${String(history.size()).padStart(9, '0')}`;
      books.add(tenant, kind, { ...operation, id, own: true, by: '', at });
      changes += 1;
    },
    lags: () => {
      const lags = faults.take('stale-reads') !== undefined;
      if (lags) changes += 1;
      return lags;
    },
    swallows: () => faults.take('disable-does-nothing') !== undefined,
  });

  const settings = (tenant: string): DoorSettings => ({
    rejectsDirectSend: books
      .history(tenant, 'organization')
      .objects()
      .some(({ parameters }) => isOn(parameters['RejectDirectSend'])),
    connectors: books
      .history(tenant, 'inbound-connector')
      .objects()
      .filter(({ enabled }) => enabled)
      .map(({ name, parameters }) => ({
        name,
        senderDomains: partsOf(parameters['SenderDomains']),
        addresses: partsOf(parameters['SenderIPAddresses']),
        restricts:
          !/^onpremises$/i.test(asText(parameters['ConnectorType'])) &&
          (isOn(parameters['RestrictDomainsToIPAddresses']) ||
            isOn(parameters['RestrictDomainsToCertificate'])),
      })),
  });

  const faulty = (): ReplyOrCut | undefined => {
    const fault = faults.take('429', '503', 'error-in-200', '403-nul', 'down');
    if (fault) changes += 1;
    switch (fault) {
      case undefined:
        return undefined;
      case '429': {
        const slower = problem(429, 'TooManyRequests', 'Throttled', 'Too many requests.');
        return { ...slower, headers: { ...slower.headers, 'Retry-After': '1' } };
      }
      case '503':
        return {
          status: 503,
          headers: { 'Content-Type': 'text/html' },
          body: '<html>Service Unavailable</html>',
        };
      case 'error-in-200':
        return problem(
          200,
          'InternalServerError',
          'TransientException',
          'The operation could not be completed.',
        );
      case '403-nul':
        return nul;
      case 'down':
        return 'cut';
    }
  };

  const page = (outcome: Extract<CmdletOutcome, { type: 'objects' }>, url: URL): ReplyOrCut => {
    const size = options.pageSize ?? 100;
    const from = Number(url.searchParams.get('$skiptoken') ?? 0);
    const here = `${originOf(server)}${url.pathname}`;
    return json(200, {
      '@odata.context': `${here}/$metadata#Collection(Exchange.GenericHashTable)`,
      'adminapi.warnings@odata.type': '#Collection(String)',
      '@adminapi.warnings': [],
      ...(from + size < outcome.objects.length
        ? { '@odata.nextLink': `${here}?$skiptoken=${from + size}` }
        : {}),
      value: outcome.objects.slice(from, from + size).map((show) => annotated(show())),
    });
  };

  const answer = async (request: IncomingMessage): Promise<ReplyOrCut> => {
    const url = new URL(request.url ?? '/', 'http://tenant.invalid');
    const [first = '', second = '', third = '', fourth = ''] = url.pathname
      .slice(1)
      .split('/')
      .map((part) => decodeURIComponent(part));
    const body = await bodyOf(request);
    if (second === 'oauth2') return signIn.issue(first, new URLSearchParams(body));
    const away = elsewhere(request, options.prefix);
    if (away !== undefined && first.toLowerCase() === 'adminapi')
      return { status: 302, headers: { Location: `${away}${request.url ?? '/'}` }, body: '' };
    if (first.toLowerCase() !== 'adminapi' || fourth.toLowerCase() !== 'invokecommand') return empty(404);
    // Only beta carries cmdlets.
    if (second !== 'beta' || request.method !== 'POST') return empty(405);
    if (!signIn.accepts(third, request.headers.authorization)) return empty(401);

    const fault = faulty();
    if (fault !== undefined) return fault;
    const tenant = third.toLowerCase();
    const command = commandIn(body);
    if (!command) return problem(400, 'BadRequest', 'ODataException', 'The request body cannot be read.');
    const domains = options.domains?.[tenant];
    const outcome =
      (domains && answerAboutMail(command, { domains, traces: mail?.traces(tenant) ?? [] })) ??
      invoke({ tenant, ...command }, effectsIn(tenant));
    switch (outcome.type) {
      case 'forbidden':
        return nul;
      case 'error':
        return problem(outcome.status, outcome.code, outcome.exception, outcome.text);
      case 'done':
        return empty(200);
      case 'objects':
        return page(outcome, url);
    }
  };

  const server = createServer((request, response) => {
    if (options.beside?.(request, response) === true) return;
    answer(request).then(
      (reply) => {
        if (reply === 'cut') response.destroy();
        else response.writeHead(reply.status, reply.headers).end(reply.body);
      },
      () => response.writeHead(500).end(),
    );
  });

  const apply = (record: AuditRecord): void => {
    changes += 1;
    applyRecord(books, record);
  };
  options.seed?.forEach(apply);

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const mail = options.domains && (await startMailDoors({ ...options, domains: options.domains, settings }));
  return {
    url: originOf(server),
    mail,
    loginUrl: originOf(server),
    apply,
    objects: (kind, tenant) =>
      (tenant === undefined ? books.tenants() : [tenant.toLowerCase()]).flatMap((one) =>
        books
          .history(one, kind)
          .objects()
          .map((object) => ({ ...object, tenant: one })),
      ),
    fault: (fault) => {
      changes += 1;
      faults.add(fault);
    },
    mend: () => {
      changes += 1;
      faults.clear();
    },
    changes: () => changes,
    async close() {
      await mail?.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

const partsOf = (value: unknown): readonly string[] =>
  asText(value)
    .split(/[;,]/)
    .filter((part) => part !== '');

/** The host where this tenant lives, if it was not asked there. */
function elsewhere(request: IncomingMessage, prefix: string | undefined): string | undefined {
  const host = request.headers.host ?? '';
  return prefix === undefined || host.startsWith(`${prefix}.`) ? undefined : `http://${prefix}.${host}`;
}

function commandIn(
  body: string,
): { cmdlet: string; parameters: Readonly<Record<string, unknown>> } | undefined {
  try {
    const { CmdletInput: input } = JSON.parse(body) as {
      CmdletInput?: { CmdletName?: string; Parameters?: Record<string, unknown> };
    };
    return input?.CmdletName === undefined
      ? undefined
      : { cmdlet: input.CmdletName, parameters: input.Parameters ?? {} };
  } catch {
    return undefined;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

function originOf(server: Server): string {
  const address = server.address();
  return typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
}
