/** The CDK app: one policy, one stack. `cdk synth` and the local deployment both come through here. */
import { readFileSync } from 'node:fs';
import { App } from 'aws-cdk-lib';
// The behaviours CDK recommends for new apps. In code, because the local deployment does not read cdk.json.
import recommended from 'aws-cdk-lib/recommended-feature-flags.json' with { type: 'json' };
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { Policy } from '#domain/policy.ts';
import { LapseStack } from '#lib/lapse-stack.ts';
import { checkRules } from '#lib/rules.ts';
import { inWords, parsePolicy } from '#policy/policy-file.ts';

export interface Synthesis {
  readonly policy: Policy;
  /** Where the assembly is written; without it, where the CDK's command line says, else a temporary folder. */
  readonly outdir?: string;
  /** Prefix of everything that is named; several stacks may live in one account. */
  readonly stackName?: string;
  /** Whether the rules for safe stacks are checked too (two seconds). A deployment always does. */
  readonly checked?: boolean;
  /** Without it, the template fits any account and region. */
  readonly env?: { readonly account: string; readonly region: string };
}

/** Throws where the stack breaks a rule, and says in `validation-report.json` which. */
export function synthesize({
  policy,
  outdir,
  stackName = 'lapse',
  checked = true,
  env,
}: Synthesis): CloudAssembly {
  const app = new App({ analyticsReporting: false, context: recommended, ...(outdir && { outdir }) });
  new LapseStack(app, 'Lapse', { policy, stackName, ...(env && { env }) });
  if (checked) checkRules(app);
  return app.synth();
}

/** Of the caller's AWS profile, where there is one. */
function environment(): Pick<Synthesis, 'env'> {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  return account === undefined || region === undefined ? {} : { env: { account, region } };
}

function policyFrom(file: string): Policy {
  const parsed = parsePolicy(readFileSync(file, 'utf8'));
  if ('policy' in parsed) return parsed.policy;
  throw new Error(parsed.mistakes.map((mistake) => inWords(file, mistake)).join('\n'));
}

if (import.meta.main) {
  // `-c policy=FILE` and `-c stack=NAME`; the command line hands context over in this variable.
  const context = JSON.parse(process.env['CDK_CONTEXT_JSON'] ?? '{}') as Readonly<Record<string, unknown>>;
  const { policy = 'policy.yaml', stack = 'lapse' } = context;
  synthesize({ policy: policyFrom(String(policy)), stackName: String(stack), ...environment() });
}
