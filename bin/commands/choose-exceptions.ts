/** Which exceptions a command is about: by ID, or by what they are. */
import { kinds } from '#kinds/registry.ts';
import { states, type Exception } from '#lifecycle/exception.ts';
import { matchesPattern, type Tenant } from '#policy/policy.ts';
import { risks } from '#risk/finding.ts';
import { Refusal } from '#lib/local/refusal.ts';
import { unusable } from './arguments.ts';
import { tenantIn } from './named-tenant.ts';
import { storedIn } from './read-register.ts';

export const filterOptions = {
  tenant: { type: 'string' },
  kind: { type: 'string', multiple: true },
  owner: { type: 'string' },
  risk: { type: 'string', multiple: true },
  state: { type: 'string', multiple: true },
  name: { type: 'string' },
  finding: { type: 'string' },
} as const;

export const filterHelp = `  --tenant TENANT  its name in the policy, or its GUID
  --kind KIND     may be given several times, as may --risk and --state
  --owner OWNER   a mail address, a Slack user ID or a channel; "nobody" for what nobody in particular owns
  --risk RISK     low, medium, high or critical
  --state STATE   unconfirmed, confirmed, held, disabling or disabled
  --name PATTERN  * is any text, ? any character
  --finding ID    such as skips-filtering: docs/findings.md`;

export interface Filter {
  readonly tenant?: string | undefined;
  readonly kind?: readonly string[] | undefined;
  readonly owner?: string | undefined;
  readonly risk?: readonly string[] | undefined;
  readonly state?: readonly string[] | undefined;
  readonly name?: string | undefined;
  readonly finding?: string | undefined;
}

/** Throws a `Refusal` where nothing narrows it: what is meant for all of them says so by `--name '*'`. */
export function chooseExceptions(
  printed: unknown,
  given: readonly string[],
  filter: Filter,
  tenants: readonly Pick<Tenant, 'id' | 'name'>[],
): { readonly chosen: readonly Exception[]; readonly missing: readonly string[] } {
  const ids = new Set(given.filter((id) => id !== ''));
  const { tenant, kind, owner, risk, state, name, finding } = filter;
  known('--kind', kind, kinds);
  known('--risk', risk, risks);
  known(
    '--state',
    state,
    states.filter((one) => one !== 'removed'),
  );
  if (ids.size === 0 && [tenant, kind, owner, risk, state, name, finding].every((one) => one === undefined))
    throw new Refusal(
      'which exceptions is not said',
      'neither an ID nor a filter is given',
      `name some; all of them are --name '*'`,
      unusable,
    );
  const all = storedIn(printed);
  const guid = tenant === undefined ? undefined : tenantIn(tenant, { tenants });
  const chosen = all.filter(
    (one) =>
      // Who names one hears that it is removed.
      (one.state !== 'removed' || ids.has(one.id)) &&
      (ids.size === 0 || ids.has(one.id)) &&
      (guid === undefined || one.tenant.toLowerCase() === guid) &&
      (kind === undefined || kind.includes(one.kind)) &&
      (risk === undefined || risk.includes(one.risk)) &&
      (state === undefined || state.includes(one.state)) &&
      (owner === undefined || namesOf(one).includes(owner.toLowerCase())) &&
      (name === undefined || matchesPattern(name, one.name)) &&
      (finding === undefined || one.findings.some(({ id }) => id === finding)),
  );
  const living = new Set(all.map(({ id }) => id));
  return { chosen, missing: [...ids].filter((id) => !living.has(id)) };
}

const namesOf = ({ owner }: Exception): readonly string[] =>
  owner.type === 'person'
    ? [owner.address.toLowerCase(), (owner.slackUser ?? owner.address).toLowerCase()]
    : [(owner.channel ?? 'nobody').toLowerCase()];

function known(option: string, given: readonly string[] | undefined, all: readonly string[]): void {
  const wrong = given?.find((one) => !all.includes(one));
  if (wrong !== undefined)
    throw new Refusal(`${option} ${wrong} is not known`, `it takes ${all.join(', ')}`, 'name one', unusable);
}
