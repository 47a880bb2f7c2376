import type { IncomingMessage } from 'node:http';
import * as z from 'zod';
import { minus, parseDuration, parseInstant, toMillis, type Instant } from '#time/instant.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { CheckResult } from '#doctor/check.ts';
import { UnreadableExport } from '#audit-log/export/unreadable-export.ts';
import { channelOf } from '#policy/owner.ts';
import { follow, type Enforcements } from '#policy/enforcement-mode.ts';
import { kinds } from '#kinds/registry.ts';
import type { Policy } from '#policy/policy.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { readMostDangerous } from '#register/read-most-dangerous.ts';
import { checkTrail } from '#register/check-trail.ts';
import { readShownTrail } from '#register/shown-trail.ts';
import { readWholeList } from '#register/read-whole-list.ts';
import { probeRunSchema } from '#register/probes.ts';
import { ServiceError } from '#microsoft/service-error.ts';
import type { Register } from '#register/contract.ts';
import { coverageFrom, usageDayFrom } from '#register/usage-item.ts';
import type { MailboxChanges } from '#register/mailbox-changes.ts';
import type { UsageStore } from '#register/usage.ts';
import type { DeadLetters, Redriven } from './dead-letters.ts';
import type { Advanced, Unfinished } from './progress.ts';
import { LocalReply, RequestError, type LocalRoute } from './gateway.ts';
import type { IntakeCounts } from './intake.ts';
import type { LocalProbes } from './probes.ts';
import type { ProbeRun } from '#probe/run.ts';
import type { RouteSpec } from './template.ts';
import { answerOne } from './answer-one.ts';
import { howToRead, createView } from './views.ts';
import { modesIn } from '#register/enforcement.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import { tryParseJson } from '#values/json.ts';
import { compareText } from '#values/compare-text.ts';

export interface LocalRoutesOptions {
  readonly register: Register;
  readonly mailboxes: MailboxChanges;
  readonly usage: UsageStore;
  /** The tenant's own domains. */
  readonly domains: (tenant: string) => Promise<readonly string[]>;
  readonly enforcements: Enforcements;
  readonly probes: LocalProbes;
  readonly policy: Policy;
  readonly now: () => Instant;
  readonly feed: (input: AsyncIterable<Uint8Array>, source: string) => Promise<IntakeCounts>;
  /** Stops where `signal` aborts. */
  readonly advance: (to: Instant, signal: AbortSignal) => Promise<Advanced>;
  /** Addresses of what is real: for it no time but the real one passes. */
  readonly real: readonly string[];
  /** False where `signal` aborts before. */
  readonly settled: (signal: AbortSignal) => Promise<boolean>;
  readonly examine: (options: { readonly testMessage: boolean }) => Promise<readonly CheckResult[]>;
  readonly unfinished: () => Unfinished;
  readonly deadLetters: () => readonly DeadLetters[];
  readonly redrive: (functions: readonly string[]) => Promise<readonly Redriven[]>;
  readonly routes: readonly Pick<RouteSpec, 'method' | 'path'>[];
}

/** Just under the five minutes after which usual HTTP clients hang up. */
const answerWithinMs = 240_000;
/** Far above the nineteen characters of an id. */
const longestId = 100;
const clockExpects =
  'send {"advance":"P3D"} (weeks, days, hours, minutes, seconds) or {"to":"2026-12-01T00:00:00Z"}, not before the present local time';

function unreadable(error: unknown): never {
  if (error instanceof UnreadableState) throw new RequestError(500, error.message, howToRead);
  throw error;
}

/** What the local deployment offers beside the template's routes: the way in, the clock, and the register. */
export function createLocalRoutes(options: LocalRoutesOptions): Readonly<Record<string, LocalRoute>> {
  const { register, mailboxes, usage, policy, now } = options;
  const view = (exception: Exception) => createView(exception, channelOf(policy, exception));

  const decided = async () => ({
    usual,
    tenants: Object.fromEntries(await options.enforcements.read()),
  });

  const load = async (id: string): Promise<Exception> => {
    // Nothing longer is an id, and DynamoDB refuses keys beyond two kilobytes.
    const exception = id.length > longestId ? undefined : await register.load(id).catch(unreadable);
    if (!exception) {
      const asked = id.length > longestId ? `${id.slice(0, longestId)}…` : id;
      throw new RequestError(404, `there is no exception ${asked}`, 'GET /exceptions lists those there are');
    }
    return exception;
  };

  return {
    'GET /': () =>
      Promise.resolve({
        lapse: 'local deployment',
        now: now(),
        routes: [
          'GET /exceptions',
          'GET /exceptions/{id}',
          'GET /exceptions/{id}/trail',
          'GET /exceptions/{id}/trail-check',
          'GET /exceptions/{id}/usage',
          'GET /health',
          'GET /answers',
          'POST /answers',
          'GET /enforcement',
          'POST /enforcement',
          'GET /mailboxes/{tenant}',
          'GET /mailboxes/{tenant}/{mailbox}',
          'GET /most-dangerous',
          'GET /probes/{tenant}',
          'GET /probes/{tenant}/posture',
          'POST /probes',
          'POST /probes/look',
          'GET /unreadable',
          'GET /dead-letters',
          'POST /dead-letters',
          'GET /usage/{tenant}',
          'POST /usage',
          'POST /usage-key',
          'POST /audit-log',
          'POST /clock',
          'POST /doctor',
          ...options.routes.map(({ method, path }) => `${method} ${path}`),
        ],
      }),
    'GET /health': () => {
      const { waiting, dead, queues } = options.unfinished();
      const found = { now: now(), messages: { waiting, dead }, queues };
      if (dead === 0) return Promise.resolve({ status: 'ok', ...found });
      const what = 'GET /dead-letters lists them; lapse redrive sends them again';
      return Promise.resolve(new LocalReply(503, { status: 'dead letters', ...found, what }));
    },
    'GET /dead-letters': () => Promise.resolve(options.deadLetters()),
    'POST /dead-letters': async (request) => {
      const asked = redriveSchema.safeParse(tryParseJson(await text(request)));
      if (!asked.success)
        throw new RequestError(400, 'the body names no functions', 'send {"redrive":["enforce"]}');
      return options.redrive(asked.data.redrive);
    },
    'GET /answers': () => {
      const { tenants, timeZone } = policy;
      return Promise.resolve({ tenants: tenants.map(({ id, name }) => ({ id, name })), timeZone });
    },
    'POST /answers': async (request) => {
      const asked = answerSchema.safeParse(tryParseJson(await text(request)));
      if (!asked.success)
        throw new RequestError(400, 'the body is no answer', 'use lapse approve and its like');
      // Whoever can reach this port could be anybody.
      if (options.real.length > 0)
        throw new RequestError(
          409,
          `nobody can answer from the command line here: ${options.real.join(' and ')} would act on what anybody says`,
          'answer in Slack',
        );
      const { as, user, run, ...given } = asked.data;
      const proof = { type: 'machine', who: user } as const;
      const by: Answerer = { slackUser: as, slackTeam: 'this machine', standing: 'member', proof };
      const rules = { ...policy, modes: modesIn(await options.enforcements.read(), usual) };
      return answerOne(
        { register, policy: rules, now: now() },
        { ...given, by, ...(run !== undefined && { run }) },
      );
    },
    'GET /enforcement': () => decided(),
    'POST /enforcement': async (request) => {
      const asked = orderSchema.safeParse(tryParseJson(await text(request)));
      if (!asked.success) throw new RequestError(400, 'the body is no order', 'use lapse enforce');
      const { tenant, order, by } = asked.data;
      await options.enforcements.change(tenant, (before) => follow(before, order, { at: now(), by }, usual));
      return decided();
    },
    'GET /exceptions': async () => {
      const all = (await readWholeList(register)).exceptions.map(view);
      return all.sort((a, b) => compareText(a.openedAt + a.id, b.openedAt + b.id));
    },
    'GET /most-dangerous': async () => {
      const { exceptions, unreadable: passedOver, more } = await readMostDangerous(register);
      return {
        exceptions: exceptions.map(view),
        unreadable: passedOver.map(({ id, message }) => ({ id, why: message })),
        more,
      };
    },
    'GET /mailboxes/*': (_request, [tenant = '']) => Array.fromAsync(mailboxes.inTenant(tenant)),
    'GET /mailboxes/*/*': (_request, [tenant = '', mailbox = '']) =>
      Array.fromAsync(mailboxes.inMailbox(tenant, mailbox)),
    'GET /probes/*': (_request, [tenant = '']) => options.probes.inTenant(tenant),
    'GET /probes/*/posture': (_request, [tenant = '']) => askTenant(() => options.probes.posture(tenant)),
    'POST /probes': async (request) => {
      await options.probes.keep(await probeRunIn(request));
      return {};
    },
    'POST /probes/look': async (request) => {
      const run = await probeRunIn(request);
      return askTenant(() => options.probes.look(run));
    },
    'GET /unreadable': async () =>
      (await readWholeList(register)).unreadable.map(({ id, message }) => ({ id, why: message })),
    'GET /exceptions/*': async (_request, [id = '']) => view(await load(id)),
    'GET /exceptions/*/trail': async (_request, [id = '']) => {
      await load(id);
      return readShownTrail(register, id);
    },
    'GET /exceptions/*/trail-check': async (_request, [id = '']) => {
      await load(id);
      return checkTrail(register, id);
    },
    'GET /exceptions/*/usage': async (_request, [id = '']) => {
      const { tenant } = await load(id);
      return { days: await usage.of(id), coverage: await usage.coverage(tenant) };
    },
    'GET /usage/*': async (_request, [tenant = '']) => ({ domains: await options.domains(tenant) }),
    'POST /usage-key': async () => ({ key: await usage.key() }),
    'POST /usage': async (request) => {
      const asked = usageSchema.safeParse(tryParseJson(await text(request, longestUsageBody)));
      if (!asked.success)
        throw new RequestError(400, 'the body is no use of an exception', 'use lapse evidence');
      const { tenant, coverage, id, days } = asked.data;
      const { keptFor } = policy.usage;
      if (tenant !== undefined)
        await usage.cover(tenant, coverageFrom(coverage), minus(now(), keptFor).slice(0, 10));
      const kept = [];
      for (const day of days) kept.push(await usage.keep(id ?? '', usageDayFrom(day), keptFor));
      return { kept: kept.filter((one) => one === 'kept').length };
    },
    'POST /audit-log': async (request) => {
      const counts = await options.feed(request, 'POST /audit-log').catch((error: unknown) => {
        if (!(error instanceof UnreadableExport)) throw error;
        throw new RequestError(
          400,
          error.message,
          'send an export of one of those kinds, from its beginning',
        );
      });
      const { accepted, duplicate, ignored, malformed } = counts;
      return {
        ...counts,
        // What was not read may hold exceptions, and a body without a record tells nothing of any.
        complete: malformed === 0 && accepted + duplicate + ignored > 0,
        settled: await options.settled(AbortSignal.timeout(answerWithinMs)),
      };
    },
    'POST /doctor': async (request) => {
      const asked = doctorSchema.safeParse(tryParseJson(await text(request)));
      return options.examine({ testMessage: asked.success && asked.data.testMessage });
    },
    'POST /clock': async (request) => {
      if (options.real.length > 0)
        throw new RequestError(
          409,
          `local time cannot be moved here: ${options.real.join(' and ')} would be acted on before its time`,
          'try it with the stand-ins, in another folder',
        );
      const to = await target(request, now());
      const { settled, ran } = await options.advance(to, AbortSignal.timeout(answerWithinMs));
      if (settled) return { now: now(), ran };
      return { now: now(), ran, settled, ...(now() < to && { asked: to }) };
    },
  };
}

/** Nobody watches over this machine, and nothing on it can harm mail. */
const moment = z.string().transform((text, issues): Instant => {
  const at = parseInstant(text);
  if (at !== undefined) return at;
  issues.addIssue({ code: 'custom', message: 'not a moment' });
  return z.NEVER;
});
const reason = z.string().min(1);
const answerSchema = z.object({
  id: z.string(),
  seen: z.int(),
  as: z.string().min(1),
  user: z.string(),
  run: z.string().optional(),
  wish: z.discriminatedUnion('type', [
    z.object({ type: z.enum(['approve', 'renew']), reason, until: moment }),
    z.object({ type: z.literal('revoke'), reason }),
    z.object({ type: z.literal('reassign'), reason, to: z.string() }),
    z.object({ type: z.literal('hold'), reason, until: moment }),
  ]),
});

const usual = 'live';

async function probeRunIn(request: IncomingMessage): Promise<ProbeRun> {
  const run = probeRunSchema.safeParse(tryParseJson(await text(request, longestRun)));
  if (run.success) return run.data;
  throw new RequestError(400, 'the body is no run of the control-point test', 'use lapse probe');
}

/** Whoever asks learns why the tenant did not answer. */
async function askTenant<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    throw new RequestError(502, error.message, 'lapse doctor says what is missing');
  }
}

const orderSchema = z.strictObject({
  tenant: z.string().min(1),
  by: z.string().min(1),
  order: z.discriminatedUnion('type', [
    z.strictObject({ type: z.enum(['on', 'off']), kinds: z.array(z.enum(kinds)) }),
    z.strictObject({ type: z.literal('stop'), why: z.string().min(1) }),
    z.strictObject({ type: z.literal('resume') }),
  ]),
});
const usageSchema = z.strictObject({
  tenant: z.string().min(1).optional(),
  coverage: z.unknown().optional(),
  id: z.string().min(1).max(longestId).optional(),
  days: z.array(z.unknown()).default([]),
});
const redriveSchema = z.strictObject({ redrive: z.array(z.string()) });
const doctorSchema = z.object({ testMessage: z.boolean() });
const clockSchema = z.union([z.strictObject({ advance: z.string() }), z.strictObject({ to: z.string() })]);

async function target(request: IncomingMessage, now: Instant): Promise<Instant> {
  const wrong = (found: string): RequestError => new RequestError(400, found, clockExpects);
  const body = clockSchema.safeParse(tryParseJson(await text(request)));
  if (!body.success) throw wrong('the body is neither {"advance": …} nor {"to": …}');
  const to = 'to' in body.data ? parseInstant(body.data.to) : later(now, parseDuration(body.data.advance));
  if (to === undefined) throw wrong(`${JSON.stringify(body.data)} names no moment`);
  if (to < now) throw wrong(`${to} is before ${now}: local time does not go back`);
  return to;
}

const later = (now: Instant, ms: number | undefined): Instant | undefined =>
  ms === undefined ? undefined : parseInstant(toMillis(now) + ms);

const longestClockBody = 10_000;
/** A handful of tests, each with what servers said, and connectors that were not tested. */
const longestRun = 500_000;
/** A few hundred days of one exception. */
const longestUsageBody = 8_000_000;

async function text(request: IncomingMessage, longest = longestClockBody): Promise<string> {
  let whole = '';
  for await (const chunk of request.setEncoding('utf8')) {
    whole += String(chunk);
    if (whole.length > longest) throw new RequestError(413, 'the body is too long', clockExpects);
  }
  return whole;
}
