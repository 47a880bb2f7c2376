/** `environments.yaml`: where Lapse is deployed, one stack each, with a policy of its own. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';
import { findNameMistake } from '#lib/stack-name.ts';
import { messageOf, Refusal } from '#lib/local/refusal.ts';
import { describeMistake, parsePolicy, type Mistake } from '#policy/policy-file.ts';
import type { UsualMode } from '#policy/enforcement-mode.ts';
import type { Policy } from '#policy/policy.ts';

export const environmentsFile = 'environments.yaml';

export interface Environment {
  /** Of the stack. */
  readonly name: string;
  readonly policy: Policy;
  /** Without it, wherever the caller's AWS profile leads. */
  readonly env: { readonly account: string; readonly region: string } | undefined;
  /** Addresses that get a mail for each alarm. */
  readonly alarms: readonly string[];
  /** What a tenant is of which nobody has decided where Lapse may act. */
  readonly newTenants: UsualMode;
  /** Values of the policy that quietly disable a safeguard, and those that reach nobody, in a line each. */
  readonly warnings: readonly string[];
  readonly placeholders: readonly string[];
}

const environmentSchema = z
  .strictObject(
    {
      policy: z.string('expected the path of a policy').min(1),
      account: z
        .string("expected twelve digits in quotes, such as '111122223333'")
        .regex(/^\d{12}$/, 'expected twelve digits')
        .optional(),
      region: z
        .string()
        .regex(/^[a-z]{2,4}(-[a-z]+)+-\d$/, 'expected a region, such as eu-central-1')
        .optional(),
      alarms: z
        .array(z.email('expected a mail address'))
        .refine((all) => all.every((one, at) => findTwin(one, all.slice(0, at)) === undefined), {
          error: 'expected each address once',
        })
        .default([]),
      newTenants: z.enum(['observing', 'live'], 'expected observing or live').default('observing'),
    },
    {
      error: (issue) =>
        issue.code === 'invalid_type' ? 'expected policy: and what else is known of it' : undefined,
    },
  )
  .refine(({ account, region }) => (account === undefined) === (region === undefined), {
    error: 'expected account and region, or neither',
  });
const fileSchema = z
  .record(z.string(), environmentSchema, 'expected the names of stacks, each with its policy')
  .refine((all) => Object.keys(all).length > 0, 'expected at least one stack');

/** One of these that is the same but for upper and lower case. */
const findTwin = (text: string, others: readonly string[]): string | undefined =>
  others.find((one) => one.toLowerCase() === text.toLowerCase());

const sameToIam = 'differ only in upper and lower case, and IAM takes the names of their roles for the same.';

/** The policy of that stack, where there is such a file that names it. Throws a `Refusal` if the file has mistakes. */
export function policyFileOf(stack: string, file = environmentsFile): string | undefined {
  if (!existsSync(file)) return undefined;
  const read = readFile(file);
  // Of which policy the stack is, nobody knows then: any other would be the wrong one.
  if ('mistakes' in read)
    throw new Refusal(
      `which policy ${stack} has is not known`,
      read.mistakes.join('\n  '),
      'put that right, or name the policy with --policy',
    );
  const environment = read.named.get(stack);
  return environment && relative('', resolve(dirname(file), environment.policy));
}

/** Every environment in the file, or every mistake in it and in its policies, in a line each. */
export function readEnvironments(
  file: string,
): readonly Environment[] | { readonly mistakes: readonly string[] } {
  const read = readFile(file);
  if ('mistakes' in read) return read;
  const names = [...read.named.keys()];
  const all = [...read.named].map(([name, { policy, account, region, alarms, newTenants }]) => {
    const misnamed = findNameMistake(name);
    if (misnamed !== undefined) return { mistakes: [`${file}: ${misnamed}`] };
    const twin = findTwin(name, names.slice(0, names.indexOf(name)));
    if (twin !== undefined) return { mistakes: [`${file}: ${twin} and ${name} ${sameToIam}`] };
    const policyRead = readPolicy(resolve(dirname(file), policy));
    if ('mistakes' in policyRead) return policyRead;
    const env = account === undefined || region === undefined ? undefined : { account, region };
    return { name, env, alarms, newTenants, ...policyRead };
  });
  const mistakes = all.flatMap((one) => ('mistakes' in one ? one.mistakes : []));
  return mistakes.length > 0 ? { mistakes } : all.flatMap((one) => ('mistakes' in one ? [] : [one]));
}

function readFile(
  file: string,
):
  | { readonly named: ReadonlyMap<string, z.output<typeof environmentSchema>> }
  | { readonly mistakes: readonly string[] } {
  const read = readYaml(file);
  if ('mistake' in read) return { mistakes: [read.mistake] };
  const parsed = fileSchema.safeParse(read.value);
  if (parsed.success) return { named: new Map(Object.entries(parsed.data)) };
  return {
    mistakes: parsed.error.issues.map(({ path, message }) =>
      [file, path.join('.'), message].filter(Boolean).join(': '),
    ),
  };
}

function readPolicy(
  file: string,
): Pick<Environment, 'policy' | 'warnings' | 'placeholders'> | { readonly mistakes: readonly string[] } {
  try {
    const parsed = parsePolicy(readFileSync(file, 'utf8'));
    const inFile = (mistake: Mistake) => describeMistake(file, mistake);
    if ('mistakes' in parsed) return { mistakes: parsed.mistakes.map(inFile) };
    const { policy, warnings, placeholders } = parsed;
    return { policy, warnings: warnings.map(inFile), placeholders: placeholders.map(inFile) };
  } catch (error) {
    return { mistakes: [`${file} cannot be read: ${messageOf(error)}`] };
  }
}

function readYaml(file: string): { readonly value: unknown } | { readonly mistake: string } {
  try {
    return { value: parse(readFileSync(file, 'utf8'), { maxAliasCount: 0 }) as unknown };
  } catch (error) {
    return { mistake: `${file} cannot be read: ${messageOf(error)}` };
  }
}
