/** Rules of the preset security policies, for what every mailbox has: spam, malware and phishing. */
import * as to from '#risk/frameworks.ts';
import { createProtectionRule } from './protection-rule.ts';

export const presetRule = createProtectionRule({
  name: 'preset rule',
  plural: 'preset rules',
  noun: 'EOPProtectionPolicyRule',
  licence: undefined,
  letters: 'PE',
  does: 'applies a preset against spam, malware and phishing',
  checks: [],
  policies: ['HostedContentFilterPolicy', 'AntiPhishPolicy', 'MalwareFilterPolicy'],
  against: to.phishing,
});
