/** A replay asks nobody and disables nothing, and what policy decides is not shown: any policy without an act of its own does. */
import { policySchema } from '#policy/policy-schema.ts';

const numbers = {
  confirmWithin: 'P30D',
  confirmAgainWithin: 'P30D',
  longestTerm: 'P30D',
  reviewEvery: 'P30D',
  remindBefore: ['P2D'],
  leastNotice: 'P1D',
  onSilence: 'escalate',
  restoreFor: 'P1D',
};

export const nobodysPolicy = policySchema.parse({
  approvers: ['UNOBODY'],
  fallbackChannel: '#nobody',
  timeZone: 'Etc/UTC',
  disableRetry: { first: 'PT1H', longest: 'PT1H', reportWithin: 'PT1H' },
  risk: { low: numbers, medium: numbers, high: numbers, critical: numbers },
});
