/** The catalogue of findings: why an exception is dangerous, one row a reason, by kind. */
import {
  allowedDomainFindings,
  allowedSenderFindings,
  arcSealerFindings,
  directSendFindings,
  ipAllowFindings,
  phishingSimulationFindings,
  safeListFindings,
  secopsMailboxFindings,
  tenantAllowFindings,
} from './findings-entries.ts';
import { inboundConnectorFindings } from './findings-inbound-connector.ts';
import { outboundConnectorFindings } from './findings-outbound-connector.ts';
import { transportRuleFindings } from './findings-transport-rule.ts';
import { explainBy, type Assessable, type Explained, type Row } from './finding-row.ts';
import type { Kind } from '#lifecycle/exception.ts';
import type { Finding } from './finding.ts';

export const catalogue: Readonly<Record<Kind, readonly Row[]>> = {
  'transport-rule': transportRuleFindings,
  'inbound-connector': inboundConnectorFindings,
  'outbound-connector': outboundConnectorFindings,
  'ip-allow': ipAllowFindings,
  'safe-list': safeListFindings,
  'allowed-sender': allowedSenderFindings,
  'allowed-domain': allowedDomainFindings,
  'tenant-allow': tenantAllowFindings,
  'arc-sealer': arcSealerFindings,
  'phishing-simulation': phishingSimulationFindings,
  'secops-mailbox': secopsMailboxFindings,
  'direct-send': directSendFindings,
};

const byId = new Map(
  Object.values(catalogue)
    .flat()
    .map((row) => [row.id, row]),
);

/** The row of a finding, for how to narrow it and what it corresponds to; `undefined` for an id of another version. */
export const rowOf = (id: string): Row | undefined => byId.get(id);

/**
 * A finding, also one stored long ago, with its sentence for an engineer, the setting it rests on, how to narrow it
 * and what it corresponds to. `undefined` for an id that this version does not know.
 */
export function explain(finding: Finding, object: Assessable): Explained | undefined {
  const row = rowOf(finding.id);
  return row && explainBy(row, finding, object);
}
