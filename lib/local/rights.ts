import { decide, isAction, type Policies, type Principal, type RequestedAction } from './iam/decide.ts';
import { like } from './iam/wildcard.ts';
import type { ResourceStatement, Statement } from './iam/statement.ts';

/** One thing that a statement of the template allows. */
export interface Grant {
  /** The role's function or schedule, or who is let in by the policy of a resource. */
  readonly to: string;
  readonly action: string;
  readonly resource: string;
  /** Which partitions of a table, where the statement names some. */
  readonly partition?: string;
}

export interface Rights {
  /** Why AWS would refuse the first of the acts that it would; `undefined` where all of them are allowed. */
  refused(who: Principal, acts: readonly RequestedAction[]): string | undefined;
  /** What was refused so far, in a line each. */
  missing(): readonly string[];
  /** What is granted, and whether it was made use of. */
  grants(): readonly (Grant & { readonly used: boolean })[];
}

export function createRights(policies: Policies): Rights {
  const missing = new Set<string>();
  const used = new Set<string>();
  const granted = new Map<Statement, readonly Grant[]>(
    [
      ...[...policies.roles].flatMap(([name, statements]) =>
        statements.map((statement) => [statement, name] as const),
      ),
      ...policies.resources.flatMap(({ of, statements }) =>
        statements.map((statement) => [statement, `${statement.Principal.join(' ')} by ${of}`] as const),
      ),
    ].map(([statement, to]) => [statement, grantsOf(statement, to)]),
  );

  return {
    refused(who, acts) {
      for (const asked of acts) {
        // The SDK and the services of AWS speak HTTPS there.
        const act = { ...asked, context: { 'aws:SecureTransport': ['true'], ...asked.context } };
        const decision = decide(policies, who, act);
        if ('why' in decision) {
          const name = 'role' in who ? who.role : who.service;
          const line = `${name}: ${act.action} on ${act.resource}: ${decision.why}`;
          missing.add(line);
          return line;
        }
        for (const statement of decision.allowedBy)
          for (const grant of granted.get(statement) ?? []) if (covers(grant, act)) used.add(keyOf(grant));
      }
      return undefined;
    },
    missing: () => [...missing].sort(),
    grants: () =>
      [...new Map([...granted.values()].flat().map((one) => [keyOf(one), one] as const))].map(
        ([key, one]) => ({
          ...one,
          used: used.has(key),
        }),
      ),
  };
}

const partitions = 'dynamodb:LeadingKeys';
const keyOf = ({ to, action, resource, partition = '' }: Grant): string =>
  [to, action, resource, partition].join(' ');

function grantsOf(statement: Statement | ResourceStatement, to: string): readonly Grant[] {
  if (statement.Effect === 'Deny') return [];
  const named = statement.Condition.filter(({ key, operator }) => key === partitions && operator !== 'Null');
  const within = named.flatMap(({ wanted }) => wanted);
  return statement.Action.flatMap((action) =>
    statement.Resource.flatMap((resource): readonly Grant[] =>
      within.length === 0
        ? [{ to, action, resource }]
        : within.map((partition) => ({ to, action, resource, partition })),
    ),
  );
}

const covers = (
  { action, resource, partition }: Grant,
  { action: asked, resource: on, context }: RequestedAction,
): boolean =>
  isAction(action, asked) &&
  like(resource, on) &&
  (partition === undefined || (context[partitions] ?? []).some((one) => like(partition, one)));
