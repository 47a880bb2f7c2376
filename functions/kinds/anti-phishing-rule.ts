/** Rules of anti-phishing policies. */
import * as to from '#risk/frameworks.ts';
import { createProtectionRule } from './protection-rule.ts';

export const antiPhishingRule = createProtectionRule({
  name: 'anti-phishing rule',
  plural: 'anti-phishing rules',
  noun: 'AntiPhishRule',
  licence: undefined,
  letters: 'PH',
  does: 'catches impostors',
  checks: [],
  policies: ['AntiPhishPolicy'],
  against: to.impersonation,
});
