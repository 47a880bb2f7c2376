/** Two stacks in one account and region must not get in each other's way. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import * as z from 'zod';
import { synthesize } from '../../bin/app.ts';
import { policy } from '../policy/fixture.ts';
import { at } from './template.ts';

const outdir = mkdtempSync(join(tmpdir(), 'lapse-side-by-side-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
  Outputs: z.record(z.string(), z.object({ Export: z.unknown().optional() })),
});

function synthesized(stackName: string) {
  const folder = join(outdir, stackName);
  synthesize({ policy, outdir: folder, stackName, checked: false });
  return templateSchema.parse(JSON.parse(readFileSync(join(folder, `${stackName}.template.json`), 'utf8')));
}
const one = synthesized('lapse-one');
const two = synthesized('lapse-two');

/** Whether a value follows from a resource of the stack, and so is another one in another stack. */
const isOwn = (value: unknown): boolean => {
  const text = JSON.stringify(value);
  return Object.keys(one.Resources).some(
    (id) => text.includes(`{"Ref":"${id}"}`) || text.includes(`["${id}",`),
  );
};

/** Names within something that has a name of its own. */
const withinOthers = [
  'AWS::ApiGatewayV2::Stage StageName',
  'AWS::CloudWatch::Alarm MetricName',
  'AWS::IAM::Policy PolicyName',
];

describe('two stacks in one account and region', () => {
  it('share no physical name', () => {
    const named = Object.entries(one.Resources).flatMap(([id, { Type, Properties }]) =>
      Object.entries(Properties)
        .filter(([key, value]) => /(^|[a-z])Name$/.test(key) && !isOwn(value))
        .filter(([key]) => !withinOthers.includes(`${Type} ${key}`))
        .map(([key, value]) => ({ id, key, value })),
    );
    expect(named.map(({ key }) => key)).toEqual(expect.arrayContaining(['RoleName', 'Name']));
    for (const { id, key, value } of named)
      expect([id, key, at(two.Resources, id, 'Properties', key)]).not.toEqual([id, key, value]);
  });

  it('share no metric', () => {
    const alarms = Object.entries(one.Resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
    expect(alarms.length).toBeGreaterThan(15);
    for (const [id, { Properties }] of alarms) {
      const { Namespace, Dimensions } = Properties;
      if (!isOwn(Dimensions))
        expect([id, at(two.Resources, id, 'Properties', 'Namespace')]).not.toEqual([id, Namespace]);
    }
  });

  it('count into the namespace that their own alarms watch', () => {
    for (const { Resources } of [one, two]) {
      const of = (type: string) => Object.values(Resources).filter(({ Type }) => Type === type);
      const counting = of('AWS::Lambda::Function').map(({ Properties }) =>
        at(Properties, 'Environment', 'Variables', 'POWERTOOLS_METRICS_NAMESPACE'),
      );
      const watched = of('AWS::CloudWatch::Alarm')
        .map(({ Properties }) => String(Properties['Namespace']))
        .filter((namespace) => !namespace.startsWith('AWS/'));
      expect(new Set(watched)).toEqual(new Set(counting));
    }
  });

  it('export nothing', () => {
    expect(Object.values(one.Outputs).flatMap(({ Export }) => Export ?? [])).toEqual([]);
  });
});

describe('the name of a stack', () => {
  const named = (stackName: string) => () =>
    synthesize({ policy, outdir: join(outdir, 'long'), stackName, checked: false });

  it('is refused where the names of its roles would be too long', () => {
    expect(named('l'.repeat(32))).toThrow(
      `The stack name ${'l'.repeat(32)} has 32 characters, and the names of its roles leave room for 31: choose a shorter one.`,
    );
  });

  it('fits with 31 characters into role names in the longest region', () => {
    const { Resources } = synthesized('l'.repeat(31));
    const roles = Object.values(Resources)
      .filter(({ Type }) => Type === 'AWS::IAM::Role')
      .flatMap(({ Properties }) => Properties['RoleName'] ?? [])
      .map((name) =>
        (at(name, 'Fn::Join', 1) as unknown[])
          .map((part) => (at(part, 'Ref') ? 'ap-southeast-1' : part))
          .join(''),
      );
    expect(roles).toHaveLength(8);
    expect(Math.max(...roles.map(({ length }) => length))).toBe(64);
  });
});
