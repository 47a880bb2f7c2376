import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { hashPolicy } from '#policy/hash-policy.ts';
import { loadPolicy } from '#runtime/policy.ts';
import { policy } from '../lifecycle/examples.ts';

it('a policy that was altered beside the code stops the function, until it is whole again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lapse-policy-'));
  vi.stubEnv('LAMBDA_TASK_ROOT', folder);
  onTestFinished(() => {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true, force: true });
  });
  const beside = (text: string): void => writeFileSync(join(folder, 'policy.json'), text);

  expect(loadPolicy).toThrow('ENOENT');
  beside('{');
  expect(loadPolicy).toThrow('is not JSON');
  beside(JSON.stringify({ ...policy, breaker: { ...policy.breaker, most: -1 } }));
  expect(loadPolicy).toThrow('breaker');
  beside(JSON.stringify(policy));
  expect(loadPolicy()).toEqual({ ...policy, hash: hashPolicy(policy) });
});
