/** Small exports, each the smallest that shows one thing that is easily read wrongly, and what is right. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect, it } from 'vitest';
import { replay } from '../../bin/commands/replay.ts';
import { instant } from '#time/instant.ts';

const folder = join(import.meta.dirname, '..', 'fixtures', 'replay');
const asked = [
  'critical unconfirmed transport-rule Let the scanner through',
  'high unconfirmed ip-allow 203.0.113.9',
  'high unconfirmed ip-allow 198.51.100.0/24',
];
const parameters = ['critical unconfirmed transport-rule Scanner', 'high unconfirmed ip-allow 203.0.113.9'];

const right: readonly (readonly [file: string, exceptions: readonly string[], notRead?: RegExp])[] = [
  ['same-second-set.jsonl', ['critical unconfirmed transport-rule Q']],
  ['same-second-recreate.jsonl', ['critical unconfirmed transport-rule A']],
  ['allow-by-submission.jsonl', ['medium unconfirmed tenant-allow partner.example (Sender)']],
  [
    'backslash-name.jsonl',
    [
      'critical unconfirmed transport-rule Invoices',
      String.raw`critical disabled transport-rule Finance\Invoices`,
    ],
  ],
  [
    'copy-to-contact.jsonl',
    ['Copy 1', 'Copy 2', 'Copy 3'].map((name) => `high unconfirmed transport-rule ${name}`),
  ],
  ['params-json-text.jsonl', parameters],
  ['params-flat-object.jsonl', parameters],
  ['params-depth-lost.jsonl', [], /flattened to text by PowerShell/],
  ['secops-policy.jsonl', ['medium unconfirmed secops-mailbox SecOpsOverridePolicy'], /1 change cannot be/],
  ['import-rules.jsonl', [], /1 change cannot be understood without the tenant/],
  ['phishsim-scc-names.jsonl', ['medium unconfirmed phishing-simulation PhishSimOverridePolicy']],
  ['protective-rule-removed.jsonl', ['high unconfirmed transport-rule Block']],
  ['protective-rule-disabled.jsonl', ['high unconfirmed transport-rule Block']],
  ['list-replaced.jsonl', ['high unconfirmed ip-allow 198.51.100.7', 'high removed ip-allow 203.0.113.9']],
  ['safe-list-off.jsonl', ['high disabled safe-list Default']],
  ['direct-send-closed.jsonl', ['high disabled direct-send Direct Send']],
  ['sentinel-officeactivity.csv', asked],
  ['sentinel-officeactivity.jsonl', asked],
  ['splunk-search-export.jsonl', asked],
  ['splunk-raw.csv', asked],
  ['kibana.csv', asked],
  ['wazuh.jsonl', asked],
  ['graph-powershell-sdk.json', asked],
  ['blank-in-time.jsonl', asked],
  ['loganalytics-api.json', asked],
  ['connector-set-only.jsonl', [], /no record shows how the inbound-connector C was made/],
  ['ffo-path.jsonl', ['high unconfirmed allowed-domain p.example']],
  ['tabl-end-taken-away.jsonl', ['high unconfirmed tenant-allow partner.example (Sender)']],
  [
    'url-with-comma.jsonl',
    [
      'medium unconfirmed tenant-allow a.example/x?b=1,2 (Url)',
      'medium unconfirmed tenant-allow c.example (Url)',
    ],
  ],
  ['parameter-case.jsonl', ['critical unconfirmed transport-rule low']],
  ['partner-copies-home.jsonl', ['critical unconfirmed transport-rule b']],
  ['safe-senders.jsonl', []],
  ['remote-domain.jsonl', ['medium unconfirmed remote-domain Default']],
  ['auto-forwarding.jsonl', ['high unconfirmed auto-forwarding Default']],
  ['journal-rule.jsonl', ['high unconfirmed journal-rule j']],
  [
    'anti-phishing-lists.jsonl',
    [
      'medium unconfirmed trusted-sender a@p.example (Office365 AntiPhish Default)',
      'medium unconfirmed trusted-domain p.example (Office365 AntiPhish Default)',
    ],
  ],
  ['preset-rule.jsonl', ['high unconfirmed preset-rule Standard Preset Security Policy']],
  ['anti-spam-rule.jsonl', ['high unconfirmed anti-spam-rule x']],
  ['connection-filter-made.jsonl', ['high unconfirmed ip-allow 203.0.113.9 (x)']],
  ['rename-by-guid.jsonl', ['critical unconfirmed transport-rule Old'], /was removed, and no record shows/],
];

interface Printed {
  readonly exceptions: readonly { risk: string; state: string; kind: string; name: string }[];
  readonly notRead: { readonly places: readonly { readonly reason: string }[] };
}

it.each(right.map(([file, exceptions, notRead]) => ({ file, exceptions, notRead })))(
  '$file is read as it is meant',
  async ({ file, exceptions, notRead }) => {
    let stdout = '';
    const code = await replay([join(folder, file), '--json'], {
      stdout: { write: (text) => (stdout += text) },
      stderr: { write: () => undefined },
      stdin: Readable.from([]),
      now: () => instant('2026-11-20T12:00:00Z'),
    });
    const printed = JSON.parse(stdout) as Printed;
    expect(printed.exceptions.map((one) => `${one.risk} ${one.state} ${one.kind} ${one.name}`)).toEqual(
      exceptions,
    );
    expect(printed.notRead.places.map(({ reason }) => reason).join('\n')).toMatch(notRead ?? /^$/);
    expect(code === 0).toBe(notRead === undefined);
  },
);

it('every file has its answer', () => {
  expect(right.map(([file]) => file).toSorted()).toEqual(readdirSync(folder).toSorted());
});
