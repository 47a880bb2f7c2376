/** Rules of Safe Attachments policies. */
import * as to from '#risk/frameworks.ts';
import { createProtectionRule } from './protection-rule.ts';

export const safeAttachmentsRule = createProtectionRule({
  name: 'Safe Attachments rule',
  plural: 'Safe Attachments rules',
  noun: 'SafeAttachmentRule',
  licence: 'Defender for Office 365',
  letters: 'SA',
  does: 'tests attachments in a sandbox',
  checks: [to.orca('ORCA-227')],
  policies: ['SafeAttachmentPolicy'],
  against: to.phishingAttachment,
});
