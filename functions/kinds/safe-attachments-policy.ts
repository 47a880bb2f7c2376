/** Switches of Safe Attachments policies. */
import * as to from '#risk/frameworks.ts';
import { createProtectionPolicy } from './protection-policy.ts';

export const safeAttachmentsPolicy = createProtectionPolicy({
  name: 'Safe Attachments policy',
  plural: 'Safe Attachments policies',
  licence: 'Defender for Office 365',
  noun: 'SafeAttachmentPolicy',
  letters: 'TP',
  called: 'a Safe Attachments policy',
  policies: 'several',
  // Microsoft’s reference of New-SafeAttachmentPolicy.
  made: { Enable: false },
  telling: ['Enable', 'Action'],
  against: [to.disableTools, to.phishingAttachment],
  switches: [
    {
      number: 2,
      property: 'Enable',
      weak: ['false'],
      good: '$true',
      risk: 'high',
      effect: 'attachments are not tested',
      checks: [to.orca('ORCA-124'), to.cis('2.1.4')],
    },
    {
      number: 3,
      property: 'Action',
      weak: ['allow'],
      good: 'Block',
      risk: 'high',
      effect: 'attachments are tested, and those with malware are delivered all the same',
      checks: [to.orca('ORCA-124'), to.cis('2.1.4')],
    },
  ],
});
