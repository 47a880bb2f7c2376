/** Whether the policy is one to go live with. What makes it sound was checked when the stack was synthesized. */
import { failed, ok, type Check } from './check.ts';

export const createPolicyCheck = (placeholders: readonly string[], warnings: readonly string[]): Check => ({
  name: 'policy',
  run: () =>
    Promise.resolve(
      placeholders.length > 0
        ? failed(
            `it names placeholders: ${placeholders.join('; ')}`,
            'Replace them in the policy and deploy the stack again.',
          )
        : ok(
            warnings.length === 0
              ? 'it names real people and disables no safeguard'
              : `it names real people; lapse policy check warns of ${warnings.length} of its values`,
          ),
    ),
});
