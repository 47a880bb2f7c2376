import * as z from 'zod';
import type { Policies, ResourcePolicy } from './iam/decide.ts';
import { resourceStatementSchema, statementSchema } from './iam/statement.ts';

/** Resources of that type, with every reference resolved. */
type All = <T>(type: string, schema: z.ZodType<T>) => readonly { readonly id: string; readonly is: T }[];

const roleSchema = z.object({
  RoleName: z.string().optional(),
  AssumeRolePolicyDocument: z.object({ Statement: z.array(resourceStatementSchema) }),
  /** What these allow is not known here. */
  ManagedPolicyArns: z.never().optional(),
  PermissionsBoundary: z.never().optional(),
  Policies: z.never().optional(),
});
const policySchema = z.object({
  Roles: z.array(z.string()),
  PolicyDocument: z.object({ Statement: z.array(statementSchema) }),
});
const resourceDocument = z.object({ Statement: z.array(resourceStatementSchema) });
const keySchema = z.object({ KeyPolicy: resourceDocument });
const queuePolicySchema = z.object({ Queues: z.array(z.string()), PolicyDocument: resourceDocument });
const topicPolicySchema = z.object({ Topics: z.array(z.string()), PolicyDocument: resourceDocument });
const bucketPolicySchema = z.object({ Bucket: z.string(), PolicyDocument: resourceDocument });
/** Strict, because every other field would let in others or fewer. */
const permissionSchema = z.strictObject({
  Action: z.string(),
  FunctionName: z.string(),
  Principal: z.string(),
  SourceArn: z.string().optional(),
  SourceAccount: z.string().optional(),
});

/** The types below; any other that says who may do what is refused by name. */
const known = new Set([
  'AWS::IAM::Policy',
  'AWS::SQS::QueuePolicy',
  'AWS::S3::BucketPolicy',
  'AWS::SNS::TopicPolicy',
  'AWS::Lambda::Permission',
]);
export const isUnknownPolicy = (type: string): boolean =>
  /(Polic(y|ies)|Permission)$/.test(type) && !known.has(type);

/** Everything the template says about who may do what. `nameOf` is how the role of that ARN is known here. */
export function readPolicies(
  all: All,
  arnOf: (type: string, id: string) => string,
  nameOf: (roleArn: string) => string,
): Policies {
  const roles = all('AWS::IAM::Role', roleSchema).map(({ id, is }) => ({
    id,
    is,
    arn: arnOf('AWS::IAM::Role', id),
  }));
  const policies = all('AWS::IAM::Policy', policySchema);
  const attached = (ref: string) =>
    policies
      .filter(({ is }) => is.Roles.includes(ref))
      .flatMap(({ is: { PolicyDocument } }) => PolicyDocument.Statement);
  // `Ref` of a queue is its address, which ends in its id.
  const queueArn = (url: string): string => arnOf('AWS::SQS::Queue', url.split('/').at(-1) ?? '');
  const resources: readonly ResourcePolicy[] = [
    ...roles.map(({ is, arn }) => ({ of: arn, statements: is.AssumeRolePolicyDocument.Statement })),
    ...all('AWS::KMS::Key', keySchema).map(({ id, is }) => ({
      of: arnOf('AWS::KMS::Key', id),
      statements: is.KeyPolicy.Statement,
    })),
    ...all('AWS::SQS::QueuePolicy', queuePolicySchema).flatMap(({ is }) =>
      is.Queues.map((url) => ({ of: queueArn(url), statements: is.PolicyDocument.Statement })),
    ),
    ...all('AWS::SNS::TopicPolicy', topicPolicySchema).flatMap(({ is }) =>
      is.Topics.map((of) => ({ of, statements: is.PolicyDocument.Statement })),
    ),
    ...all('AWS::S3::BucketPolicy', bucketPolicySchema).map(({ is }) => ({
      of: arnOf('AWS::S3::Bucket', is.Bucket),
      statements: is.PolicyDocument.Statement,
    })),
    ...all('AWS::Lambda::Permission', permissionSchema).map(({ is }) => ({
      of: is.FunctionName,
      statements: [permissionAsStatement(is)],
    })),
  ];
  return {
    roles: new Map(roles.map(({ id, is, arn }) => [nameOf(arn), attached(is.RoleName ?? id)])),
    resources,
  };
}

const permissionAsStatement = ({
  Action,
  FunctionName,
  Principal,
  SourceArn,
  SourceAccount,
}: z.output<typeof permissionSchema>) =>
  resourceStatementSchema.parse({
    Effect: 'Allow',
    Action,
    Resource: FunctionName,
    Principal: { Service: Principal },
    Condition: {
      ...(SourceArn !== undefined && { ArnLike: { 'aws:SourceArn': SourceArn } }),
      ...(SourceAccount !== undefined && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
    },
  });
