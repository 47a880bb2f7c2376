/** Settings as people save them, each file the smallest that shows one thing, and what is right. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { assessFiles } from '../../bin/commands/assess.ts';
import { kinds } from '#kinds/registry.ts';
import { instant } from '#time/instant.ts';

const folder = join(import.meta.dirname, '..', 'fixtures', 'assess');

const right: readonly (readonly [
  file: string,
  code: number,
  exceptions: readonly string[],
  notRead?: RegExp,
])[] = [
  [
    'transport-rules.json',
    0,
    ['critical on transport-rule Let the newsletter in', 'critical off transport-rule Old scanner'],
  ],
  ['one-rule.json', 0, ['critical on transport-rule Let the newsletter in']],
  // wingtip.example is the tenant's own, so the copy stays inside.
  ['with-accepted-domains.json', 0, []],
  [
    'two-documents.json',
    0,
    ['critical on transport-rule Let the newsletter in', 'high on direct-send Direct Send'],
  ],
  ['inbound-connectors.json', 0, ['critical on inbound-connector Own servers']],
  [
    'outbound-connectors.json',
    0,
    ['critical on outbound-connector For a rule', 'critical on outbound-connector To the archive'],
  ],
  [
    'connection-filter.json',
    0,
    ['high on ip-allow 198.51.100.0/24', 'high on ip-allow 203.0.113.9', 'high on safe-list Default'],
  ],
  ['windows-powershell-lists.json', 0, ['high on ip-allow 203.0.113.9']],
  [
    'content-filter.json',
    0,
    [
      'critical on allowed-domain gmail.com',
      'high on allowed-sender ann@tailspin.example',
      'high on allowed-domain contoso.example',
    ],
  ],
  [
    'tabl-senders.json',
    0,
    [
      'medium on tenant-allow ann@tailspin.example (Sender)',
      'medium on tenant-allow tailspin.example (Sender)',
    ],
  ],
  [
    'tabl-links.json',
    0,
    [
      'high on tenant-allow 203.0.113.20 (IP)',
      'medium on tenant-allow tailspin.example (Url)',
      'medium on tenant-allow wingtip.example/* (Url)',
    ],
  ],
  ['tabl-untold.json', 2, [], /nothing tells whether it is for a sender or for a link/],
  ['spoof-pairs.json', 0, ['medium on tenant-allow tailspin.example from wingtip.example (Spoof)']],
  ['organization.json', 0, ['high on direct-send Direct Send']],
  ['switches-in-german.csv', 2, [], /UnifiedAuditLogIngestionEnabled is neither True nor False/],
  ['switches-as-numbers.json', 2, [], /AutoForwardEnabled is neither True nor False/],
  ['organization-selected.json', 2, [], /too few properties of it were saved/],
  ['arc.json', 0, ['medium on arc-sealer tailspin.example', 'medium on arc-sealer wingtip.example']],
  [
    'advanced-delivery.json',
    0,
    ['medium on phishing-simulation PhishSimOverridePolicy', 'medium on secops-mailbox SecOpsOverridePolicy'],
  ],
  ['outbound-spam.json', 0, ['high on auto-forwarding Default']],
  ['remote-domains.json', 0, ['high on trusted-remote-domain Tailspin', 'medium on remote-domain Default']],
  ['mailbox-forwarding.json', 0, ['high on mailbox-forwarding ann@contoso.example']],
  ['remote-domains.csv', 0, ['medium on remote-domain Default']],
  ['journal-rules.json', 0, ['high on journal-rule All to the archive']],
  [
    'anti-phishing.json',
    0,
    [
      'medium on trusted-sender ann@tailspin.example (Office365 AntiPhish Default)',
      'medium on trusted-domain wingtip.example (Office365 AntiPhish Default)',
    ],
  ],
  ['safe-links.json', 0, ['medium on unchecked-link https://tailspin.example/* (Links)']],
  [
    'protection-rules.json',
    0,
    [
      'medium on anti-phishing-rule Anti-phishing',
      'medium on anti-spam-rule Anti-spam',
      'medium on malware-rule Anti-malware',
      'medium on safe-attachments-rule Attachments',
      'medium on safe-links-rule Links',
      'medium on preset-rule Standard Preset Security Policy',
      'medium on preset-defender-rule Strict Preset Security Policy',
    ],
  ],
  [
    'protection-policies.json',
    0,
    [
      'critical on audit-log Audit log',
      'high on anti-phishing-policy Sales',
      'high on safe-attachments-policy Watch only',
      'high on safe-links-policy Sales',
      'medium on built-in-protection Built-in protection',
      'medium on anti-spam-policy Default',
      'medium on malware-policy Default',
    ],
  ],
  [
    'ProviderSettingsExport.json',
    1,
    ['critical on transport-rule Let the newsletter in'],
    /^the file says that Get-HostedContentFilterPolicy failed/,
  ],
  // Of what a table lost, the rest of the table is still told.
  ['rules.csv', 1, ['critical off transport-rule Old scanner'], /only the type of SenderDomainIs/],
  ['connection-filter.csv', 1, ['high on safe-list Default'], /only the type of IPAllowList/],
  ['list-joined-by-depth.json', 1, [], /only the type of IPAllowList, or several values as one/],
  ['depth-lost.json', 2, [], /transport was flattened to text by PowerShell/],
  ['rules-selected.csv', 2, [], /too few properties of it were saved/],
  ['rules-in-part.csv', 2, [], /of the transport rule "Let the newsletter in", .* were not saved/],
  ['rules-in-part-of-larger.json', 1, [], /^Lapse does not know what this is, or too few[^;]*; [^;]*$/],
  ['answers-by-cmdlet.json', 1, [], /^Lapse does not know what this is, or too few[^;]*; [^;]*$/],
  ['numbers-for-words.json', 2, [], /ConnectorType was saved as a number; .* -EnumsAsStrings/],
  ['ranges-as-objects.json', 1, ['high on ip-allow 203.0.113.9'], /"Own", .* only the type of IPAllowList/],
  ['answers-as-text.json', 0, ['critical on transport-rule Let the newsletter in']],
  ['deeper-down.json', 0, ['critical on transport-rule Let the newsletter in']],
  ['cut-off.json', 1, ['critical on transport-rule Let the newsletter in'], /it was cut off/],
  ['rules.clixml', 2, [], /Import-Clixml FILE \| ConvertTo-Json/],
  ['rules.txt', 2, [], /text as PowerShell shows it/],
  ['microsoft365dsc.json', 2, [], /leaves out what is not set/],
  ['audit-records.jsonl', 2, [], /lapse replay reads these/],
  ['mailboxes.json', 2, [], /Lapse does not know what this is.*and so are 1 more/],
  ['none.json', 2, [], /nothing tells which cmdlet gave none/],
  ['empty.json', 2, [], /it is empty/],
  ['hostile-name.json', 0, ['critical on transport-rule x\u001b]0;owned\u0007\u202ey']],
];

interface Printed {
  readonly exceptions: readonly {
    risk: string;
    state: string;
    kind: string;
    name: string;
    remedy: string;
    findings: readonly { narrow: string }[];
  }[];
  readonly notRead: { readonly places: readonly { readonly reason: string }[] };
}

async function assessed(...argv: string[]) {
  let stdout = '';
  const io = {
    stdout: { write: (text: string) => (stdout += text) },
    stderr: { write: () => undefined },
    stdin: Readable.from([]),
  };
  const code = await assessFiles([...argv, '--json'], io, instant('2026-11-20T09:00:00Z'));
  return { code, printed: JSON.parse(stdout) as Printed };
}

it.each(right.map(([file, code, exceptions, notRead]) => ({ file, code, exceptions, notRead })))(
  '$file is read as it is meant',
  async ({ file, code, exceptions, notRead }) => {
    const { code: ended, printed } = await assessed(join(folder, file));
    expect(printed.exceptions.map((one) => `${one.risk} ${one.state} ${one.kind} ${one.name}`)).toEqual(
      exceptions,
    );
    expect(printed.notRead.places.map(({ reason }) => reason).join('\n')).toMatch(notRead ?? /^$/);
    expect(ended).toBe(code);
  },
);

describe('all of them', () => {
  it('have their answers', () => {
    expect(right.map(([file]) => file).toSorted()).toEqual(readdirSync(folder).toSorted());
  });

  it('together hold an exception of every kind, each with how to narrow it', async () => {
    const { printed } = await assessed(folder);
    expect([...new Set(printed.exceptions.map(({ kind }) => kind))].toSorted()).toEqual(
      [...kinds].toSorted(),
    );
    const findings = printed.exceptions.flatMap((one) => one.findings);
    expect(findings.filter(({ narrow }) => narrow === '')).toEqual([]);
  });

  it('never have what protects disabled', async () => {
    const files = ['protection-rules.json', 'protection-policies.json'];
    const { printed } = await assessed(...files.map((file) => join(folder, file)));
    expect(new Set(printed.exceptions.map(({ remedy }) => remedy))).toEqual(new Set(['escalate']));
  });
});
