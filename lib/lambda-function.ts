import { ArnFormat, Aws, Stack, Token, Validations, type Duration } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction } from 'aws-cdk-lib/aws-lambda-nodejs';
import { tokenAlgorithm, tokenAudience, tokenLastsSeconds } from '#microsoft/web-identity.ts';
import { BriefLogs } from './brief-logs.ts';
import { bundle } from './bundle.ts';
import { metricsNamespaceOf } from './metrics-namespace.ts';
import { newTenantsFor } from './new-tenants.ts';
import { roleNameOf } from './stack-name.ts';
import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { ISecret, Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { Policy } from '#policy/policy.ts';
import type { FunctionName, Settable } from '#runtime/environment.ts';

export interface LambdaFunctionProps<Name extends FunctionName> {
  /** What `functions/runtime/environment.ts` demands for this function: what is missing does not compile. */
  readonly environment: Settable<Name>;
  readonly timeout: Duration;
  /** Mebibytes; the processor's share grows with it, which is what shortens a cold start. */
  readonly memorySize?: number;
  /** Put beside the code as `policy.json`, for `loadPolicy`. */
  readonly policy?: Policy;
}

/** `functions/<name>.ts` as a Lambda function with a role and a log group of its own. */
export class LambdaFunction<Name extends FunctionName> extends NodejsFunction {
  /** The function's name, as in its file name. */
  readonly is: Name;

  constructor(scope: Construct, id: string, name: Name, props: LambdaFunctionProps<Name>) {
    const logGroup = new BriefLogs(scope, `${id}Logs`);
    // Not the managed AWSLambdaBasicExecutionRole: that may write to every log group of the account.
    // Named, because Microsoft trusts a role by its ARN: a generated name would change when the role is replaced, and
    // the trust would end without a word. IAM is one for all regions, hence the region.
    const role = new Role(scope, `${id}Role`, {
      roleName: roleNameOf(Stack.of(scope).stackName, name, Aws.REGION),
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
    });
    logGroup.grantWrite(role);
    super(scope, id, {
      description: `Lapse: ${name}`,
      code: bundle(name, props.policy),
      handler: 'index.handler',
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: props.memorySize ?? 512,
      timeout: props.timeout,
      role,
      logGroup,
      // The client's own connection settings are right since SDK 3: no variable for them.
      awsSdkConnectionReuse: false,
      environment: {
        ...(props.environment as Readonly<Record<string, string>>),
        ...newTenantsFor(name, scope),
        POWERTOOLS_SERVICE_NAME: name,
        POWERTOOLS_METRICS_NAMESPACE: metricsNamespaceOf(scope),
        NODE_OPTIONS: '--enable-source-maps',
        // A stray endpoint variable must not send requests, and with them secrets, elsewhere.
        AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true',
      },
    });
    this.is = name;
    Validations.of(this).acknowledge({
      id: 'cdk-validator-cfnguard::lambda_inside_vpc_check',
      reason:
        'It calls AWS, Slack or Microsoft over the internet and nothing in a network of ours: inside one it would only need a way out.',
    });
  }

  /** Not `Secret.grantRead`: describing a secret is more than reading it takes. */
  mayRead(secret: Pick<ISecret, 'secretArn'>): void {
    this.addToRolePolicy(
      new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secret.secretArn] }),
    );
  }

  /** That secret, and one of each tenant's own beside it: see `functions/runtime/tenant-secret.ts`. */
  mayReadOfTenants(secret: Secret): void {
    const stack = Stack.of(this);
    const own = stack.formatArn({
      ...{ service: 'secretsmanager', resource: 'secret', arnFormat: ArnFormat.COLON_RESOURCE_NAME },
      resourceName: `${stack.stackName}/${secret.node.id}/*`,
    });
    this.mayRead(secret);
    this.mayRead({ secretArn: own });
    if (this.role)
      Validations.of(this.role).acknowledge({
        id: `AwsSolutions-IAM5[Resource::arn:${shown(stack.partition, 'Partition')}:secretsmanager:${shown(stack.region, 'Region')}:${shown(stack.account, 'AccountId')}:secret:${stack.stackName}/${secret.node.id}/*]`,
        reason:
          'Whoever stores a credential for a tenant makes the secret; no other secrets begin like this.',
      });
  }

  /** Put events of that source on the bus; only of these types, where some are named. */
  mayPut(bus: Pick<IEventBus, 'eventBusArn'>, source: string, types?: readonly string[]): void {
    this.addToRolePolicy(
      new PolicyStatement({
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        conditions: {
          StringEquals: { 'events:source': source, ...(types && { 'events:detail-type': types }) },
        },
      }),
    );
  }

  /** Prove to Microsoft which role this is, where a tenant trusts roles instead of secrets. */
  mayProveItself(): void {
    this.addToRolePolicy(
      new PolicyStatement({
        actions: ['sts:GetWebIdentityToken'],
        resources: ['*'],
        conditions: {
          'ForAllValues:StringEquals': { 'sts:IdentityTokenAudience': [tokenAudience] },
          // Of no audience at all, everything is true.
          Null: { 'sts:IdentityTokenAudience': 'false' },
          StringEquals: { 'sts:SigningAlgorithm': tokenAlgorithm },
          NumericLessThanEquals: { 'sts:DurationSeconds': tokenLastsSeconds },
        },
      }),
    );
    if (this.role)
      Validations.of(this.role).acknowledge({
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason: 'A statement about oneself has no resource that could be named.',
      });
  }
}

/** As the rules write what is known only when the stack is deployed: with an account and a region, it is known before. */
const shown = (value: string, name: string): string => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);
