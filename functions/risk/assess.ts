/**
 * What an object lets past the filters, and why that is risky: settings → findings. An object without findings is
 * harmless and opens no exception. The reasons are in `catalogue.ts`, one row each; a row weighs by what stands
 * beside it, and the whole is as risky as its riskiest row.
 */
import { breadthOf, type Breadth } from './breadth.ts';
import { catalogue } from './catalogue.ts';
import { evidenceOf, type Evidence } from './evidence.ts';
import { isOff, weigh } from './finding-row.ts';
import { mayProtect, protects } from './protection.ts';
import { rank } from './finding.ts';
import type { Assessable, Row } from './finding-row.ts';
import type { Finding, Remedy, Risk } from './finding.ts';

export type { Assessable } from './finding-row.ts';

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

export function assess(object: Assessable): Assessment {
  const hits = catalogue[object.kind].flatMap((row) => {
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
function remedyOf(object: Assessable, hits: readonly { row: Row; finding: Finding }[]): Remedy {
  const counts = hits.filter(({ finding }) => rank(finding.risk) >= rank('medium'));
  const weakened = counts.some(({ row }) => row.escalate === true);
  if (mayProtect(object) && !isOff(object)) return 'escalate';
  return weakened || (protects(object) && !isOff(object)) ? 'escalate' : 'disable';
}
