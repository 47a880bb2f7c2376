import { userInfo } from 'node:os';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { kinds, type Kind } from '#kinds/registry.ts';
import { previewChange, type GoingLive } from '#lifecycle/going-live.ts';
import { Refusal } from '#lib/local/refusal.ts';
import { formatTable, shorten, toPrintable } from '#lib/local/terminal.ts';
import {
  findMode,
  follow,
  withoutStop,
  type Enforcement,
  type Order,
  type UsualMode,
} from '#policy/enforcement-mode.ts';
import { tenantName, type Policy } from '#policy/policy.ts';
import { createEnforcements } from '#register/enforcement.ts';
import { createVersionedValues } from '#register/versioned-values.ts';
import { fromMillis } from '#time/instant.ts';
import { readLocalAddress, askLocal } from './ask-local.ts';
import { parseWebAddress, readArguments, unusable } from './arguments.ts';
import { namesOf, policyOf, tenantIn } from './named-tenant.ts';
import { decidedSchema, openReader, readerHelp, readerOptions, storedIn } from './read-register.ts';
import { printUnreadable } from './register-table.ts';
import { newTenantsOf, tableOf } from './stack-table.ts';

const help = `usage: lapse enforce status [--tenant TENANT] [options]
       lapse enforce on     --tenant TENANT [--kind KIND]… [--apply] [options]
       lapse enforce off    --tenant TENANT [--kind KIND]… [--apply] [options]
       lapse enforce stop   --tenant TENANT --reason TEXT [options]
       lapse enforce resume --tenant TENANT [--apply] [options]

Where Lapse may act. Without --apply, on, off and resume show what they would do and change nothing.

status  which kinds are live in each tenant, and whether enforcement is stopped
on      go live: what would lapse within 30 days; with --apply, every deadline starts afresh with full notice
off     observe only: Lapse disables nothing of that kind, and says what it would have disabled
stop    the kill switch: from this moment on nothing is disabled in the tenant. At once, without --apply
resume  lift it: what came due meanwhile gets full notice

  --tenant TENANT  its name in the policy, or its GUID
  --kind KIND      only that kind, may be given several times; without it, all of them
  --reason TEXT    why, for everybody who reads of it
  --apply          do it
  --policy FILE    the policy that names tenants and terms. Without it, the one that environments.yaml names for the
                   stack, or else policy.yaml
${readerHelp}`;

const options = {
  ...readerOptions,
  tenant: { type: 'string' },
  kind: { type: 'string', multiple: true },
  reason: { type: 'string' },
  apply: { type: 'boolean', default: false },
  policy: { type: 'string' },
} as const;

type Values = ReturnType<typeof readArguments<typeof options>>['values'];

/** What has been decided, wherever it is kept. */
interface Desk {
  /** What tenants are that nobody has decided about. */
  readonly usual: UsualMode;
  readonly read: () => Promise<ReadonlyMap<string, Enforcement>>;
  readonly give: (tenant: string, order: Order) => Promise<Enforcement>;
}

export async function run(args: readonly string[]): Promise<number> {
  const { values, positionals } = readArguments(args, options, help);
  if (values.help) {
    console.log(help);
    return 0;
  }
  const [verb, ...more] = positionals;
  if (more.length > 0 || !isVerb(verb))
    throw new Refusal(
      `lapse enforce ${positionals.join(' ')} cannot be used`,
      'it takes: status, on, off, stop or resume',
      'see --help',
      unusable,
    );
  const desk = await openDesk(verb, values);
  if (verb === 'stop') return stop(desk, values);
  const policy = policyOf(values);
  return verb === 'status' ? showStatus(desk, policy, values) : change(verb, desk, policy, values);
}

const isVerb = (word: string | undefined): word is 'status' | Order['type'] =>
  word !== undefined && ['status', 'on', 'off', 'stop', 'resume'].includes(word);

async function showStatus(desk: Desk, policy: Policy, values: Values): Promise<number> {
  const decided = await desk.read();
  const all = new Set([...decided.keys(), ...policy.tenants.map(({ id }) => id.toLowerCase())]);
  const tenants = values.tenant === undefined ? [...all] : [tenantIn(values.tenant, policy)];
  const rows = tenants.map((tenant) => {
    const enforcement = decided.get(tenant) ?? {};
    const { stopped } = enforcement;
    const live = kinds.filter((kind) => findMode(withoutStop(enforcement), kind, desk.usual).type === 'live');
    return { tenant, name: tenantName(policy, tenant), live, ...(stopped && { stopped }) };
  });
  if (values.json) console.log(JSON.stringify(rows, undefined, 2));
  else if (rows.length === 0)
    console.log(`Nothing has been decided, and policy names no tenant. A new tenant is ${desk.usual}.`);
  else
    console.log(
      formatTable(
        ['TENANT', 'ENFORCEMENT', 'LIVE'],
        rows.map(({ name, live, stopped }) => [
          name,
          stopped
            ? `STOPPED since ${stopped.at} by ${shorten(stopped.by, 40)}: ${shorten(stopped.why, 60)}`
            : live.length === 0
              ? 'observes only'
              : 'live',
          live.length === kinds.length ? 'all kinds' : live.join(', '),
        ]),
      ),
    );
  return 0;
}

async function stop(desk: Desk, values: Values): Promise<number> {
  const { reason } = values;
  if (reason === undefined)
    throw new Refusal(
      'lapse enforce stop was given no reason',
      'whoever finds everything stopped must know why',
      'add --reason "mail from partners stands still"',
      unusable,
    );
  const named = namesOf(values);
  const tenant = tenantIn(values.tenant, named);
  const { stopped } = await desk.give(tenant, { type: 'stop', why: reason });
  const name = tenantName(named, tenant);
  console.log(
    toPrintable(
      `Enforcement in ${name} is stopped, since ${stopped?.at ?? ''} by ${stopped?.by ?? ''}: nothing is disabled there, not even what was on its way. ` +
        'What Exchange itself ends at a date that was set before still ends.',
    ),
  );
  console.log(toPrintable(`To lift that: lapse enforce resume --tenant "${name}" --apply`));
  return 0;
}

async function change(
  type: 'on' | 'off' | 'resume',
  desk: Desk,
  policy: Policy,
  values: Values,
): Promise<number> {
  const tenant = tenantIn(values.tenant, policy);
  const order: Order = type === 'resume' ? { type } : { type, kinds: kindsIn(values.kind ?? []) };
  const reader = await openReader(values);
  const before = (await desk.read()).get(tenant) ?? {};
  const now = await reader.now();
  const after = follow(before, order, { at: now, by: whoever() }, desk.usual);
  const name = tenantName(policy, tenant);
  if (after === before) {
    console.log(
      toPrintable(
        type === 'resume' ? `Enforcement in ${name} is not stopped.` : `${name} is live in all of that.`,
      ),
    );
    return 0;
  }
  const { exceptions, unreadable } = await reader.all();
  printUnreadable(unreadable);
  const given = { tenant, type, before, after, usual: desk.usual };
  const preview = previewChange(storedIn(exceptions), given, policy, now);
  if (values.json) console.log(JSON.stringify({ tenant, applied: values.apply, ...preview }, undefined, 2));
  else console.log(describe(type, name, preview, after));
  if (values.apply) await desk.give(tenant, order);
  if (!values.json) console.log(values.apply ? done[type] : 'Nothing was changed. To do it, add --apply.');
  return 0;
}

const done = {
  on: 'Done. The next sweep starts the deadlines afresh and tells their owners.',
  off: 'Done. Cards and lists say from now on what would have been disabled.',
  resume: 'Done. The next sweep gives full notice of what came due meanwhile.',
} as const;

function describe(
  type: 'on' | 'off' | 'resume',
  name: string,
  { soon, later, never, underWay }: GoingLive,
  { stopped }: Enforcement,
): string {
  const lines =
    type === 'off'
      ? [`In ${name}, Lapse would disable nothing of these kinds any more.`]
      : [
          `In ${name}, ${soon.length} would lapse within 30 days if nobody answered, none of them before its owner had full notice.`,
          ...(stopped ? ['Enforcement is stopped there: until it is resumed, nothing lapses.'] : []),
          ...(soon.length === 0
            ? []
            : [
                '',
                formatTable(
                  ['ID', 'KIND', 'NAME', 'OWNER', 'NOT BEFORE'],
                  soon.map(({ id, kind, name: called, owner, deadline }) => [
                    id,
                    kind,
                    shorten(called, 40),
                    shorten(owner, 40),
                    deadline,
                  ]),
                ),
                '',
              ]),
          `${later} end later, or are on hold. ${never} never lapse: they protect, or policy only alerts people about them.`,
          ...underWay.map(
            ({ id, kind, name: called }) =>
              `At once: ${id} (${kind} "${shorten(called, 40)}") was to be disabled before.`,
          ),
        ];
  return lines.map((line) => line.split('\n').map(toPrintable).join('\n')).join('\n');
}

function kindsIn(given: readonly string[]): readonly Kind[] {
  if (given.length === 0) return kinds;
  return given.map((one) => {
    const kind = kinds.find((known) => known === one);
    if (kind) return kind;
    throw new Refusal(`there is no kind ${one}`, `kinds are ${kinds.join(', ')}`, 'name one', unusable);
  });
}

const whoever = (): string => userInfo().username;

async function openDesk(verb: string, { stack, url }: Values): Promise<Desk> {
  if (stack === undefined)
    return overHttp(url === undefined ? readLocalAddress() : parseWebAddress('--url', url));
  const client = new DynamoDBClient({});
  const enforcements = createEnforcements(
    createVersionedValues({ client, tableName: await tableOf(client, stack) }),
  );
  // Whoever must stop everything needs no more than the table.
  const usual = verb === 'stop' ? 'live' : await newTenantsOf(stack);
  return {
    usual,
    read: enforcements.read,
    async give(tenant, order) {
      const decision = { at: fromMillis(Date.now()), by: whoever() };
      return (await enforcements.change(tenant, (before) => follow(before, order, decision, usual))).after;
    },
  };
}

async function overHttp(url: string): Promise<Desk> {
  const ask = async (body?: unknown) => decidedSchema.parse(await askLocal(url, '/enforcement', body));
  const { usual } = await ask();
  return {
    usual,
    read: async () => new Map(Object.entries((await ask()).tenants)),
    give: async (tenant, order) => (await ask({ tenant, order, by: whoever() })).tenants[tenant] ?? {},
  };
}
