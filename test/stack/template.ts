/** The template that deploys, synthesized once for a test file, and ways to look at it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import * as z from 'zod';
import { synthesize } from '../../bin/app.ts';
import { policy } from '../policy/fixture.ts';

const templateSchema = z.object({
  Resources: z.record(
    z.string(),
    z.looseObject({
      Type: z.string(),
      Properties: z.record(z.string(), z.unknown()).default({}),
      DeletionPolicy: z.string().optional(),
    }),
  ),
});
export type Resource = z.output<typeof templateSchema>['Resources'][string] & { readonly id: string };

const statementSchema = z.object({
  Effect: z.literal('Allow'),
  Action: z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat()),
  Resource: z.unknown().transform((one): unknown[] => [one].flat()),
  Condition: z.unknown().optional(),
});
export type Statement = z.output<typeof statementSchema>;

/** Where this file's assembly is. Whether it keeps the rules for safe stacks is for `rules.test.ts`. */
export const assembly = mkdtempSync(join(tmpdir(), 'lapse-stack-'));
afterAll(() => rmSync(assembly, { recursive: true, force: true }));
synthesize({ policy, outdir: assembly, checked: false });
const { Resources } = templateSchema.parse(
  JSON.parse(readFileSync(join(assembly, 'lapse.template.json'), 'utf8')),
);
export const resources: readonly Resource[] = Object.entries(Resources).map(([id, resource]) => ({
  id,
  ...resource,
}));

export const all = (type: string): readonly Resource[] => resources.filter(({ Type }) => Type === type);

export function only(type: string): Resource {
  const [found, ...more] = all(type);
  if (!found || more.length > 0) throw new Error(`expected one ${type}`);
  return found;
}

export const at = (value: unknown, ...path: readonly (string | number)[]): unknown =>
  path.reduce<unknown>(
    (inside, key) => (inside as Record<string | number, unknown> | undefined)?.[key],
    value,
  );

/** The id of the resource that a `Ref`, or an ARN by `Fn::GetAtt`, stands for. */
export const target = (reference: unknown): unknown => at(reference, 'Ref') ?? at(reference, 'Fn::GetAtt', 0);

/** Plain names of the functions (`ask-owners`) and their resources. */
export const functions: ReadonlyMap<string, Resource> = new Map(
  all('AWS::Lambda::Function').map((resource) => [
    String(at(resource.Properties, 'Environment', 'Variables', 'POWERTOOLS_SERVICE_NAME')),
    resource,
  ]),
);

/** What a function's role may do. */
export function statementsOf(name: string): readonly Statement[] {
  const role = target(functions.get(name)?.Properties['Role']);
  return all('AWS::IAM::Policy')
    .filter(({ Properties }) => (Properties['Roles'] as unknown[]).some((one) => target(one) === role))
    .flatMap(({ Properties }) =>
      z.array(statementSchema).parse(at(Properties, 'PolicyDocument', 'Statement')),
    );
}

export const statements: readonly Statement[] = all('AWS::IAM::Policy').flatMap(({ Properties }) =>
  z.array(statementSchema).parse(at(Properties, 'PolicyDocument', 'Statement')),
);
