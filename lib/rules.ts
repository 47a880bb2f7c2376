import { Validations, type App } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';

/**
 * From now on `app.synth()` throws where a stack breaks a rule of AWS Solutions that is not acknowledged, with its
 * reason, beside the resource; the report lies in the assembly.
 */
export function checkRules(app: App): void {
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
}
