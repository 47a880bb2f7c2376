/**
 * What an object lets past the filters, and why that is risky: settings → findings. An object without findings is
 * harmless and opens no exception. The catalogue is in `findings-*.ts`, one row a signal.
 */
import { inboundConnectorFindings } from './findings-inbound-connector.ts';
import { outboundConnectorFindings } from './findings-outbound-connector.ts';
import { transportRuleFindings } from './findings-transport-rule.ts';
import { risks } from './exception.ts';
import type { Finding, Kind, Remedy, Risk, Settings } from './exception.ts';

export interface Assessable {
  readonly kind: Kind;
  readonly settings: Settings;
  /** The cmdlet that was seen, and the names of the parameters it passed: some exceptions are made by a change. */
  readonly operation?: string;
  readonly passed?: readonly string[];
  /** Findings already known: what a change once opened stays open until the object no longer shows it. */
  readonly known?: readonly string[];
  /** Domains of the tenant, as far as known: mail sent elsewhere leaves the organisation. */
  readonly ownDomains?: readonly string[];
}

export interface Assessment {
  /** The highest risk of all findings; `low` where there is none. */
  readonly risk: Risk;
  /** Most dangerous first. Empty: harmless. */
  readonly findings: readonly Finding[];
  readonly remedy: Remedy;
}

/** One signal: when it is there, how risky it is with what stands beside it, and how to say so to an owner. */
export interface Signal {
  readonly id: string;
  /** The risk if the signal is there, else `undefined`. */
  readonly weigh: (object: Assessable) => Risk | undefined;
  readonly say: (object: Assessable) => string;
  /** Set where disabling the object would take away protection instead of the exception. */
  readonly escalate?: true;
}

const catalogue: Readonly<Record<Kind, readonly Signal[]>> = {
  'transport-rule': transportRuleFindings,
  'inbound-connector': inboundConnectorFindings,
  'outbound-connector': outboundConnectorFindings,
};

export const rank = (risk: Risk): number => risks.indexOf(risk);

export function assess(object: Assessable): Assessment {
  const hits = catalogue[object.kind].flatMap((signal) => {
    const risk = signal.weigh(object);
    return risk === undefined ? [] : [{ signal, finding: { id: signal.id, risk, text: signal.say(object) } }];
  });
  const findings = hits.map((hit) => hit.finding).sort((a, b) => rank(b.risk) - rank(a.risk));
  const risk = findings[0]?.risk ?? 'low';
  // Low signals alone describe; they do not make an exception.
  if (rank(risk) < rank('medium')) return { risk: 'low', findings: [], remedy: 'disable' };
  const bypasses = hits.some(
    (hit) => hit.signal.escalate === undefined && rank(hit.finding.risk) >= rank('medium'),
  );
  return { risk, findings, remedy: bypasses ? 'disable' : 'escalate' };
}
