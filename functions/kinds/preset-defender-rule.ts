/** Rules of the preset security policies, for what Defender for Office 365 adds. */
import * as to from '#risk/frameworks.ts';
import { createProtectionRule } from './protection-rule.ts';

export const presetDefenderRule = createProtectionRule({
  name: 'Defender preset rule',
  plural: 'Defender preset rules',
  noun: 'ATPProtectionPolicyRule',
  licence: 'Defender for Office 365',
  letters: 'PD',
  does: 'applies a preset of Safe Links, Safe Attachments and protection against impostors',
  checks: [to.orca('ORCA-226'), to.orca('ORCA-227')],
  policies: ['SafeAttachmentPolicy', 'SafeLinksPolicy'],
  named: /preset/i,
  against: to.impersonation,
});
