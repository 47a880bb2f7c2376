/** Rules of anti-spam policies, which Exchange calls content filters. */
import * as to from '#risk/frameworks.ts';
import { createProtectionRule } from './protection-rule.ts';

export const antiSpamRule = createProtectionRule({
  name: 'anti-spam rule',
  plural: 'anti-spam rules',
  noun: 'HostedContentFilterRule',
  licence: undefined,
  letters: 'SP',
  does: 'filters spam',
  checks: [],
  policies: ['HostedContentFilterPolicy'],
  against: to.phishing,
});
