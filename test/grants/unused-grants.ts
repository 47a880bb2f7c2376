/**
 * Which grants of the template a life in which everything happens did not use, and why they are there all the same. The
 * journey in `test/journeys/rights.test.ts` fails where one is not explained here, or an explanation is about nothing.
 */
import type { Grant } from '#lib/local/rights.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** Of the life in which everything happens. */
    unusedGrants?: readonly UnusedGrant[];
  }
}

interface Explanation {
  readonly to: RegExp;
  readonly action: RegExp;
  /** Of what, by the end of its ARN and the partition, if one is named; everything where it is left out. */
  readonly on?: RegExp;
  readonly why: string;
}

export interface UnusedGrant extends Grant {
  /** `undefined`: nobody knows, and it should go. */
  readonly why: string | undefined;
}

export const explanations: readonly Explanation[] = [
  {
    to: /^collect-audit-log$/,
    action: /^secretsmanager:GetSecretValue$/,
    on: /\/audit-log-reader\/\*$/,
    why: "A tenant's own secret: here the one for all names every tenant whose log is collected.",
  },
  {
    to: /./,
    action: /^kms:(DescribeKey|Encrypt|GenerateDataKey)$/,
    why: 'AWS names them for tables with a key of their own, and for no request says which it uses. Here, kms:Decrypt stands for all.',
  },
  {
    to: /^publish-events$/,
    action: /^dynamodb:ListStreams$/,
    why: 'Lambda asks for it when the mapping is made, which nothing does here.',
  },
  {
    to: /^sweep-deadlines$/,
    action: /^dynamodb:PutItem$/,
    on: / ALIAS#\*$/,
    why: 'Lets go of the name of what is found gone at an end that somebody approved.',
  },
];

const isAbout = ({ to, action, on = /./ }: Explanation, grant: Grant): boolean =>
  to.test(grant.to) &&
  action.test(grant.action) &&
  on.test([grant.resource, grant.partition ?? []].flat().join(' '));

export function unusedGrants(
  grants: readonly (Grant & { readonly used: boolean })[],
): readonly UnusedGrant[] {
  return grants.flatMap(({ used, ...grant }) =>
    used ? [] : [{ ...grant, why: explanations.find((one) => isAbout(one, grant))?.why }],
  );
}

/** Explanations of what is not granted any more, or was not unused. */
export const pointless = (unused: readonly Grant[]): readonly string[] =>
  explanations.filter((one) => !unused.some((grant) => isAbout(one, grant))).map(({ why }) => why);
