import { Stack } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * CloudWatch namespace of everything that the functions of a stack count. Each stack has its own: in a common one, the
 * heartbeat of one stack would hide that another's is missing.
 */
export const metricsNamespaceOf = (scope: IConstruct): string => `Lapse/${Stack.of(scope).stackName}`;
