import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { Refusal, messageOf } from './refusal.ts';

const manifestSchema = z.object({
  artifacts: z.record(
    z.string(),
    z.object({ type: z.string(), properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});
const assetsSchema = z.object({
  files: z.record(
    z.string(),
    z.object({
      source: z.object({ path: z.string().optional() }),
      destinations: z.record(z.string(), z.object({ objectKey: z.string() })),
    }),
  ),
});
const templateSchema = z.object({
  Parameters: z.record(z.string(), z.object({ Default: z.unknown() })).default({}),
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).default({}) }),
  ),
});

export interface Assembly {
  readonly stack: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly resources: Readonly<Record<string, Resource>>;
  /** Where the files of an asset lie, by the key under which CDK would upload them. */
  readonly assets: ReadonlyMap<string, string>;
}

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
}

/** Reads what `cdk synth` wrote. Throws a `Refusal` where the folder holds no assembly with exactly one stack. */
export function readAssembly(folder: string): Assembly {
  const artifacts = Object.entries(parse(manifestSchema, join(folder, 'manifest.json')).artifacts);
  const stacks = artifacts.filter(([, { type }]) => type === 'aws:cloudformation:stack');
  const [stack, ...more] = stacks;
  if (!stack || more.length > 0)
    throw new Refusal(
      `${folder} holds ${stacks.length} stacks`,
      'the local deployment runs one',
      'synthesize the app for one environment',
    );
  const template = parse(templateSchema, join(folder, String(stack[1].properties?.['templateFile'])));
  const assets = new Map<string, string>();
  for (const [, { type, properties }] of artifacts) {
    if (type !== 'cdk:asset-manifest') continue;
    for (const { source, destinations } of Object.values(
      parse(assetsSchema, join(folder, String(properties?.['file']))).files,
    ))
      for (const { objectKey } of Object.values(destinations))
        if (source.path) assets.set(objectKey, join(folder, source.path));
  }
  return {
    stack: stack[0],
    parameters: defaults(template.Parameters),
    resources: template.Resources,
    assets,
  };
}

function defaults(parameters: Readonly<Record<string, { Default?: unknown }>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).map(([name, { Default }]) => [name, Default]));
}

function parse<T>(schema: z.ZodType<T>, file: string): T {
  try {
    return schema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new Refusal(
      `${file} is not what CDK writes`,
      messageOf(error),
      'run `npm run synth` and look there',
    );
  }
}
