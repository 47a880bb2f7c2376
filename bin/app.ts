/** The CDK app: a stack for each environment. Both `cdk synth` and the local deployment use it. */
import { App } from 'aws-cdk-lib';
import type { CloudAssembly } from 'aws-cdk-lib/cx-api';
import type { UsualMode } from '#policy/enforcement-mode.ts';
import type { Policy } from '#policy/policy.ts';
import { LapseStack } from '#lib/lapse-stack.ts';
import { checkRules } from '#lib/rules.ts';
import { findPlaceholders } from '#policy/dangers.ts';
import { environmentsFile, readEnvironments, type Environment } from './environments.ts';
// What CDK 2.276 recommends for new apps. Kept here, so that a newer library changes nothing that is deployed by
// itself; and not in cdk.json, which the local deployment does not read.
import flags from './feature-flags.json' with { type: 'json' };

interface Options {
  /** Where the assembly is written; by default, where the CDK's command line says, or else in a temporary folder. */
  readonly outdir?: string;
  /**
   * Whether the template and the rules for safe stacks are checked too, which takes some seconds. A deployment always
   * does.
   */
  readonly checked?: boolean;
}

export interface Synthesis extends Options {
  readonly policy: Policy;
  /** Prefix of all names; several stacks can be in one account. */
  readonly stackName?: string;
  readonly env?: Environment['env'];
  /** By default, Lapse acts in every tenant: whoever tries it out wants to see that. */
  readonly newTenants?: UsualMode;
}

/** One stack; without `env`, it fits any account and region. Throws if it breaks a rule; `validation-report.json` then says which. */
export function synthesize({
  policy,
  stackName = 'lapse',
  env,
  newTenants = 'live',
  ...options
}: Synthesis): CloudAssembly {
  return synthesizeAll([{ name: stackName, policy, env, newTenants }], options);
}

type Deployed = Pick<Environment, 'name' | 'policy' | 'newTenants'> &
  Partial<Pick<Environment, 'env' | 'alarms'>>;

function synthesizeAll(
  environments: readonly Deployed[],
  { outdir, checked = true }: Options,
): CloudAssembly {
  const app = new App({
    analyticsReporting: false,
    context: flags,
    builtinCloudFormationValidation: checked,
    ...(outdir && { outdir }),
  });
  for (const { name, policy, env, newTenants, alarms = [] } of environments)
    new LapseStack(app, name, {
      policy,
      newTenants,
      alarms,
      stackName: name,
      placeholders: findPlaceholders(policy).map(({ found }) => String(found)),
      terminationProtection: true,
      tags: { application: 'lapse' },
      ...(env && { env }),
    });
  if (checked) checkRules(app);
  return app.synth();
}

const leftOut =
  'is left out: its policy names only placeholders, so that the approvers could not be asked. Put in your own ids.';

/** Of the caller's AWS profile, if there is one. */
function ownAccount(): Environment['env'] {
  const { CDK_DEFAULT_ACCOUNT: account, CDK_DEFAULT_REGION: region } = process.env;
  return account === undefined || region === undefined ? undefined : { account, region };
}

if (import.meta.main) {
  // `-c environments=FILE`; the command line hands context over in this variable.
  const context = JSON.parse(process.env['CDK_CONTEXT_JSON'] ?? '{}') as { readonly environments?: string };
  const environments = readEnvironments(context.environments ?? environmentsFile);
  if ('mistakes' in environments) {
    for (const mistake of environments.mistakes) console.error(mistake);
    process.exitCode = 1;
  } else {
    const placed = environments.map((one) => ({ ...one, env: one.env ?? ownAccount() }));
    // With an account, it is about to be deployed. Without one, the template itself refuses a deployment: see
    // `LapseStack`.
    const isNobodys = ({ env, placeholders }: Environment) => env !== undefined && placeholders.length > 0;
    const ready = placed.filter((one) => !isNobodys(one));
    for (const { name, placeholders } of placed.filter(isNobodys))
      console.error([...placeholders, `${name} ${leftOut}`].join('\n'));
    for (const warning of ready.flatMap(({ warnings }) => warnings)) console.warn(`warning: ${warning}`);
    if (ready.length > 0) synthesizeAll(ready, {});
    else process.exitCode = 1;
  }
}
