/**
 * What an object lets past the filters, and why that is risky: settings → findings. An object without findings is
 * harmless and opens no exception. Its kind holds the reasons, one row each; a row weighs by what stands beside it, and
 * the whole is as risky as its riskiest row.
 */
import { measureBreadth, type Breadth } from '#risk/breadth.ts';
import { rank } from '#risk/finding.ts';
import { isOff, weigh } from '#risk/finding-row.ts';
import { mayProtect, protects } from './protection.ts';
import { kindOf, type Kind } from './registry.ts';
import type { Evidence } from '#risk/evidence.ts';
import type { Finding, Remedy, Risk } from '#risk/finding.ts';
import type { Assessable, FindingRow } from '#risk/finding-row.ts';

/** An object as it is judged, with its kind. */
export interface OfKind extends Assessable {
  readonly kind: Kind;
}

/** Never throws, whatever the settings hold. */
export const evidenceOf = (object: OfKind): Evidence => kindOf(object.kind).evidence(object);
export const breadthOf = (object: OfKind): Breadth => measureBreadth(kindOf(object.kind).breadth, object);

export interface Assessment {
  /** The highest risk of all findings; `low` where there is none. */
  readonly risk: Risk;
  /** Most dangerous first. Empty: harmless. */
  readonly findings: readonly Finding[];
  readonly remedy: Remedy;
  /** How well it is known whose mail is let past. */
  readonly evidence: Evidence;
  /** How much is let past. */
  readonly breadth: Breadth;
}

export function assess(object: OfKind): Assessment {
  const hits = kindOf(object.kind).findings.flatMap((row) => {
    const finding = weigh(row, object);
    return finding === undefined ? [] : [{ row, finding }];
  });
  const findings = hits.map((hit) => hit.finding).sort((a, b) => rank(b.risk) - rank(a.risk));
  const risk = findings[0]?.risk ?? 'low';
  const scope = { evidence: evidenceOf(object), breadth: breadthOf(object) };
  // Low signals alone describe; they do not make an exception.
  if (rank(risk) < rank('medium')) return { risk: 'low', findings: [], remedy: 'disable', ...scope };
  return { risk, findings, remedy: remedyOf(object, hits), ...scope };
}

/** What was weakened is people's business, and so is what must not be disabled; what is off protects nothing. */
function remedyOf(object: OfKind, hits: readonly { row: FindingRow; finding: Finding }[]): Remedy {
  const counts = hits.filter(({ finding }) => rank(finding.risk) >= rank('medium'));
  const weakened = counts.some(({ row }) => row.escalate === true);
  if (mayProtect(object) && !isOff(object)) return 'escalate';
  return weakened || (protects(object) && !isOff(object)) ? 'escalate' : 'disable';
}
