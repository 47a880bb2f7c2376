/** Switches of Safe Links policies. */
import * as to from '#risk/frameworks.ts';
import { createProtectionPolicy } from './protection-policy.ts';

const off = { weak: ['false'], good: '$true' };

export const safeLinksPolicy = createProtectionPolicy({
  name: 'Safe Links policy',
  plural: 'Safe Links policies',
  licence: 'Defender for Office 365',
  noun: 'SafeLinksPolicy',
  letters: 'LP',
  called: 'a Safe Links policy',
  policies: 'several',
  telling: ['EnableSafeLinksForEmail'],
  against: [to.disableTools, to.phishingLink],
  switches: [
    {
      ...off,
      number: 2,
      property: 'EnableSafeLinksForEmail',
      risk: 'high',
      effect: 'links in mail are not checked',
      checks: [to.orca('ORCA-236'), to.cis('2.1.1'), to.scuba('MS.SECURITYSUITE.7.1v1')],
    },
    {
      ...off,
      number: 3,
      property: 'ScanUrls',
      risk: 'medium',
      effect: 'links are compared with a list, but not tried out',
      checks: [to.orca('ORCA-105'), to.cis('2.1.1')],
    },
    {
      ...off,
      number: 4,
      property: 'DeliverMessageAfterScan',
      risk: 'medium',
      effect: 'mail is delivered before its links are checked',
      checks: [to.orca('ORCA-105'), to.cis('2.1.1')],
    },
    {
      number: 5,
      property: 'AllowClickThrough',
      weak: ['true'],
      good: '$false',
      risk: 'medium',
      effect: 'people may follow a link in spite of the warning',
      // The admin center makes policies so, and so is the built-in one.
      shipped: true,
      checks: [to.orca('ORCA-113'), to.cis('2.1.1')],
    },
    {
      ...off,
      number: 6,
      property: 'EnableForInternalSenders',
      risk: 'medium',
      effect: 'links in mail between colleagues are not checked',
      // The built-in policy is so.
      shipped: true,
      checks: [to.orca('ORCA-179'), to.cis('2.1.1')],
    },
  ],
});
