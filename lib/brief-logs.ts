import { RemovalPolicy, Validations } from 'aws-cdk-lib';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';

/** What must be kept is in the trail; logs are only for whoever is on call. */
export class BriefLogs extends LogGroup {
  constructor(scope: Construct, id: string) {
    super(scope, id, { retention: RetentionDays.THREE_MONTHS, removalPolicy: RemovalPolicy.DESTROY });
    Validations.of(this).acknowledge(
      {
        id: 'cdk-validator-cfnguard::cloudwatch_log_group_retention_period_check',
        reason: 'Nothing has to be looked up here after three months: what must be kept is in the trail.',
      },
      {
        id: 'cdk-validator-cfnguard::cloudwatch_log_group_encrypted_check',
        reason: 'CloudWatch encrypts logs anyway, and no record, setting or secret is ever logged.',
      },
    );
  }
}
