import { Validations, type App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/**
 * From now on, `app.synth()` throws if a stack breaks a rule of AWS Solutions that is not acknowledged, with a
 * reason, beside the resource. The report is in the assembly.
 */
export function checkRules(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
