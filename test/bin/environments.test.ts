/** Where Lapse is deployed: a mistake there must never deploy the wrong policy, or to the wrong account. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { policyFileOf, readEnvironments } from '../../bin/environments.ts';
import { policy, policyFile } from '../policy/fixture.ts';

const folder = mkdtempSync(join(tmpdir(), 'lapse-environments-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'environments.yaml');
const broken = join(folder, 'broken.yaml');
writeFileSync(broken, 'graceOnImport: 3 days\n');

function read(text: string) {
  writeFileSync(file, text);
  return readEnvironments(file);
}
const mistakes = (text: string): string => {
  const found = read(text);
  return 'mistakes' in found ? found.mistakes.join('\n').replaceAll(`${folder}/`, '') : 'none';
};

describe('the file of environments', () => {
  it('gives each stack its own policy, account and addresses', () => {
    expect(
      read(`
lapse-test:
  policy: ${policyFile}
lapse-prod:
  policy: ${policyFile}
  account: '011122223333'
  region: eu-central-1
  alarms: [on-call@example.com]
`),
    ).toMatchObject([
      { name: 'lapse-test', policy, env: undefined, alarms: [], newTenants: 'observing' },
      {
        name: 'lapse-prod',
        policy,
        env: { account: '011122223333', region: 'eu-central-1' },
        alarms: ['on-call@example.com'],
        newTenants: 'observing',
      },
    ]);
  });

  it.each(['eu-central-1', 'us-gov-west-1', 'ap-southeast-7', 'eusc-de-east-1', 'us-isob-east-1'])(
    'takes the region %s',
    (region) => {
      expect(mistakes(`lapse: { policy: ${policyFile}, account: '011122223333', region: ${region} }`)).toBe(
        'none',
      );
    },
  );

  it('says of the shipped one what is still to be replaced', () => {
    const [shipped, ...more] = readEnvironments(
      join(import.meta.dirname, '../../environments.yaml'),
    ) as readonly {
      readonly name: string;
    }[];
    expect(more).toEqual([]);
    expect(shipped).toMatchObject({ name: 'lapse', env: undefined });
  });

  it.each([
    ['nothing', '', 'environments.yaml: expected the names of stacks, each with its policy'],
    ['no stack', '{}', 'environments.yaml: expected at least one stack'],
    ['no YAML', 'a: [', 'environments.yaml cannot be read: '],
    ['no policy', 'lapse: { account: "111122223333", region: eu-west-1 }', 'lapse.policy: expected the path'],
    [
      'an account that YAML took for a number',
      `lapse: { policy: p, account: 111122223333, region: eu-west-1 }`,
      'lapse.account: expected twelve digits in quotes',
    ],
    [
      'an account without a region',
      `lapse: { policy: p, account: '111122223333' }`,
      'expected account and region, or neither',
    ],
    [
      'a region that is none',
      `lapse: { policy: p, account: '111122223333', region: Frankfurt }`,
      'lapse.region: expected a region',
    ],
    ['no address', 'lapse: { policy: p, alarms: [on-call] }', 'lapse.alarms.0: expected a mail address'],
    ['a word that nobody knows', 'lapse: { policy: p, polcy: q }', 'Unrecognized key: "polcy"'],
    ['a policy that is not there', 'lapse: { policy: nowhere.yaml }', 'nowhere.yaml cannot be read: '],
    [
      'a policy with mistakes',
      'lapse: { policy: broken.yaml }',
      'broken.yaml:1: graceOnImport: found "3 days"',
    ],
    ['a name that CloudFormation takes for no stack', 'lapse_prod: { policy: broken.yaml }', 'lapse_prod'],
    ['a name that begins with a digit', '1lapse: { policy: broken.yaml }', '1lapse'],
    [
      'the name of the bus that every account has',
      'default: { policy: broken.yaml }',
      'cannot be called default',
    ],
    [
      'the name of the stack that the CDK needs',
      'CDKToolkit: { policy: broken.yaml }',
      'cannot be called CDK',
    ],
    ['no name', '"": { policy: broken.yaml }', 'letters, digits and hyphens'],
    [
      'names that IAM takes for the same',
      'Lapse: { policy: p }\nlapse: { policy: p }',
      'Lapse and lapse differ only in upper and lower case',
    ],
    [
      'an address twice',
      'lapse: { policy: p, alarms: [a@example.com, A@example.com] }',
      'lapse.alarms: expected each address once',
    ],
    ['a name too long', `${'l'.repeat(32)}: { policy: broken.yaml }`, 'has 32 characters'],
  ])('is refused with %s', (_, text, expected) => {
    expect(mistakes(text)).toContain(expected);
  });

  it('is refused as a whole for one policy with mistakes: all of them are named', () => {
    expect(
      mistakes(`a: { policy: ${policyFile} }\nb: { policy: broken.yaml }\nc: { policy: nowhere.yaml }`),
    ).toMatch(/broken\.yaml:1[^]*nowhere\.yaml/);
  });
});

describe('the policy of a stack', () => {
  it('is the one that the file names for it', () => {
    writeFileSync(file, 'lapse-prod: { policy: broken.yaml }');
    expect(resolve(policyFileOf('lapse-prod', file) ?? '')).toBe(broken);
  });

  it('is unknown where the file names another stack, or is not there', () => {
    writeFileSync(file, 'lapse: { policy: broken.yaml }');
    expect(policyFileOf('lapse-prod', file)).toBeUndefined();
    expect(policyFileOf('constructor', file)).toBeUndefined();
    expect(policyFileOf('lapse-prod', join(folder, 'nowhere.yaml'))).toBeUndefined();
  });

  it.each([
    ['a mistake', 'lapse-prod: {}'],
    ['a mistake elsewhere', 'lapse-prod: { policy: broken.yaml }\nlapse-test: {}'],
    ['nothing that can be read', 'a: ['],
  ])('is never another one because the file has %s', (_, text) => {
    writeFileSync(file, text);
    expect(() => policyFileOf('lapse-prod', file)).toThrow('which policy lapse-prod has is not known');
  });
});
