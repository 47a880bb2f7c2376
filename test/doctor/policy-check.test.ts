import { describe, expect, it } from 'vitest';
import { createPolicyCheck } from '#doctor/policy-check.ts';
import { neverAborts } from '#test/never-aborts.ts';

const verdict = (placeholders: readonly string[], warnings: readonly string[]) =>
  createPolicyCheck(placeholders, warnings).run(neverAborts());

describe('the doctor on the policy', () => {
  it('finds placeholders wrong, and says which and what to do', async () => {
    expect(await verdict(['policy.yaml:10: approvers.0: found "USAMSECURITY"'], ['w'])).toEqual({
      outcome: 'failed',
      found: 'it names placeholders: policy.yaml:10: approvers.0: found "USAMSECURITY"',
      todo: 'Replace them in the policy and deploy the stack again.',
    });
  });

  it('counts what the check warns of, and is content without', async () => {
    expect(await verdict([], ['one', 'two'])).toMatchObject({
      outcome: 'ok',
      found: expect.stringContaining('warns of 2 of its values') as string,
    });
    expect(await verdict([], [])).toMatchObject({ outcome: 'ok' });
  });
});
