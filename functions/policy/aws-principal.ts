/**
 * Who somebody is that AWS knows: only what AWS itself vouches for, and only whom policy names. The session name of an
 * ordinary role is chosen by whoever assumes it, so it proves nothing; that of a role which IAM Identity Center keeps is
 * the name that somebody signed in with.
 */
import type { Policy } from './policy.ts';

const user = /^arn:aws[a-z-]*:iam::\d{12}:user\/[\w+=,.@/-]+$/;
const signedIn =
  /^arn:aws[a-z-]*:sts::\d{12}:assumed-role\/AWSReservedSSO_[\w+=,.@-]+_[0-9a-f]{16}\/[\w+=,.@-]+$/;

/** Whether an ARN can only be one person's. */
export const provesPerson = (arn: string): boolean => user.test(arn) || signedIn.test(arn);

export const accountIn = (arn: string): string => arn.split(':')[4] ?? '';

/** The Slack user whom policy names for an ARN: capitals count, as they do for AWS. */
export const slackUserOf = (arn: string, { people }: Pick<Policy, 'people'>): string | undefined =>
  provesPerson(arn) ? people.find(({ aws }) => aws === arn)?.person : undefined;
