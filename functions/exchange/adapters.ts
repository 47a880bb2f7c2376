/** One adapter for each kind of exception. */
import { phishingSimulation, secopsMailbox } from './advanced-delivery.ts';
import { arcSealer } from './arc-sealer.ts';
import { ipAllow, safeList } from './connection-filter.ts';
import { allowedDomain, allowedSender } from './content-filter.ts';
import { directSend } from './direct-send.ts';
import { inboundConnector } from './inbound-connector.ts';
import { outboundConnector } from './outbound-connector.ts';
import { tenantAllow } from './tenant-allow-list.ts';
import { transportRule } from './transport-rule.ts';
import type { Kind } from '#lifecycle/exception.ts';
import type { Adapter } from './adapter.ts';

export const adapters: Readonly<Record<Kind, Adapter>> = {
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
};
