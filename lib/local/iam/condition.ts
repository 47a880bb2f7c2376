/** The conditions of a policy, as far as this stack uses them. Every other is refused: a wrong guess would let too much pass. */
import * as z from 'zod';
import { like, likeArn } from './wildcard.ts';

/** What conditions can look at, by IAM's names. A key that is not in it is absent from the request. */
export type Context = Readonly<Record<string, readonly string[]>>;

export interface Condition {
  /** As written: `ForAllValues:StringLike`. */
  readonly operator: string;
  readonly key: string;
  readonly wanted: readonly string[];
}

type Compare = (wanted: string, given: string) => boolean;

const comparisons: Readonly<Record<string, Compare>> = {
  StringEquals: (wanted, given) => wanted === given,
  StringNotEquals: (wanted, given) => wanted === given,
  StringLike: like,
  ArnEquals: likeArn,
  ArnLike: likeArn,
  Bool: (wanted, given) => wanted.toLowerCase() === given.toLowerCase(),
  NumericLessThanEquals: (wanted, given) => Number(given) <= Number(wanted),
};
/** These hold where none of the values is the wanted one, and so where there is no value. */
const negated = new Set(['StringNotEquals']);
const sets = ['ForAllValues', 'ForAnyValue'];

/** The keys that requests are described by here, and whether a request can have several values of one. */
const keys: Readonly<Record<string, 'one' | 'several'>> = {
  'aws:SecureTransport': 'one',
  'aws:SourceArn': 'one',
  'aws:SourceAccount': 'one',
  'dynamodb:LeadingKeys': 'several',
  'events:source': 'one',
  'events:detail-type': 'one',
  'kms:ViaService': 'one',
  'sts:DurationSeconds': 'one',
  'sts:IdentityTokenAudience': 'several',
  'sts:SigningAlgorithm': 'one',
};

const value = z.union([z.string(), z.number(), z.boolean()]).transform(String);
const values = z.union([value, z.array(value)]).transform((one) => [one].flat());

export const conditionsSchema = z
  .record(z.string(), z.record(z.string(), values))
  .transform((written, issues): readonly Condition[] =>
    Object.entries(written).flatMap(([operator, tests]) =>
      Object.entries(tests).map(([key, wanted]) => {
        const why = unknownIn(operator, key, wanted);
        if (why !== undefined) issues.addIssue({ code: 'custom', message: why });
        return { operator, key: canonical(key), wanted };
      }),
    ),
  );

/** Names of keys are the same in upper and lower case. */
const canonical = (key: string): string =>
  Object.keys(keys).find((known) => known.toLowerCase() === key.toLowerCase()) ?? key;

function unknownIn(operator: string, key: string, wanted: readonly string[]): string | undefined {
  const { set, name } = split(operator);
  const count = keys[canonical(key)];
  if (name !== 'Null' && !(name in comparisons)) return `the condition ${operator} is not known here`;
  if (count === undefined) return `the condition key ${key} is not known here`;
  if (wanted.some((one) => one.includes('${')))
    return `the policy variable in ${wanted.join(' ')} is not known here`;
  if (name === 'Null') return set === undefined ? undefined : `${operator} is no condition`;
  // IAM takes both, and lets more pass than whoever wrote it meant.
  if (count === 'several' && set === undefined)
    return `${key} has several values: ${operator} needs ForAllValues or ForAnyValue`;
  if (count === 'one' && set !== undefined)
    return `${key} has one value: ${operator} lets pass where it is absent`;
  return undefined;
}

function split(operator: string): { readonly set: string | undefined; readonly name: string } {
  const [first = '', ...rest] = operator.split(':');
  return sets.includes(first) ? { set: first, name: rest.join(':') } : { set: undefined, name: operator };
}

export function holds({ operator, key, wanted }: Condition, context: Context): boolean {
  const { set, name } = split(operator);
  const given = context[key] ?? [];
  if (name === 'Null') return wanted.includes(String(given.length === 0));
  const compare = comparisons[name] ?? (() => false);
  const fits = (one: string): boolean =>
    wanted.some((pattern) => compare(pattern, one)) !== negated.has(name);
  // Of no value at all, everything is true.
  if (set === 'ForAllValues') return given.every(fits);
  if (set === 'ForAnyValue') return given.some(fits);
  return given.length === 0 ? negated.has(name) : given.every(fits);
}

export const describe = ({ operator, key, wanted }: Condition, context: Context): string =>
  `${operator} of ${key} wants ${wanted.join(' or ')}, and the request has ${context[key]?.join(' and ') ?? 'none'}`;
