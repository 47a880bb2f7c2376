/** Writes docs/findings.md from the kinds: `node bin/findings-page.ts > docs/findings.md`. A test keeps it fresh. */
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { kindOf, kinds } from '#kinds/registry.ts';
import { pluralTitle } from '#kinds/title.ts';
import { baselines } from '#risk/frameworks.ts';
import { specialRanges } from '#risk/addresses.ts';
import { risks } from '#risk/finding.ts';
import { findingsOf, type Peer, type PeerCheck } from './peers/peer.ts';
import { peers } from './peers/peers.ts';
import type { FindingRow } from '#risk/finding-row.ts';

const every = kinds.flatMap((kind) => kindOf(kind).findings);

/** "ORCA-114; CIS Microsoft 365 2.1.12": a name is said once, before what belongs to it. */
function refer(references: readonly (readonly [name: string, what: string])[]): string {
  const names = [...new Set(references.map(([name]) => name))];
  const said = names.map((name) => {
    const all = references.filter(([other]) => other === name).map(([, what]) => what);
    return all.every((what) => what.startsWith(name)) ? all.join(', ') : `${name} ${all.join(', ')}`;
  });
  return said.length > 0 ? said.join('; ') : 'none';
}

/** As GitHub links to a heading. */
const anchor = (heading: string): string =>
  `#${heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-')}`;

const heading = ({ id, title }: FindingRow): string => `${id}: ${title}`;
const highestRisk = ({ weighs }: FindingRow): string =>
  risks.findLast((risk) => weighs.some((weight) => weight.risk === risk)) ?? '';

const index = (): string =>
  [
    '| finding | title | highest risk |',
    '|---|---|---|',
    ...every.map((row) => `| [${row.id}](${anchor(heading(row))}) | ${row.title} | ${highestRisk(row)} |`),
  ].join('\n');

const stance = (check: PeerCheck): string =>
  check.lapse === 'agrees' ? '**agrees**' : `**${check.lapse}**: ${check.why}`;

const comparison = ({ name, read, note, checks }: Peer): string =>
  [
    `### ${name}`,
    '',
    `Read: ${read}. ${note}`,
    '',
    '| check | looks at | finding | Lapse |',
    '|---|---|---|---|',
    ...checks.map(
      (check) =>
        `| ${check.id} | ${check.looksAt} | ${findingsOf(check).join(', ') || 'none'} | ${stance(check)} |`,
    ),
  ].join('\n');

/** What no peer looks at. */
const alone = (): string => {
  const compared = new Set(peers.flatMap(({ checks }) => checks.flatMap(findingsOf)));
  return every
    .map(({ id }) => id)
    .filter((id) => !compared.has(id))
    .join(', ');
};

const section = (row: FindingRow): string =>
  [
    `### ${heading(row)}`,
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

## Index

${index()}

What others check, and where Lapse differs, is [at the end](${anchor('What others check')}).

${kinds
  .map(
    (kind) =>
      `## ${pluralTitle(kind)}\n\nKind \`${kind}\`.\n\n${kindOf(kind).findings.map(section).join('\n\n')}`,
  )
  .join('\n\n')}

## What others check

Checks and detections of others that are about exceptions in mail flow, in our words, and what Lapse does beside them:

- **agrees**: it finds the same.
- **stricter**: it also finds what the check passes over.
- **laxer**: it passes over some of what the check finds. It may be stricter in something else.
- **not ours**: none of its findings is about it.

None of the others asks for an owner or an end. No check or detection below is about these findings:
${alone()}.

${peers.map(comparison).join('\n\n')}
`;

/** Exactly as in docs/findings.md. Wide tables are not aligned there, or one long cell would widen every row. */
export async function createFindingsPage(): Promise<string> {
  const file = join(import.meta.dirname, '../docs/findings.md');
  return format(page(), { ...(await resolveConfig(file)), parser: 'markdown' });
}

if (import.meta.main) process.stdout.write(await createFindingsPage());
