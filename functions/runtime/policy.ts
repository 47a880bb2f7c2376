import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { hashPolicy } from '#policy/hash-policy.ts';
import { policySchema } from '#policy/policy-schema.ts';
import { once } from './once.ts';
import { parseJson } from './unreadable.ts';
import type { Policy } from '#policy/policy.ts';

/**
 * The policy this function was deployed with: the stack checks `policy.yaml` and puts it beside the code, so that
 * code and numbers change in one step. Throws where it is missing or was altered.
 */
export const loadPolicy: () => Policy = once(() => {
  const file = join(process.env['LAMBDA_TASK_ROOT'] ?? '.', 'policy.json');
  const policy = policySchema.parse(parseJson(readFileSync(file, 'utf8'), file));
  return { ...policy, hash: hashPolicy(policy) };
});
