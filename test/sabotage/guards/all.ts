/** Every guard there is. Whoever writes one puts it into the list, by the room its file is in. */
import type { Guard } from '../guard.ts';
import { behaviour } from './behaviour.ts';
import { auditLog } from './audit-log.ts';
import { configurationGuards } from './configuration.ts';
import { domain } from './domain.ts';
import { enforcementGuards } from './enforcement.ts';
import { evidenceGuards } from './evidence.ts';
import { exchange } from './exchange.ts';
import { inventory } from './inventory.ts';
import { keptGuards } from './kept.ts';
import { kindGuards } from './kinds.ts';
import { local } from './local.ts';
import { makers } from './makers.ts';
import { orderOfTheLog } from './order.ts';
import { policies } from './policy.ts';
import { probe } from './probe.ts';
import { protects } from './protection.ts';
import { reading } from './reading.ts';
import { register } from './register.ts';
import { rightsGuards } from './rights.ts';
import { runtime } from './runtime.ts';
import { slackIdentity } from './slack-identity.ts';
import { slackConversation } from './slack-conversation.ts';
import { slackPace } from './slack-pace.ts';
import { slack } from './slack.ts';
import { undoGuards } from './undo.ts';
import { underWay } from './under-way.ts';
import { stack } from './stack.ts';

export const guards: readonly Guard[] = [
  ...domain,
  ...makers,
  ...underWay,
  ...undoGuards,
  ...policies,
  ...probe,
  ...protects,
  ...reading,
  ...register,
  ...orderOfTheLog,
  ...auditLog,
  ...behaviour,
  ...evidenceGuards,
  ...exchange,
  ...enforcementGuards,
  ...inventory,
  ...kindGuards,
  ...keptGuards,
  ...configurationGuards,
  ...slack,
  ...slackConversation,
  ...slackIdentity,
  ...slackPace,
  ...runtime,
  ...local,
  ...rightsGuards,
  ...stack,
];
