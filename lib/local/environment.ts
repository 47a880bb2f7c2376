import type { FunctionSpec } from './template.ts';

export interface Endpoints {
  /** DynamoDB, EventBridge, Secrets Manager and STS. */
  readonly aws: string;
  readonly slackApiUrl: string;
  readonly exchangeUrl: string;
  readonly loginUrl: string;
  readonly activityUrl: string;
}

/** What the template gives a function, what Lambda adds, and where on this machine everything is. */
export function environmentOf(spec: FunctionSpec, at: Endpoints): Record<string, string> {
  return {
    ...spec.environment,
    AWS_LAMBDA_FUNCTION_NAME: spec.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(spec.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: spec.folder,
    _HANDLER: spec.handler,
    TZ: 'UTC',
    AWS_REGION: 'local-1',
    // The SDK wants to sign; only by whom is looked at. Real ones of the machine's owner must not get this far.
    AWS_ACCESS_KEY_ID: spec.name,
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false',
    AWS_ENDPOINT_URL_DYNAMODB: at.aws,
    AWS_ENDPOINT_URL_EVENTBRIDGE: at.aws,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: at.aws,
    AWS_ENDPOINT_URL_SQS: at.aws,
    AWS_ENDPOINT_URL_STS: at.aws,
    SLACK_API_URL: at.slackApiUrl,
    EXCHANGE_URL: at.exchangeUrl,
    LOGIN_URL: at.loginUrl,
    ACTIVITY_URL: at.activityUrl,
  };
}
