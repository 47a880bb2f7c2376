import * as z from 'zod';
import { exceptionSchema } from '#register/exception-schema.ts';
import type { EnforcementByTenant, UsualMode } from '#policy/enforcement-mode.ts';
import type { Exception } from '#lifecycle/exception.ts';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Refusal } from '#lib/local/refusal.ts';
import { howToRead, createView, type ExceptionView } from '#lib/local/views.ts';
import { fromMillis, type Instant } from '#time/instant.ts';
import { enforcementSchema, readEnforcements } from '#register/enforcement.ts';
import { createMailboxChanges } from '#register/mailbox-changes.ts';
import { createRegister } from '#register/register.ts';
import { createUsageStore } from '#register/usage.ts';
import { createVersionedValues } from '#register/versioned-values.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import { readMostDangerous } from '#register/read-most-dangerous.ts';
import { readWholeList, type WholeList } from '#register/read-whole-list.ts';
import { checkTrail } from '#register/check-trail.ts';
import { readShownTrail, type ShownEntry } from '#register/shown-trail.ts';
import type { Coverage } from '#behaviour/coverage.ts';
import type { UsageDay } from '#behaviour/usage.ts';
import type { MailboxChange } from '#lifecycle/mailbox-change.ts';
import type { ChainVerdict } from '#register/trail-chain.ts';
import { readLocalAddress, askLocal } from './ask-local.ts';
import { newTenantsOf, tableOf } from './stack-table.ts';
import { unusable, parseWebAddress } from './arguments.ts';

/** Reads a register that is somewhere else: in a running local deployment, or on AWS. */
export interface RegisterReader {
  /** The most dangerous of those that are not removed. */
  first(): Promise<ListedExceptions>;
  /** All, including removed ones. */
  all(): Promise<ListedExceptions>;
  /** `undefined` if there is no such exception. */
  show(id: string): Promise<ShownException | undefined>;
  /** What was changed in single mailboxes of a tenant, or in one of them. */
  mailboxes(tenant: string, mailbox?: string): Promise<readonly MailboxChange[]>;
  /** What is kept of the use of an exception, and of which days anything is known in its tenant. */
  usage(one: { readonly id: string; readonly tenant: string }): Promise<KeptUsage>;
  /** Where Lapse may act. `usual` is unknown where CloudFormation does not say. */
  enforcement(): Promise<{ readonly usual: UsualMode | undefined; readonly tenants: EnforcementByTenant }>;
  /** The clock of a local deployment can be ahead of this machine's. */
  now(): Promise<Instant>;
}

export interface KeptUsage {
  readonly days: readonly UsageDay[];
  readonly coverage: Coverage;
}

/** Of a release that keeps none, too. */
const nothingKept: KeptUsage = { days: [], coverage: {} };

export interface ShownException {
  readonly exception: ExceptionView;
  readonly trail: readonly ShownEntry[];
  /** Whether the chain of the trail is intact. */
  readonly check: ChainVerdict;
}

export interface ListedExceptions {
  readonly exceptions: readonly ExceptionView[];
  /** Those that the release at the other end cannot read. */
  readonly unreadable: readonly { readonly id: string; readonly why: string }[];
  readonly more: boolean;
}

/** What a local deployment answers. */
export const decidedSchema = z.object({
  usual: z.enum(['live', 'observing']),
  tenants: z.record(z.string(), enforcementSchema),
});

const printedSchema = z.array(z.object({ stored: exceptionSchema }));

/** As the register has them. */
export const storedIn = (printed: unknown): readonly Exception[] =>
  printedSchema.parse(printed).map(({ stored }) => stored);

export const readerOptions = {
  stack: { type: 'string' },
  url: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

export const readerHelp = `  --stack NAME  the register of that stack on AWS, by the usual AWS variables and profiles
  --url URL     a local deployment other than the one running in this folder
  --json        for programs`;

export async function openReader({ stack, url }: { stack?: string; url?: string }): Promise<RegisterReader> {
  if (stack !== undefined && url !== undefined)
    throw new Refusal('--stack and --url are both given', 'a register is in one place', 'give one', unusable);
  return stack === undefined
    ? overHttp(url === undefined ? readLocalAddress() : parseWebAddress('--url', url))
    : onAws(stack);
}

function overHttp(url: string): RegisterReader {
  return {
    first: async () => (await askLocal(url, '/most-dangerous')) as ListedExceptions,
    all: async () => ({
      exceptions: (await askLocal(url, '/exceptions')) as ListedExceptions['exceptions'],
      unreadable: (await askLocal(url, '/unreadable')) as ListedExceptions['unreadable'],
      more: false,
    }),
    async show(id) {
      const path = `/exceptions/${encodeURIComponent(id)}`;
      const exception = (await askLocal(url, path)) as ExceptionView | undefined;
      return (
        exception && {
          exception,
          trail: (await askLocal(url, `${path}/trail`)) as readonly ShownEntry[],
          check: (await askLocal(url, `${path}/trail-check`)) as ChainVerdict,
        }
      );
    },
    mailboxes: async (...of) =>
      (await askLocal(
        url,
        ['/mailboxes', ...of.filter((one) => one !== undefined).map(encodeURIComponent)].join('/'),
      )) as readonly MailboxChange[],
    usage: async ({ id }) =>
      ((await askLocal(url, `/exceptions/${encodeURIComponent(id)}/usage`)) as KeptUsage | undefined) ??
      nothingKept,
    async enforcement() {
      const { usual, tenants } = decidedSchema.parse(await askLocal(url, '/enforcement'));
      return { usual, tenants: new Map(Object.entries(tenants)) };
    },
    now: async () => ((await askLocal(url, '/')) as { now: Instant }).now,
  };
}

async function onAws(stack: string): Promise<RegisterReader> {
  const client = new DynamoDBClient({});
  const tableName = await tableOf(client, stack);
  const register = createRegister({ client, tableName });
  const mailboxes = createMailboxChanges({ client, tableName });
  const usage = createUsageStore({ client, tableName }, createVersionedValues({ client, tableName }));
  // Who answers for it when nobody owns it is up to the policy, which is deployed with the functions and not in the
  // table.
  const view = (exception: Parameters<typeof createView>[0]) =>
    createView(exception, 'the channel policy names');
  const listed = ({ exceptions, unreadable }: WholeList, more: boolean): ListedExceptions => ({
    exceptions: exceptions.map(view),
    unreadable: unreadable.map(({ id, message }) => ({ id, why: message })),
    more,
  });
  return {
    async first() {
      const found = await readMostDangerous(register);
      return listed(found, found.more);
    },
    all: async () => listed(await readWholeList(register), false),
    async show(id) {
      const exception = await register.load(id).catch((error: unknown) => {
        if (!(error instanceof UnreadableState)) throw error;
        throw new Refusal(error.message, '', howToRead);
      });
      const check = await checkTrail(register, id);
      return (
        exception && check && { exception: view(exception), trail: await readShownTrail(register, id), check }
      );
    },
    mailboxes: (tenant, mailbox) =>
      Array.fromAsync(
        mailbox === undefined ? mailboxes.inTenant(tenant) : mailboxes.inMailbox(tenant, mailbox),
      ),
    usage: async ({ id, tenant }) => ({ days: await usage.of(id), coverage: await usage.coverage(tenant) }),
    async enforcement() {
      const usual = await newTenantsOf(stack).catch((error: unknown) => {
        if (!(error instanceof Refusal)) throw error;
        return undefined;
      });
      return { usual, tenants: await readEnforcements(createVersionedValues({ client, tableName })) };
    },
    now: () => Promise.resolve(fromMillis(Date.now())),
  };
}
