/** Every kind of exception. Its key is its name in the register, in policy and on the command line: never changed. */
import { allowedDomain } from './allowed-domain.ts';
import { allowedSender } from './allowed-sender.ts';
import { arcSealer } from './arc-sealer.ts';
import { directSend } from './direct-send.ts';
import { inboundConnector } from './inbound-connector/inbound-connector.ts';
import { ipAllow } from './ip-allow.ts';
import { outboundConnector } from './outbound-connector/outbound-connector.ts';
import { phishingSimulation } from './phishing-simulation.ts';
import { safeList } from './safe-list.ts';
import { secopsMailbox } from './secops-mailbox.ts';
import { tenantAllow } from './tenant-allow/tenant-allow.ts';
import { transportRule } from './transport-rule/transport-rule.ts';
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
} satisfies Record<string, KindOfException>;

export type Kind = keyof typeof registry;
export const kinds = Object.keys(registry) as readonly Kind[];

export const kindOf = (kind: Kind): KindOfException => registry[kind];
