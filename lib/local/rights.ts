import * as z from 'zod';

/** One thing a function asks of AWS, as IAM sees it. */
export interface RequestedAction {
  readonly action: string;
  /** ARN of what it is done to. */
  readonly resource: string;
  /** What conditions can look at, by IAM's names. */
  readonly context: Readonly<Record<string, readonly string[]>>;
}

/** A statement of a role's policy. Every other form than this is refused: a wrong guess would let too much pass. */
const texts = z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat());
const condition = z.record(z.string(), texts);
export const statementSchema = z.strictObject({
  Sid: z.string().optional(),
  Effect: z.literal('Allow'),
  Action: texts,
  Resource: texts,
  Condition: z
    .strictObject({
      StringEquals: condition.optional(),
      'ForAllValues:StringLike': condition.optional(),
    })
    .optional(),
});
export type Statement = z.output<typeof statementSchema>;

export interface Rights {
  /** The first of the acts that the function's role does not allow; `undefined` where it may do all of them. */
  refused(functionName: string, acts: readonly RequestedAction[]): RequestedAction | undefined;
  /** What was refused so far, in a line each. */
  missing(): readonly string[];
  /** What was granted for that service and never made use of, in a line each. */
  unused(service: string): readonly string[];
}

export function createRights(roles: ReadonlyMap<string, readonly Statement[]>): Rights {
  const missing = new Set<string>();
  const used = new Set<string>();
  const line = (name: string, action: string, resource: string): string =>
    `${name}: ${action} on ${resource}`;

  const granting = (name: string, act: RequestedAction) =>
    (roles.get(name) ?? []).flatMap((statement) => {
      const action = statement.Action.find((pattern) => like(pattern, act.action));
      const resource = statement.Resource.find((pattern) => like(pattern, act.resource));
      return action !== undefined && resource !== undefined && holds(statement, act)
        ? [line(name, action, resource)]
        : [];
    });

  return {
    refused(name, acts) {
      for (const act of acts) {
        const granted = granting(name, act);
        for (const one of granted) used.add(one);
        if (granted.length > 0) continue;
        missing.add(line(name, act.action, act.resource));
        return act;
      }
      return undefined;
    },
    missing: () => [...missing].sort(),
    unused: (service) =>
      [...roles]
        .flatMap(([name, statements]) =>
          statements.flatMap(({ Action, Resource }) =>
            Action.filter((action) => action.startsWith(`${service}:`)).flatMap((action) =>
              Resource.map((resource) => line(name, action, resource)),
            ),
          ),
        )
        .filter((one) => !used.has(one))
        .sort(),
  };
}

/** A condition on something that is not known of the act does not hold. */
function holds({ Condition = {} }: Statement, { context }: RequestedAction): boolean {
  const each = (
    wanted: Readonly<Record<string, readonly string[]>> | undefined,
    compare: (pattern: string, value: string) => boolean,
  ): boolean =>
    Object.entries(wanted ?? {}).every(([key, patterns]) => {
      const values = context[key];
      return values?.every((value) => patterns.some((pattern) => compare(pattern, value))) ?? false;
    });
  return (
    each(Condition.StringEquals, (wanted, value) => wanted === value) &&
    each(Condition['ForAllValues:StringLike'], like)
  );
}

/** As they were compiled before: there are few, and every request is held against many of them. */
const patterns = new Map<string, RegExp>();

/** `*` is any text and `?` any character, as in a policy. */
function like(pattern: string, text: string): boolean {
  let known = patterns.get(pattern);
  if (known === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    known = new RegExp(`^${source}$`, 's');
    patterns.set(pattern, known);
  }
  return known.test(text);
}
