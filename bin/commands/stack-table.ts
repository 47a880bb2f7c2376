import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import { paginateListTables, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { messageOf, Refusal } from '#lib/local/refusal.ts';

/**
 * The register of a stack: what its output says, or else the only table that is named like one of it. A stack that was
 * taken down leaves its table behind, so that there can be two of that name.
 */
export async function tableOf(client: DynamoDBClient, stack: string): Promise<string> {
  const asked = await outputOf(stack);
  if ('table' in asked) return asked.table;
  const [name, ...more] = await tablesNamed(client, stack);
  if (name !== undefined && more.length === 0) return name;
  throw name === undefined
    ? new Refusal(
        `the stack ${stack} has no register in this account and region`,
        `no table is named ${stack}-RegisterTable…, and CloudFormation names none: ${asked.why}`,
        'check the name, AWS_PROFILE and AWS_REGION',
      )
    : new Refusal(
        `which of several tables is the register of the stack ${stack} is not known`,
        `${1 + more.length} are named ${stack}-RegisterTable…, and CloudFormation does not say which: ${asked.why}`,
        `allow cloudformation:DescribeStacks on the stack, or delete the tables that stacks before it have left`,
      );
}

async function outputOf(stack: string): Promise<{ readonly table: string } | { readonly why: string }> {
  try {
    const { Stacks: [found] = [] } = await new CloudFormationClient({}).send(
      new DescribeStacksCommand({ StackName: stack }),
    );
    const table = found?.Outputs?.find(({ OutputKey }) => OutputKey === 'TableName')?.OutputValue;
    return table === undefined ? { why: 'the stack has no output TableName' } : { table };
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
