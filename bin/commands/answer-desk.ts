/** Where answers from the command line are given, and as whom. */
import { userInfo } from 'node:os';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import * as z from 'zod';
import { accountIn, provesPerson, slackUserOf } from '#policy/aws-principal.ts';
import { policySchema } from '#policy/policy-schema.ts';
import { answerOne, type Given, type Outcome } from '#lib/local/answer-one.ts';
import { messageOf, Refusal } from '#lib/local/refusal.ts';
import { withModes } from '#register/enforcement.ts';
import { readPolicyInForce } from '#register/policy-in-force.ts';
import { createRegister } from '#register/register.ts';
import { createVersionedValues, type VersionedValues } from '#register/versioned-values.ts';
import { fromMillis } from '#time/instant.ts';
import { readLocalAddress, askLocal } from './ask-local.ts';
import { parseWebAddress, unusable } from './arguments.ts';
import { newTenantsOf, tableOf } from './stack-table.ts';
import type { Answerer } from '#lifecycle/commands.ts';
import type { Policy, Tenant } from '#policy/policy.ts';

export interface AnswerDesk {
  /** In words, for whoever reads the preview. */
  readonly who: string;
  readonly tenants: readonly Pick<Tenant, 'id' | 'name'>[];
  readonly timeZone: string;
  readonly answer: (given: Omit<Given, 'by'>) => Promise<Outcome>;
}

interface Where {
  readonly stack?: string | undefined;
  readonly url?: string | undefined;
  readonly as?: string | undefined;
}

export function openAnswerDesk({ stack, url, as }: Where): Promise<AnswerDesk> {
  if (stack === undefined)
    return overHttp(url === undefined ? readLocalAddress() : parseWebAddress('--url', url), as);
  if (as !== undefined)
    throw new Refusal(
      '--as and --stack are both given',
      'who answers there is what AWS says',
      'leave --as out',
      unusable,
    );
  return onAws(stack);
}

async function onAws(stack: string): Promise<AnswerDesk> {
  const client = new DynamoDBClient({});
  const tableName = await tableOf(client, stack);
  const values = createVersionedValues({ client, tableName });
  const inForce = await policyInForce(values, stack);
  const policy = await withModes(inForce, values, await newTenantsOf(stack));
  const by = answererOf(await callerOf(new STSClient({})), policy);
  const register = createRegister({ client, tableName });
  return {
    who: `${by.slackUser}, known to AWS as ${by.proof?.who ?? ''}`,
    tenants: policy.tenants,
    timeZone: policy.timeZone,
    answer: (given) => answerOne({ register, policy, now: fromMillis(Date.now()) }, { ...given, by }),
  };
}

/** What the functions decide by, as they wrote it down: a file on this machine could name anybody. */
async function policyInForce(values: VersionedValues, stack: string): Promise<Policy> {
  const noted = await readPolicyInForce(values);
  const newest = noted?.underway?.tried.at(-1) ?? noted;
  const parsed = policySchema.safeParse(newest?.policy);
  if (newest && parsed.success) return { ...parsed.data, hash: newest.hash };
  throw new Refusal(
    `by which policy the stack ${stack} decides is not known`,
    newest
      ? 'the one in its register is of another release'
      : 'no policy is in force yet: a sweep puts it into force within a minute of the deployment',
    newest ? 'use the release of Lapse that is deployed' : 'try again then',
  );
}

async function callerOf(sts: STSClient): Promise<string> {
  try {
    const { Arn } = await sts.send(new GetCallerIdentityCommand({}));
    if (Arn !== undefined) return Arn;
    throw new Error('it names nobody');
  } catch (error) {
    throw new Refusal(
      'AWS does not say who you are',
      messageOf(error),
      'check AWS_PROFILE, or sign in again',
    );
  }
}

/** Throws a `Refusal` where it could be anybody. */
export function answererOf(arn: string, policy: Pick<Policy, 'people'>): Answerer {
  const slackUser = slackUserOf(arn, policy);
  if (slackUser !== undefined)
    return {
      slackUser,
      slackTeam: accountIn(arn),
      standing: 'member',
      proof: { type: 'aws', who: arn },
    };
  throw provesPerson(arn)
    ? new Refusal(
        `policy does not say who ${arn} is`,
        'nobody answers for an exception who is not known',
        `add to people in the policy, and deploy it: { account: YOUR-ACCOUNT, person: YOUR-SLACK-USER-ID, aws: '${arn}' }`,
      )
    : new Refusal(
        `${arn} could be anybody`,
        'whoever assumes a role chooses the name of the session: it proves nothing',
        'sign in through IAM Identity Center or as an IAM user whom the policy names (people, aws), or answer in Slack',
      );
}

const deskSchema = z.object({
  tenants: z.array(z.object({ id: z.string(), name: z.string() })),
  timeZone: z.string(),
});

async function overHttp(url: string, as: string | undefined): Promise<AnswerDesk> {
  if (as === undefined)
    throw new Refusal(
      'who answers is not said',
      'on this machine nothing proves it',
      'add --as and a Slack user ID, such as --as USAMSECURITY',
      unusable,
    );
  const { tenants, timeZone } = deskSchema.parse(await askLocal(url, '/answers'));
  const user = userInfo().username;
  return {
    who: `${as}, as ${user} of this machine says`,
    tenants,
    timeZone,
    answer: async (given) => (await askLocal(url, '/answers', { ...given, as, user })) as Outcome,
  };
}
