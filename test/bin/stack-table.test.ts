import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, it, onTestFinished, vi } from 'vitest';
import { newTenantsOf, tableOf } from '../../bin/commands/stack-table.ts';

const kept = 'lapse-RegisterTableAB12-OLD';
const current = 'lapse-RegisterTableAB12-NEW';

/** An account with these tables, and a stack `lapse` with these outputs; without, CloudFormation refuses to tell. */
async function account(tables: readonly string[], outputs?: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const target = String(request.headers['x-amz-target'] ?? 'DescribeStacks');
    asked.push(target);
    request.resume();
    if (target.endsWith('ListTables'))
      return response
        .writeHead(200, { 'content-type': 'application/x-amz-json-1.0' })
        .end(JSON.stringify({ TableNames: tables }));
    response.writeHead(outputs ? 200 : 403, { 'content-type': 'text/xml' });
    return response.end(
      outputs
        ? `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>lapse</StackName><Outputs>${Object.entries(
            outputs,
          )
            .map(
              ([key, value]) =>
                `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
            )
            .join('')}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`
        : '<ErrorResponse><Error><Code>AccessDenied</Code><Message>not for you</Message></Error></ErrorResponse>',
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  vi.stubEnv('AWS_ENDPOINT_URL_CLOUDFORMATION', url);
  vi.stubEnv('AWS_ENDPOINT_URL_DYNAMODB', url);
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'local');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'local');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
    vi.unstubAllEnvs();
  });
  return { asked, find: () => tableOf(new DynamoDBClient({}), 'lapse') };
}

it('a table that an earlier stack of the name has left is not taken for the one of the stack', async () => {
  const { find, asked } = await account([kept, current], { SlackUrl: 'https://x', TableName: current });
  expect(await find()).toBe(current);
  expect(asked).toEqual(['DescribeStacks']);
});

it.each([
  ['may not be asked', undefined],
  ['knows no such output', { SlackUrl: 'https://x' }],
])('where CloudFormation %s, the only table of the name is meant', async (_why, outputs) => {
  const { find } = await account(['other', 'lapse-test-RegisterTableAB12-X', current], outputs);
  expect(await find()).toBe(current);
});

it.each([
  [[kept, current], /several tables.*/, /2 are named lapse-RegisterTable….*not for you/],
  [['other'], /no register/, /no table is named lapse-RegisterTable….*not for you/],
])('of %j none is chosen without it, and what hinders is said', async (tables, what, why) => {
  const { find } = await account(tables);
  await expect(find()).rejects.toMatchObject({
    message: expect.stringMatching(what) as string,
    why: expect.stringMatching(why) as string,
  });
});

it.each([
  [{ TableName: current, NewTenants: 'observing' }, 'observing'],
  [{ TableName: current, NewTenants: 'live' }, 'live'],
  // Deployed before there was a choice.
  [{ TableName: current }, 'live'],
])('what a stack with the outputs %j does in a new tenant is %s', async (outputs, mode) => {
  await account([current], outputs);
  expect(await newTenantsOf('lapse')).toBe(mode);
});

it('nothing is assumed about new tenants where CloudFormation does not tell', async () => {
  await account([current]);
  await expect(newTenantsOf('lapse')).rejects.toMatchObject({
    message: expect.stringContaining('is not known') as string,
    what: expect.stringContaining('lapse enforce stop works without') as string,
  });
});
