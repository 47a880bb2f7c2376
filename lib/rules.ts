import { Validations, type App } from 'aws-cdk-lib';
import { CfnGuardValidator } from '@cdklabs/cdk-validator-cfnguard';
import { AwsSolutionsChecks } from 'cdk-nag';

/**
 * From now on, `app.synth()` throws if a stack breaks a rule of AWS Solutions, or one of Control Tower, that is not
 * acknowledged, with a reason, beside the resource. The first are checked on the constructs; the others, by a program
 * of another house, on the finished template; that program exists for Linux and macOS. The report is in the assembly.
 */
export function checkRules(app: App): void {
  Validations.of(app).addPlugins(
    new AwsSolutionsChecks(app),
    ...(['linux', 'darwin'].includes(process.platform) ? [new CfnGuardValidator()] : []),
  );
}
