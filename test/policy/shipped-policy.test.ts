/** `policy.yaml` is for customers to edit: these hold for any valid one, and no other test reads it. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { run } from '../../bin/commands/policy.ts';
import { describeMistake, parsePolicy } from '#policy/policy-file.ts';

const file = new URL('../../policy.yaml', import.meta.url);

it('the policy that deploys has no mistake, and each placeholder in it has its line', () => {
  const parsed = parsePolicy(readFileSync(file, 'utf8'));
  if ('mistakes' in parsed)
    throw new Error(parsed.mistakes.map((one) => describeMistake('policy.yaml', one)).join('\n'));
  for (const one of parsed.placeholders) expect(one.line).toBeGreaterThan(0);
});

it('lapse policy check, where nothing else is named, finds it fit for this machine', async () => {
  expect(await run(['check', '--local'])).toBe(0);
});
