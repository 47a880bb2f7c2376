/** Writes docs/findings.md from the kinds: `node bin/findings-page.ts > docs/findings.md`. A test keeps it fresh. */
import { format } from 'prettier';
import { kindOf, kinds } from '#kinds/registry.ts';
import { pluralTitle } from '#kinds/title.ts';
import { baselines } from '#risk/frameworks.ts';
import { specialRanges } from '#risk/addresses.ts';
import type { FindingRow } from '#risk/finding-row.ts';

/** "ORCA-114; CIS Microsoft 365 2.1.12": a name is said once, before what belongs to it. */
function refer(references: readonly (readonly [name: string, what: string])[]): string {
  const names = [...new Set(references.map(([name]) => name))];
  const said = names.map((name) => {
    const all = references.filter(([other]) => other === name).map(([, what]) => what);
    return all.every((what) => what.startsWith(name)) ? all.join(', ') : `${name} ${all.join(', ')}`;
  });
  return said.length > 0 ? said.join('; ') : 'none';
}

const section = (row: FindingRow): string =>
  [
    `### ${row.id}: ${row.title}`,
    '',
    '| risk | when |',
    '|---|---|',
    ...row.weighs.map((weight) => `| ${weight.risk} | ${weight.if} |`),
    '',
    `- Rests on: ${row.rests.map((name) => `\`${name}\``).join(', ')}`,
    `- To narrow it: ${row.narrow}`,
    ...(row.escalate ? ['- Remedy: people act. Lapse disables nothing, since the object protects.'] : []),
    `- Public checks: ${refer(row.checks.map(({ baseline, id }) => [baseline, id]))}`,
    `- Frameworks: ${refer(row.frameworks.map(({ name, id, title }) => [name, `${id} (${title})`]))}`,
  ].join('\n');

const page = (): string => `# Findings

Why an exception is dangerous. This page is written by \`node bin/findings-page.ts\` from the findings of
each kind in \`functions/kinds\`; do not edit it. Ids are stable: they are never reused or renumbered.

In each table the first line that applies counts. An exception is as risky as its riskiest finding; findings of low
risk alone only describe, they make no exception. Adding a condition never raises the risk, adding an address, a
domain or a recipient never lowers it, and the order and repetition of entries change nothing.

What an exception rests on is graded too: **identity-bound** (a certificate, a checked domain), **network-bound**
(addresses), **name-only** (a name that anybody can write), **none**. Addresses are counted once however often they
are listed, and these blocks are called what they are:

${specialRanges.map(([what, ranges]) => `- ${what}: ${ranges.join(', ')}`).join('\n')}

Public checks are named by the version they were read in: ${Object.entries(baselines)
  .map(([name, version]) => `${name} ${version}`)
  .join('; ')}.
A connector or an allow entry is no identity, but it is trusted like one; so the OWASP list of risks of non-human
identities applies by analogy only.

${kinds
  .map(
    (kind) =>
      `## ${pluralTitle(kind)}\n\nKind \`${kind}\`.\n\n${kindOf(kind).findings.map(section).join('\n\n')}`,
  )
  .join('\n\n')}
`;

/** Exactly as in docs/findings.md. */
export const createFindingsPage = (): Promise<string> => format(page(), { parser: 'markdown' });

if (import.meta.main) process.stdout.write(await createFindingsPage());
