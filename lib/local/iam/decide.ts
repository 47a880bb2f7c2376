/** Whether AWS would let somebody do something, by the policies of one account. */
import { describe, holds, type Context } from './condition.ts';
import { ownAccount, type ResourceStatement, type Statement } from './statement.ts';
import { like } from './wildcard.ts';

/** One thing that is asked of AWS, as IAM sees it. */
export interface RequestedAction {
  readonly action: string;
  /** ARN of what it is done to. */
  readonly resource: string;
  readonly context: Context;
}

/** A role by the name it has here, or a service of AWS that acts by itself: `events.amazonaws.com`. */
export type Principal = { readonly role: string } | { readonly service: string };

/** A policy that is attached to a resource, and says who else may use it. */
export interface ResourcePolicy {
  /** ARN of the resource. */
  readonly of: string;
  readonly statements: readonly ResourceStatement[];
}

export interface Policies {
  readonly roles: ReadonlyMap<string, readonly Statement[]>;
  readonly resources: readonly ResourcePolicy[];
}

export type Decision =
  { readonly allowedBy: readonly (Statement | ResourceStatement)[] } | { readonly why: string };

/**
 * A `Deny` wins. Otherwise a role needs one `Allow`, of its own or of the resource; a service has no policy of its own,
 * so the resource must name it; and a key is used by nobody whom its own policy does not let in.
 */
export function decide({ roles, resources }: Policies, who: Principal, act: RequestedAction): Decision {
  const own = 'role' in who ? (roles.get(who.role) ?? []) : [];
  const others = resources
    .filter(({ of }) => act.resource === of || act.resource.startsWith(`${of}/`))
    .flatMap(({ statements }) => statements)
    .filter(({ Principal }) => Principal.some((one) => isMeant(one, who)));
  const about = [...own, ...others].filter((statement) => isAbout(statement, act));
  const applying = about.filter(({ Condition }) => Condition.every((one) => holds(one, act.context)));

  const denied = applying.find(({ Effect }) => Effect === 'Deny');
  if (denied) return { why: `the statement ${denied.Sid ?? denied.Action.join(' ')} denies it` };

  const ofResource = others.filter((one) => applying.includes(one));
  const naming = ofResource.filter(({ Principal }) => !Principal.includes(ownAccount));
  const delegating = ofResource.filter((one) => !naming.includes(one));
  const granting = own.filter((one) => applying.includes(one));
  const isKey = act.action.startsWith('kms:');
  const isLetIn = granting.length > 0 && (!isKey || delegating.length > 0);
  const allowedBy = [...naming, ...(isLetIn ? [...granting, ...delegating] : [])];
  if (allowedBy.length > 0) return { allowedBy };

  const failed = about
    .filter((statement) => statement.Effect === 'Allow' && !applying.includes(statement))
    .flatMap(({ Condition }) => Condition.filter((one) => !holds(one, act.context)));
  if (failed.length > 0) return { why: failed.map((one) => describe(one, act.context)).join('; ') };
  return { why: granting.length > 0 ? 'the policy of the key lets nobody in' : missingFrom(who, act) };
}

const isMeant = (name: string, who: Principal): boolean =>
  name === '*' || ('service' in who ? name === who.service : name === ownAccount);

const isAbout = ({ Action, Resource }: Statement, { action, resource }: RequestedAction): boolean =>
  Action.some((pattern) => isAction(pattern, action)) && Resource.some((pattern) => like(pattern, resource));

/** Names of actions are the same in upper and lower case. */
export const isAction = (pattern: string, action: string): boolean =>
  like(pattern.toLowerCase(), action.toLowerCase());

function missingFrom(who: Principal, { action, resource }: RequestedAction): string {
  const statement = { Effect: 'Allow', Action: action, Resource: resource };
  return 'role' in who
    ? `its role lacks ${JSON.stringify(statement)}`
    : `the policy of the resource lacks ${JSON.stringify({ ...statement, Principal: { Service: who.service } })}`;
}
