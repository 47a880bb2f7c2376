/** Rules of Safe Links policies. */
import * as to from '#risk/frameworks.ts';
import { createProtectionRule } from './protection-rule.ts';

export const safeLinksRule = createProtectionRule({
  name: 'Safe Links rule',
  plural: 'Safe Links rules',
  noun: 'SafeLinksRule',
  licence: 'Defender for Office 365',
  letters: 'LK',
  does: 'checks links at the time of the click',
  checks: [to.orca('ORCA-226')],
  policies: ['SafeLinksPolicy'],
  against: to.phishingLink,
});
