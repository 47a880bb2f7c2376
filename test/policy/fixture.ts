/** The policy that tests live by. What deploys, `policy.yaml`, is for customers to edit: no test may depend on it. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parsePolicy } from '#policy/policy-file.ts';

export const policyFile = fileURLToPath(new URL('../fixtures/policy.yaml', import.meta.url));
export const policyText = readFileSync(policyFile, 'utf8');

const parsed = parsePolicy(policyText);
if ('mistakes' in parsed) throw new Error(JSON.stringify(parsed.mistakes));
export const { policy } = parsed;
