import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Policy } from '#policy/policy.ts';
import { policySchema } from '#policy/policy-schema.ts';
import { Refusal } from './refusal.ts';

/** The policy the functions were bundled with. Throws a `Refusal` where no bundle holds one. */
export function readPolicy(folders: readonly string[]): Policy {
  const file = folders.map((folder) => join(folder, 'policy.json')).find(existsSync);
  if (!file)
    throw new Refusal(
      'no function has a policy',
      'the assembly was not made by this app',
      'synthesize it again',
    );
  return policySchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}
