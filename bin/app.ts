/** The CDK app: one policy, one stack. Both `cdk synth` and the local deployment use it. */
import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { Policy } from '#policy/policy.ts';
import { LapseStack } from '#lib/lapse-stack.ts';
import { checkRules } from '#lib/rules.ts';
import { findNameMistake } from '#lib/stack-name.ts';
import { findPlaceholders } from '#policy/dangers.ts';
import { describeMistake, parsePolicy, type Mistake } from '#policy/policy-file.ts';
// What CDK 2.276 recommends for new apps. Kept here, so that a newer library changes nothing that is deployed by
// itself; and not in cdk.json, which the local deployment does not read.
import flags from './feature-flags.json' with { type: 'json' };

export interface Synthesis {
  readonly policy: Policy;
  /** Where the assembly is written; by default, where the CDK's command line says, or else in a temporary folder. */
  readonly outdir?: string;
  /** Prefix of all names; several stacks can be in one account. */
  readonly stackName?: string;
  /**
   * Whether the template and the rules for safe stacks are checked too, which takes five seconds. A deployment always
   * does.
   */
  readonly checked?: boolean;
  /** Without it, the template fits any account and region. */
  readonly env?: { readonly account: string; readonly region: string };
}

/** Throws if the stack breaks a rule; `validation-report.json` then says which. */
export function synthesize({
  policy,
  outdir,
  stackName = 'lapse',
  checked = true,
  env,
}: Synthesis): CloudAssembly {
  const app = new App({
    analyticsReporting: false,
    context: flags,
    builtinCloudFormationValidation: checked,
    ...(outdir && { outdir }),
  });
  const named = findPlaceholders(policy).map(({ found }) => String(found));
  new LapseStack(app, 'Lapse', {
    policy,
    stackName,
    placeholders: named,
    terminationProtection: true,
    tags: { application: 'lapse' },
    ...(env && { env }),
  });
  if (checked) checkRules(app);
  return app.synth();
}

/** Of the caller's AWS profile, if there is one. */
function environment(): Pick<Synthesis, 'env'> {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  return account === undefined || region === undefined ? {} : { env: { account, region } };
}

/** What is wrong with the policy, as lines; otherwise the stack is synthesized, and doubtful values are reported. */
function mistakesIn(context: Readonly<Record<string, unknown>>): readonly string[] {
  const { policy: named = 'policy.yaml', stack = 'lapse' } = context;
  const misnamed = findNameMistake(String(stack));
  if (misnamed !== undefined) return [misnamed];
  const file = String(named);
  const parsed = parsePolicy(readFileSync(file, 'utf8'));
  const inFile = (mistake: Mistake) => describeMistake(file, mistake);
  if ('mistakes' in parsed) return parsed.mistakes.map(inFile);
  const { policy, warnings, placeholders } = parsed;
  const where = environment();
  // With an account, it is about to be deployed. Without one, the template itself refuses a deployment: see
  // `LapseStack`.
  if (where.env !== undefined && placeholders.length > 0)
    return [
      ...placeholders.map(inFile),
      'Nothing is synthesized for an account while the policy names only placeholders: the approvers could not be asked. Put in your own ids.',
    ];
  for (const warning of warnings) console.warn(`warning: ${inFile(warning)}`);
  synthesize({ policy, stackName: String(stack), ...where });
  return [];
}

if (import.meta.main) {
  // `-c policy=FILE` and `-c stack=NAME`; the command line hands context over in this variable.
  const context = JSON.parse(process.env['CDK_CONTEXT_JSON'] ?? '{}') as Readonly<Record<string, unknown>>;
  const mistakes = mistakesIn(context);
  for (const mistake of mistakes) console.error(mistake);
  if (mistakes.length > 0) process.exitCode = 1;
}
