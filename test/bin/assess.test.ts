import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { assessFiles } from '../../bin/commands/assess.ts';
import { formatExceptions } from '../../bin/commands/exception-table.ts';
import { instant } from '#time/instant.ts';
import { chunks } from '../audit-log/records.ts';

const fixtures = join(import.meta.dirname, '../fixtures/assess');
const fixture = (name: string): string => join(fixtures, name);
const folder = mkdtempSync(join(tmpdir(), 'lapse-assess-'));
afterAll(() => rmSync(folder, { recursive: true }));

const rules = readFileSync(fixture('transport-rules.json'), 'utf8');
const org = { Name: 'contoso.example', RejectDirectSend: true };
const rule = JSON.parse(readFileSync(fixture('one-rule.json'), 'utf8')) as Record<string, unknown>;

async function run(
  argv: readonly string[],
  { stdin = '', size, columns }: { stdin?: string | Uint8Array; size?: number; columns?: number } = {},
) {
  const written = { stdout: '', stderr: '' };
  const terminal = columns === undefined ? {} : { isTTY: true, columns };
  const code = await assessFiles(
    argv,
    {
      stdout: { ...terminal, write: (text) => (written.stdout += text) },
      stderr: { ...terminal, write: (text) => (written.stderr += text) },
      stdin: chunks(stdin, size),
    },
    instant('2026-11-20T09:00:00Z'),
  );
  return { code, ...written };
}

interface Printed {
  readonly exceptions: readonly {
    name: string;
    kind: string;
    risk: string;
    state: string;
    remarks: readonly string[];
    findings: readonly { id: string }[];
  }[];
  readonly remarks: readonly string[];
  readonly judged: number;
  readonly ownDomains: readonly string[];
  readonly notLookedAt: readonly { command: string; kinds: readonly string[] }[];
  readonly notRead: { count: number; places: readonly { line?: number; reason: string }[] };
}
const printed = async (...given: Parameters<typeof run>): Promise<Printed> =>
  JSON.parse((await run([...given[0], '--json'], given[1])).stdout) as Printed;

describe('the same settings', () => {
  const utf16 = (text: string) => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')]);
  it.each([
    ['gzipped', gzipSync(rules)],
    ['as PowerShell’s > writes them', utf16(rules)],
    ['with a byte order mark', `\ufeff${rules}`],
    ['one a line', (JSON.parse(rules) as object[]).map((one) => JSON.stringify(one)).join('\r\n')],
    ['indented', JSON.stringify(JSON.parse(rules), undefined, 4)],
    [
      'as the value of an answer',
      JSON.stringify({ '@odata.context': 'x', value: JSON.parse(rules) as unknown }),
    ],
    [
      'somewhere in a larger export',
      JSON.stringify({ made: 1, all: { exo: { rules: JSON.parse(rules) as unknown } } }),
    ],
    [
      'with words as Windows PowerShell writes them',
      rules.replaceAll('"State":"Enabled"', '"State":{"value":0,"Value":"Enabled"}'),
    ],
    ['with names in small letters', rules.replaceAll(/"(\w+)":/g, (name) => name.toLowerCase())],
  ])('%s say the same', async (_how, stdin) => {
    const plain = await run(['-'], { stdin: rules });
    expect(await run(['-'], { stdin })).toEqual(plain);
    expect(plain.code).toBe(0);
  });

  it('say the same in pieces of any size', async () => {
    expect(await run(['-'], { stdin: rules, size: 7 })).toEqual(await run(['-'], { stdin: rules }));
  });

  it('given twice are told once, unless they differ', async () => {
    expect(
      (await printed([fixture('one-rule.json'), fixture('transport-rules.json')])).exceptions,
    ).toHaveLength(2);
    writeFileSync(
      join(folder, 'later.json'),
      JSON.stringify({ ...rule, SenderDomainIs: ['wingtip.example'] }),
    );
    const { exceptions } = await printed([fixture('one-rule.json'), join(folder, 'later.json')]);
    expect(exceptions.map(({ name }) => name)).toEqual(['Let the newsletter in', 'Let the newsletter in']);
  });
});

describe('what is not known', () => {
  it('is named by the cmdlet that tells it, also of a kind whose answers come in several parts', async () => {
    const { notLookedAt } = await printed([fixture('outbound-connectors.json')]);
    const commands = notLookedAt.map(({ command }) => command);
    expect(commands).toContain('Get-JournalRule');
    expect(commands).toContain('Get-OutboundConnector -IncludeTestModeConnectors:$true');
    expect(commands).not.toContain('Get-OutboundConnector -IsTransportRuleScoped:$true');
  });

  it('is not said to be looked at where only another setting of the same object was saved', async () => {
    const { notLookedAt } = await printed(['-'], {
      stdin: JSON.stringify({ Name: 'Default', EnableSafeList: false }),
    });
    expect(notLookedAt).toContainEqual({ command: 'Get-HostedConnectionFilterPolicy', kinds: ['ip-allow'] });
  });

  it('is known to be none where a tool says that it asked', async () => {
    const { notLookedAt } = await printed([fixture('ProviderSettingsExport.json')]);
    const commands = notLookedAt.map(({ command }) => command);
    expect(commands).not.toContain('Get-InboundConnector');
    expect(commands).toContain('Get-OutboundConnector -IsTransportRuleScoped:$true');
    // It asked for the configuration, and kept too little of it.
    expect(commands).toContain('Get-OrganizationConfig');
  });

  it('is known to be none where the answer stands under the name of its cmdlet', async () => {
    const { notLookedAt } = await printed([fixture('answers-by-cmdlet.json')]);
    const commands = notLookedAt.map(({ command }) => command);
    expect(commands).not.toContain('Get-JournalRule');
    expect(commands).toContain('Get-TransportRule');
  });

  it('is what was flattened far down, if it is about mail flow', async () => {
    const down = (text: string) => JSON.stringify({ o: org, a: { b: { c: { d: { e: [text] } } } } });
    expect((await run(['-'], { stdin: down('@{Used=1; Total=3}') })).code).toBe(0);
    expect((await run(['-'], { stdin: down('@{Name=x; SetSCL=-1}') })).code).toBe(1);
  });

  it.each([
    ['lists', '['.repeat(100_000), ']'.repeat(100_000)],
    ['objects', '{"a":'.repeat(100_000), '}'.repeat(100_000)],
    ['an entry', `{"Name":"x","AllowedSenders":${'{"Address":'.repeat(50_000)}`, '}'.repeat(50_001)],
  ])('is %s nested without end', async (_what, open, close) => {
    const { code, stderr } = await run(['-'], { stdin: `${open}1${close}` });
    expect(code).toBe(2);
    expect(stderr).toContain('nested deeper than ConvertTo-Json writes');
  });

  it('is said of the tenant’s own domains', async () => {
    const said = 'Not judged: what is for the tenant’s own domains';
    expect((await run([fixture('content-filter.json')])).stdout).toContain(said);
    const named = await run([fixture('content-filter.json'), '--domains', 'Contoso.example']);
    expect(named.stdout).not.toContain(said);
    expect(named.stdout).toMatch(/critical +on +allowed-domain +contoso\.example/);
  });

  it('is not said of domains whose type was saved as a number', async () => {
    const domain = { DomainName: 'contoso.example', DomainType: 0 };
    expect((await printed(['-'], { stdin: JSON.stringify([domain]) })).ownDomains).toEqual([
      'contoso.example',
    ]);
  });

  it('is never called no exceptions', async () => {
    expect((await run([fixture('list-joined-by-depth.json')])).stdout).toContain('It is unknown whether');
    expect((await run([fixture('with-accepted-domains.json')])).stdout).toContain(
      'that is not everything there can be',
    );
  });

  it('is told of what is saved beside something that is known', async () => {
    const { code, stdout } = await run(['-'], {
      stdin: JSON.stringify({ rules: [rule, { Name: 'Other' }, null] }),
    });
    expect(code).toBe(1);
    expect(stdout).toContain('Not read: standard input:1: Lapse does not know what this is');
  });

  it('is an entry of a list that holds no text', async () => {
    const policy = { Name: 'Default', AllowedSenderDomains: [{ Value: { Name: 'x' } }] };
    expect(await run(['-'], { stdin: JSON.stringify(policy) })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('an entry of a list in a form that Lapse cannot read') as string,
    });
  });

  it('is what stands on the next page of an answer, wherever the answer is', async () => {
    const page = { value: [rule], '@odata.nextLink': 'https://outlook.office365.example/next' };
    for (const stdin of [JSON.stringify(page), JSON.stringify({ rules: page })]) {
      const { code, stdout } = await run(['-'], { stdin });
      expect(code).toBe(1);
      expect(stdout).toContain('this page is not the last of its answer');
    }
  });

  it('is a file that is longer than can be held', async () => {
    const long = join(folder, 'long.json.gz');
    writeFileSync(long, gzipSync(Buffer.alloc(65 * 1024 * 1024, ' ')));
    expect(await run([long])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('longer than 64 MiB') as string,
    });
  });

  it('is what a table lost within a row', async () => {
    const { code, stdout } = await run(['-'], {
      stdin: 'Name,DomainName,AutoForwardEnabled\r\nDefault,*,True\r\nTailspin,tailspin.example\r\n',
    });
    expect(code).toBe(1);
    expect(stdout).toContain('standard input:3: the row does not have the columns of the header');
  });
});

describe('the table', () => {
  it('holds any number of exceptions', () => {
    const row = { risk: 'low', state: 'on', isOn: true, kind: 'ip-allow', name: 'x' } as const;
    const rows = Array.from({ length: 150_000 }, () => ({
      ...row,
      changed: undefined,
      remarks: [],
      findings: [],
    }));
    const table = formatExceptions(rows, { width: Infinity, colour: false });
    expect(table.split('\n')).toHaveLength(150_002);
  });
});

describe('a rule that is switched on and does nothing at present', () => {
  const saved = (given: object) => printed(['-'], { stdin: JSON.stringify({ ...rule, ...given }) });
  it.each<[string, object, RegExp]>([
    ['only watches', { Mode: 'Audit' }, /^It only watches \(Mode Audit\): .*Mode to Enforce/],
    ['watches and tells', { Mode: 'AuditAndNotify' }, /^It only watches \(Mode AuditAndNotify\): /],
    [
      'has ended',
      { ExpiryDate: '2026-11-01T00:00:00.0000000+00:00' },
      /^It ended on 1 Nov 2026, 00:00 UTC \(ExpiryDate\): /,
    ],
    [
      'has not begun',
      // As Windows PowerShell writes a date.
      { ActivationDate: '/Date(1798761600000)/' },
      /^It begins on 1 Jan 2027, 00:00 UTC \(ActivationDate\): /,
    ],
    [
      'has ended, as it is written with more about the date',
      { ExpiryDate: { value: '/Date(1761955200000)/', DisplayHint: 2, DateTime: 'x' } },
      /^It ended on 1 Nov 2025/,
    ],
    [
      'may have ended',
      { ExpiryDate: '01.11.2026 00:00:00' },
      /^Its ExpiryDate is written as 01\.11\.2026 00:00:00, .* nothing tells whether/,
    ],
  ])('is weighed as one that acts, and what it does is told: it %s', async (_what, given, remark) => {
    const [one] = (await saved(given)).exceptions;
    expect(one).toMatchObject({ risk: 'critical', state: 'on' });
    expect(one?.remarks.join('\n')).toMatch(remark);
    expect(
      (await run(['-', '--fail-on', 'high'], { stdin: JSON.stringify({ ...rule, ...given }) })).code,
    ).toBe(3);
    const { stdout } = await run(['-'], { stdin: JSON.stringify({ ...rule, ...given }) });
    expect(stdout).toContain(one?.remarks[0]);
  });

  it.each<[string, object]>([
    ['acts', { Mode: 'Enforce' }],
    ['ends some day', { ExpiryDate: '2027-01-01T00:00:00Z' }],
    ['began', { ActivationDate: '2026-01-01T00:00:00Z' }],
    ['is off', { State: 'Disabled', Mode: 'Audit' }],
  ])('has no such remark if it %s', async (_what, given) => {
    expect((await saved(given)).exceptions[0]?.remarks).toEqual([]);
  });
});

describe('a list of nothing but blocks', () => {
  const block = (Value: string) => ({ Value, Action: 'Block', ExpirationDate: null, RemoveAfter: 0 });
  const type = (command: string) => `Get-TenantAllowBlockListItems -ListType ${command} -Allow:$true`;

  it('is named as read and harmless, and is not asked for again', async () => {
    const stdin = JSON.stringify([block('eve@bad.example'), block('bad.example')]);
    const { judged, notLookedAt, remarks, notRead } = await printed(['-'], { stdin });
    expect({ judged, read: notRead.count }).toEqual({ judged: 2, read: 0 });
    const commands = notLookedAt.map(({ command }) => command);
    expect(commands).not.toContain(type('Sender'));
    expect(commands).toContain(type('Url'));
    expect(remarks).toEqual([expect.stringMatching(/^standard input holds only blocks.*-Allow/)]);
    expect((await run(['-'], { stdin })).stdout).toContain(remarks[0]);
  });

  it('that tells nobody of what type it is leaves every type to be asked for', async () => {
    const { notLookedAt, remarks } = await printed(['-'], { stdin: JSON.stringify([block('bad.example')]) });
    expect(notLookedAt.map(({ command }) => command)).toContain(type('Sender'));
    expect(remarks).toHaveLength(1);
  });

  it('of forged names is read too', async () => {
    const pair = {
      SpoofedUser: 'bad.example',
      SendingInfrastructure: '*',
      SpoofType: 'External',
      Action: 'Block',
    };
    const { notLookedAt } = await printed(['-'], { stdin: JSON.stringify([pair]) });
    expect(notLookedAt.map(({ command }) => command)).not.toContain(
      'Get-TenantAllowBlockListSpoofItems -Action Allow',
    );
  });

  it('beside allows needs no remark', async () => {
    expect((await printed([fixture('tabl-senders.json')])).remarks).toEqual([]);
  });
});

describe('what lets nothing past', () => {
  it.each([
    ['a policy without entries', { Name: 'Default', AllowedSenders: [], AllowedSenderDomains: [] }],
    ['no sealer', { Identity: 'Default', ArcTrustedSealers: null }],
    ['a block', { Value: 'bad.example', Action: 'Block', ExpirationDate: null }],
    ['a policy that forwards nothing', { Name: 'Default', AutoForwardingMode: 'Off' }],
  ])('is read all the same: %s', async (_what, saved) => {
    expect((await printed(['-'], { stdin: JSON.stringify(saved) })).judged).toBe(1);
    expect((await run(['-'], { stdin: JSON.stringify(saved) })).code).toBe(0);
  });
});

describe('the command', () => {
  it('reads all files of a folder, those that end in nothing it knows too', async () => {
    const into = join(folder, 'saved');
    cpSync(fixture('organization.json'), join(into, 'below', 'organization.json'), { recursive: true });
    writeFileSync(join(into, 'notes.txt'), 'ask Ann');
    writeFileSync(join(into, '.hidden'), 'x');
    const { code, stdout } = await run([into]);
    expect(code).toBe(1);
    expect(stdout).toContain('Direct Send');
    expect(stdout).toContain('notes.txt: it is neither JSON nor a table');
    expect(stdout).not.toContain('.hidden');
  });

  it('fails on exceptions that are switched on and as dangerous as was said', async () => {
    const off = JSON.stringify({ ...rule, State: 'Disabled' });
    expect((await run(['-', '--fail-on', 'low'], { stdin: off })).code).toBe(0);
    expect((await run([fixture('organization.json'), '--fail-on', 'critical'])).code).toBe(0);
    expect((await run([fixture('organization.json'), '--fail-on', 'high'])).code).toBe(3);
    expect((await run([fixture('cut-off.json'), '--fail-on', 'critical'])).code).toBe(3);
    expect(
      (await run([fixture('cut-off.json'), '--fail-on', 'critical', fixture('mailboxes.json')])).code,
    ).toBe(3);
    expect((await run([fixture('mailboxes.json'), '--fail-on', 'low'])).code).toBe(2);
  });

  it.each([
    [[], /no file was given/],
    [['-', '-'], /only once/],
    [['x', '--fail-on', 'severe'], /low, medium, high, critical/],
    [['x', '--domains', 'contoso'], /--domains takes domains/],
    [['x', '--what'], /--what/],
    [['no-such-file'], /Not read: no-such-file: there is no such file/],
  ])('refuses %j', async (argv, why) => {
    expect(await run(argv)).toMatchObject({
      code: 2,
      stdout: '',
      stderr: expect.stringMatching(why) as string,
    });
  });

  it('tells in its help what it reads', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('Get-TransportRule');
    expect(stdout).toContain('--fail-on');
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(84);
  });

  it.each([undefined, 60])('says why and how to narrow it, in %s columns', async (columns) => {
    const { stdout } = await run(
      [fixture('protection-rules.json')],
      columns === undefined ? {} : { columns },
    );
    const flowing = stdout.replaceAll(/\s+/g, ' ');
    expect(flowing).toContain('To narrow it: Name single mailboxes instead of groups or domains');
    expect(flowing).toContain('switching it off would let in more');
  });

  it.each(['', '--json'])('lets no control character reach the terminal %s', async (how) => {
    const { stdout } = await run([fixture('hostile-name.json'), ...(how === '' ? [] : [how])]);
    expect(stdout).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
  });
});

describe('whatever is given', () => {
  it('nothing throws, and what holds nothing known never ends with 0', async () => {
    const junk = fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc.string({ unit: 'binary' }),
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('latin1')),
      fc
        .array(fc.array(fc.string({ maxLength: 5 }), { maxLength: 4 }))
        .map((rows) => rows.map((row) => row.join(',')).join('\n')),
    );
    await fc.assert(
      fc.asyncProperty(junk, async (stdin) => {
        const { code, stdout } = await run(['-', '--json'], { stdin });
        const { judged, ownDomains } = JSON.parse(stdout) as Printed;
        expect(code === 0 && judged === 0 && ownDomains.length === 0).toBe(false);
      }),
    );
  });

  it('a rule of which anything is missing or flattened is told, or told to be unread', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(Object.keys(rule), { minLength: 1, maxLength: 8 }),
        fc.constantFrom(undefined, 'System.Object[]', '@{Value=x}', {}, { Major: 1 }),
        async (names, instead) => {
          const changed = Object.fromEntries(
            Object.entries(rule).flatMap(([name, value]) =>
              !names.includes(name) ? [[name, value]] : instead === undefined ? [] : [[name, instead]],
            ),
          );
          const { code, stdout } = await run(['-', '--json'], { stdin: JSON.stringify(changed) });
          const { exceptions } = JSON.parse(stdout) as Printed;
          expect(code !== 0 || exceptions.length === 1).toBe(true);
        },
      ),
    );
  });
});
