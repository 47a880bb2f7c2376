/** Every kind of exception. Its key is its name in the register, in policy and on the command line: never changed. */
import { allowedDomain } from './allowed-domain.ts';
import { allowedSender } from './allowed-sender.ts';
import { antiPhishingPolicy } from './anti-phishing-policy.ts';
import { antiPhishingRule } from './anti-phishing-rule.ts';
import { antiSpamPolicy } from './anti-spam-policy.ts';
import { antiSpamRule } from './anti-spam-rule.ts';
import { arcSealer } from './arc-sealer.ts';
import { auditLog } from './audit-log.ts';
import { autoForwarding } from './auto-forwarding.ts';
import { builtInProtection } from './built-in-protection.ts';
import { directSend } from './direct-send.ts';
import { inboundConnector } from './inbound-connector/inbound-connector.ts';
import { ipAllow } from './ip-allow.ts';
import { journalRule } from './journal-rule.ts';
import { mailboxForwarding } from './mailbox-forwarding.ts';
import { malwarePolicy } from './malware-policy.ts';
import { malwareRule } from './malware-rule.ts';
import { outboundConnector } from './outbound-connector/outbound-connector.ts';
import { phishingSimulation } from './phishing-simulation.ts';
import { presetDefenderRule } from './preset-defender-rule.ts';
import { presetRule } from './preset-rule.ts';
import { remoteDomain } from './remote-domain.ts';
import { safeAttachmentsPolicy } from './safe-attachments-policy.ts';
import { safeAttachmentsRule } from './safe-attachments-rule.ts';
import { safeLinksPolicy } from './safe-links-policy.ts';
import { safeLinksRule } from './safe-links-rule.ts';
import { safeList } from './safe-list.ts';
import { secopsMailbox } from './secops-mailbox.ts';
import { tenantAllow } from './tenant-allow/tenant-allow.ts';
import { transportRule } from './transport-rule/transport-rule.ts';
import { trustedDomain } from './trusted-domain.ts';
import { trustedRemoteDomain } from './trusted-remote-domain.ts';
import { trustedSender } from './trusted-sender.ts';
import { uncheckedLink } from './unchecked-link.ts';
import type { KindOfException } from './kind.ts';

const registry = {
  'transport-rule': transportRule,
  'inbound-connector': inboundConnector,
  'outbound-connector': outboundConnector,
  'ip-allow': ipAllow,
  'safe-list': safeList,
  'allowed-sender': allowedSender,
  'allowed-domain': allowedDomain,
  'tenant-allow': tenantAllow,
  'arc-sealer': arcSealer,
  'phishing-simulation': phishingSimulation,
  'secops-mailbox': secopsMailbox,
  'direct-send': directSend,
  'auto-forwarding': autoForwarding,
  'remote-domain': remoteDomain,
  'trusted-remote-domain': trustedRemoteDomain,
  'journal-rule': journalRule,
  'trusted-sender': trustedSender,
  'trusted-domain': trustedDomain,
  'unchecked-link': uncheckedLink,
  'anti-phishing-rule': antiPhishingRule,
  'anti-spam-rule': antiSpamRule,
  'malware-rule': malwareRule,
  'safe-attachments-rule': safeAttachmentsRule,
  'safe-links-rule': safeLinksRule,
  'preset-rule': presetRule,
  'preset-defender-rule': presetDefenderRule,
  'built-in-protection': builtInProtection,
  'anti-phishing-policy': antiPhishingPolicy,
  'anti-spam-policy': antiSpamPolicy,
  'malware-policy': malwarePolicy,
  'safe-attachments-policy': safeAttachmentsPolicy,
  'safe-links-policy': safeLinksPolicy,
  'audit-log': auditLog,
  'mailbox-forwarding': mailboxForwarding,
} satisfies Record<string, KindOfException>;

export type Kind = keyof typeof registry;
export const kinds = Object.keys(registry) as readonly Kind[];

export const kindOf = (kind: Kind): KindOfException => registry[kind];
