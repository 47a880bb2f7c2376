import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { assessFiles } from '../../bin/commands/assess.ts';
import { replay } from '../../bin/commands/replay.ts';
import { instant } from '#time/instant.ts';
import { chunks, newRule } from '../audit-log/records.ts';

const fixtures = join(import.meta.dirname, '../fixtures');
const folder = mkdtempSync(join(tmpdir(), 'lapse-evidence-'));
afterAll(() => rmSync(folder, { recursive: true }));
const now = instant('2026-11-20T09:00:00Z');

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const guid = '19a25eb2-3e43-4896-ad9e-47b6c3590001';
const rule = JSON.parse(readFileSync(join(fixtures, 'assess/one-rule.json'), 'utf8')) as Record<
  string,
  unknown
>;
const rules = file(
  'rules.json',
  JSON.stringify([
    { ...rule, Name: 'Payroll', Guid: guid, SetSCL: '-1', SenderDomainIs: ['payroll.example.net'] },
    { ...rule, Name: 'Never', Guid: guid.replace(/1$/, '2'), SetSCL: '-1', SenderDomainIs: ['b.example'] },
    { ...rule, Name: 'Silent', SetAuditSeverity: 'DoNotAudit', SetSCL: '-1', SenderDomainIs: ['c.example'] },
  ]),
);

async function assess(...argv: readonly string[]) {
  const written = { stdout: '', stderr: '' };
  const io = {
    stdout: { write: (text: string) => (written.stdout += text) },
    stderr: { write: (text: string) => (written.stderr += text) },
    stdin: chunks(''),
  };
  const code = await assessFiles([rules, ...argv], io, now);
  return { code, ...written };
}

interface Row {
  readonly date: string;
  readonly rules: string;
  readonly recipient?: string;
  readonly subject?: string;
  readonly sender?: string;
}
let made = 0;
const event = ({ date, rules: through, recipient, subject, sender }: Row): string =>
  JSON.stringify({
    category: 'AdvancedHunting-EmailEvents',
    properties: {
      Timestamp: `${date}T08:00:00Z`,
      NetworkMessageId: `m${(made += 1)}`,
      SenderFromAddress: sender ?? 'noreply@payroll.example.net',
      SenderIPv4: '203.0.113.76',
      RecipientEmailAddress: recipient ?? 'ada@contoso.example',
      Subject: subject ?? '(removed)',
      EmailDirection: 'Inbound',
      DeliveryAction: 'Delivered',
      ThreatTypes: null,
      AuthenticationDetails: '{"DKIM":"pass"}',
      ExchangeTransportRule: through,
      Connectors: null,
    },
  });
const days = Array.from({ length: 19 }, (_, at) => `2026-11-${String(at + 1).padStart(2, '0')}`);
const month = days.map((date) => event({ date, rules: guid }));

describe('assess with mail statistics', () => {
  it('says of each exception whether it is used, and why that is unknown', async () => {
    const { code, stdout } = await assess('--evidence', file('month.jsonl', month.join('\r\n')));
    expect(code).toBe(0);
    const [, payroll = ''] = stdout.split('Payroll\n');
    expect(payroll).toMatch(
      /^ +Last used 19 Nov 2026: 7 messages in 7 days, 19 in 30, of which 19 days are known/,
    );
    expect(payroll).toContain(
      'Only payroll.example.net, always DKIM-signed; 1 sender; from 203.0.113.0/24 alone',
    );
    expect(stdout.split('Never\n')[1]).toMatch(/^ +Unused for 17 days, up to 18 Nov 2026\n/);
    expect(stdout.split('Silent\n')[1]).toMatch(
      /^ +Unknown whether it is used: the rule is set to log nothing/,
    );
    expect(stdout).toContain('19 rows about 19 messages, of which 19 went through these exceptions');
  });

  it('calls nothing unused where part of the file could not be read, and says which part', async () => {
    const broken = file('broken.jsonl', [...month.slice(0, 9), '{"a":', ...month.slice(9)].join('\n'));
    const { code, stdout } = await assess('--evidence', broken);
    expect(code).toBe(1);
    expect(stdout).not.toMatch(/Unused/);
    expect(stdout).toMatch(/Not read: .*broken\.jsonl:10: the line is not valid JSON/);
  });

  it('counts a file once that is given twice', async () => {
    const path = file('twice.jsonl', month.join('\n'));
    const { stdout } = await assess('--evidence', path, '--evidence', path);
    expect(stdout).toContain('38 rows about 19 messages');
  });

  it('tells of a file that is none', async () => {
    const { code, stdout } = await assess('--evidence', rules, '--evidence', join(folder, 'missing'));
    expect(code).toBe(1);
    expect(stdout).toMatch(/Not read: .*rules\.json: these are no mail statistics Lapse can read/);
    expect(stdout).toMatch(/Not read: .*missing: there is no such file/);
  });

  it('prints no recipient and no subject, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            subject: fc.string({ unit: 'grapheme' }),
            rules: fc.constantFrom(guid, 'Payroll', '', 'x,y'),
          }),
          { minLength: 1, maxLength: 5 },
        ),
        async (rows) => {
          const recipient = 'somebody.secret@contoso.example';
          const lines = rows.map(({ subject, rules: through }, at) =>
            event({
              date: days[at] ?? '',
              rules: through,
              subject: `SECRET${subject}`,
              recipient,
              sender: recipient,
            }),
          );
          const path = file('hostile.jsonl', [...lines, `${lines[0]?.slice(0, -1) ?? ''},`].join('\n'));
          for (const json of [[], ['--json']]) {
            const { stdout, stderr } = await assess('--evidence', path, ...json);
            expect(stdout + stderr).not.toMatch(/SECRET|somebody|secret@/i);
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});

it('replay says the same of what the audit log shows', async () => {
  const written = { stdout: '' };
  const { Name } = Object.fromEntries(
    (newRule as { Parameters: { Name: string; Value: string }[] }).Parameters.map(({ Name: name, Value }) => [
      name,
      Value,
    ]),
  ) as { Name: string };
  const code = await replay(
    [
      file('log.jsonl', JSON.stringify(newRule)),
      '--json',
      '--evidence',
      file('named.jsonl', event({ date: days[3] ?? '', rules: Name })),
    ],
    {
      stdout: { write: (text) => (written.stdout += text) },
      stderr: { write: () => undefined },
      stdin: chunks(''),
      now: () => now,
    },
  );
  expect(code).toBe(0);
  expect(JSON.parse(written.stdout)).toMatchObject({
    exceptions: [{ name: Name, use: { state: 'used', messages: { 7: 1 } } }],
  });
});
