/** The catalogue of findings: why an exception is dangerous, one row a reason, by kind. */
import { explainBy, type Assessable, type ExplainedFinding, type FindingRow } from '#risk/finding-row.ts';
import { kindOf, kinds } from './registry.ts';
import type { Finding } from '#risk/finding.ts';

const byId = new Map(kinds.flatMap((kind) => kindOf(kind).findings).map((row) => [row.id, row]));

/** The row of a finding, for how to narrow it and what it corresponds to; `undefined` for an id of another version. */
export const rowOf = (id: string): FindingRow | undefined => byId.get(id);

/**
 * A finding, also one stored long ago, with its sentence for an engineer, the setting it rests on, how to narrow it
 * and what it corresponds to. `undefined` for an id that this version does not know.
 */
export function explainFinding(finding: Finding, object: Assessable): ExplainedFinding | undefined {
  const row = rowOf(finding.id);
  return row && explainBy(row, finding, object);
}
