import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { paginateListTables, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { UsualMode } from '#policy/enforcement-mode.ts';
import { messageOf, Refusal } from '#lib/local/refusal.ts';

/**
 * The register of a stack: what its output says, or else the only table that is named like one of it. A stack that was
 * taken down leaves its table behind, so that there can be two of that name.
 */
export async function tableOf(client: DynamoDBClient, stack: string): Promise<string> {
  const asked = await outputsOf(stack);
  const table = 'outputs' in asked ? asked.outputs.get('TableName') : undefined;
  if (table !== undefined) return table;
  const why = 'why' in asked ? asked.why : 'the stack has no output TableName';
  const [name, ...more] = await tablesNamed(client, stack);
  if (name !== undefined && more.length === 0) return name;
  throw name === undefined
    ? new Refusal(
        `the stack ${stack} has no register in this account and region`,
        `no table is named ${stack}-RegisterTable…, and CloudFormation names none: ${why}`,
        'check the name, AWS_PROFILE and AWS_REGION',
      )
    : new Refusal(
        `which of several tables is the register of the stack ${stack} is not known`,
        `${1 + more.length} are named ${stack}-RegisterTable…, and CloudFormation does not say which: ${why}`,
        `allow cloudformation:DescribeStacks on the stack, or delete the tables that stacks before it have left`,
      );
}

/** What a stack is in tenants of which nobody has decided. Stacks of before there was a choice say nothing: they are live. */
export async function newTenantsOf(stack: string): Promise<UsualMode> {
  const asked = await outputsOf(stack);
  if ('outputs' in asked) return asked.outputs.get('NewTenants') === 'observing' ? 'observing' : 'live';
  throw new Refusal(
    `whether the stack ${stack} is live in a new tenant is not known`,
    `CloudFormation does not say: ${asked.why}`,
    'allow cloudformation:DescribeStacks on the stack; lapse enforce stop works without',
  );
}

async function outputsOf(
  stack: string,
): Promise<{ readonly outputs: ReadonlyMap<string, string> } | { readonly why: string }> {
  try {
    const { Stacks: [found] = [] } = await new CloudFormationClient({}).send(
      new DescribeStacksCommand({ StackName: stack }),
    );
    const outputs = (found?.Outputs ?? []).flatMap(({ OutputKey, OutputValue }) =>
      OutputKey === undefined || OutputValue === undefined ? [] : [[OutputKey, OutputValue] as const],
    );
    return { outputs: new Map(outputs) };
  } catch (error) {
    // Without that permission, or after the stack was taken down, its table may still be found by its name.
    return { why: messageOf(error) };
  }
}

/** CloudFormation names what the template leaves unnamed `<stack>-<logical id>-<random>`. */
async function tablesNamed(client: DynamoDBClient, stack: string): Promise<readonly string[]> {
  const found: string[] = [];
  try {
    for await (const { TableNames = [] } of paginateListTables({ client }, {}))
      found.push(...TableNames.filter((name) => name.startsWith(`${stack}-RegisterTable`)));
  } catch (error) {
    throw new Refusal('AWS does not list its tables', messageOf(error), 'check AWS_PROFILE and AWS_REGION');
  }
  return found;
}
