import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { replay } from '../../bin/commands/replay.ts';
import { instant } from '#time/instant.ts';
import { chunks, newRule, parameters, setRule } from '../audit-log/records.ts';

const sample = join(import.meta.dirname, '../../samples/audit-export.jsonl');
const folder = mkdtempSync(join(tmpdir(), 'lapse-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Printed {
  readonly exceptions: readonly {
    name: string;
    id: string;
    risk: string;
    state: string;
    openedAt: string;
    madeBy: string;
    madeAt: string;
    changedBy: string;
    findings: readonly { id: string }[];
    changedAt: string;
  }[];
  readonly records: Readonly<Record<string, number>>;
}

async function run(
  argv: readonly string[],
  { stdin = '', columns }: { stdin?: string | AsyncIterable<Uint8Array>; columns?: number } = {},
) {
  const written = { stdout: '', stderr: '' };
  const terminal = columns === undefined ? {} : { isTTY: true, columns };
  const code = await replay(argv, {
    stdout: { ...terminal, write: (text) => (written.stdout += text) },
    stderr: { ...terminal, write: (text) => (written.stderr += text) },
    stdin: typeof stdin === 'string' ? chunks(stdin) : stdin,
    now: () => instant('2026-11-20T12:00:00Z'),
  });
  return { code, ...written };
}

async function told(records: readonly object[], argv: readonly string[] = []): Promise<Printed> {
  const { stdout } = await run(['-', '--json', ...argv], {
    stdin: records.length === 0 ? '[]' : records.map((each) => JSON.stringify(each)).join('\n'),
  });
  return JSON.parse(stdout) as Printed;
}
const states = async (records: readonly object[]) =>
  Object.fromEntries((await told(records)).exceptions.map(({ name, state }) => [name, state]));

let last = 0;
const at = (
  time: string,
  Operation: string,
  Identity: string,
  given: Readonly<Record<string, string>> = {},
  more: object = {},
) => ({
  ...setRule,
  Id: `record-${(last += 1)}`,
  CreationTime: `2026-11-${time}`,
  Operation,
  ObjectId: '',
  Parameters: parameters({ ...(Operation.startsWith('New-') ? { Name: Identity } : { Identity }), ...given }),
  ...more,
});

const ownLock = {
  ConnectorType: 'Partner',
  SenderDomains: 'contoso.com',
  SenderIPAddresses: '203.0.113.0/26',
  RestrictDomainsToIPAddresses: 'True',
  RequireTls: 'True',
};

describe('the sample export', () => {
  it('is told as JSON, most dangerous first, with all records counted', async () => {
    const { code, stdout } = await run([sample, '--json']);
    const { exceptions, records } = JSON.parse(stdout) as Printed;
    expect(code).toBe(0);
    expect(records).toEqual({ read: 54, relevant: 32, duplicate: 5, ignored: 17, malformed: 0 });
    const order = exceptions.map(({ risk }) => ['critical', 'high', 'medium', 'low'].indexOf(risk));
    expect(order).toEqual(order.toSorted());
    expect(Object.keys(exceptions[0] ?? {})).toEqual([
      'id',
      'tenant',
      'kind',
      'name',
      'risk',
      'findings',
      'state',
      'openedAt',
      'madeBy',
      'madeAt',
      'changedBy',
      'changedAt',
    ]);
    const state = Object.fromEntries(exceptions.map(({ name, state }) => [name, state]));
    expect(state).toMatchObject({
      'Invoices to Sigma scan': 'unconfirmed',
      'Signature cloud': 'removed',
      'Draft: survey tool': 'disabled',
      'Fax service': 'unconfirmed',
      'Any partner': 'disabled',
      'Training links': 'disabled',
      'Reject executables': 'unconfirmed',
    });
    for (const harmless of ['Company disclaimer', 'Mark outside mail', 'Fabrikam by certificate'])
      expect(state).not.toHaveProperty(harmless);
  });
  it('as of an earlier moment leaves out what came later', async () => {
    const { stdout } = await run([sample, '--json', '--at', '2026-11-03T09:59:00Z']);
    const { exceptions, records } = JSON.parse(stdout) as Printed;
    expect(exceptions.map(({ name }) => name)).toEqual(['Skip filter for migration']);
    expect(records['read']).toBe(54);
  });
  it.each([40, 80, 109, 110, 160])('fits a terminal of %d columns', async (columns) => {
    const { stdout } = await run([sample], { columns });
    const lines = stdout
      .replaceAll(/\u001b\[[\d;]*m/g, '')
      .split('\n')
      .slice(0, -2);
    expect(Math.max(...lines.map((line) => Array.from(line).length))).toBeLessThanOrEqual(columns);
    expect(stdout).toContain('Skip filter for');
  });
  it('is coloured on a terminal only', async () => {
    expect((await run([sample])).stdout).not.toContain('\u001b');
    expect((await run([sample], { columns: 120 })).stdout).toContain('\u001b[1;31m');
  });
});

describe('what the log alone tells', () => {
  it('a rule made switched off and then enabled is unconfirmed', async () => {
    const made = at('01T10:00:00', 'New-TransportRule', 'a', { SetSCL: '-1', Enabled: 'False' });
    expect(await states([made])).toEqual({ a: 'disabled' });
    expect(await states([at('02T10:00:00', 'Enable-TransportRule', 'A'), made])).toEqual({
      a: 'unconfirmed',
    });
  });
  it('removed, and made again', async () => {
    const made = at('01T10:00:00', 'New-TransportRule', 'a', { SetSCL: '-1' });
    const removed = at('02T10:00:00', 'Remove-TransportRule', 'a');
    expect(await states([removed, made])).toEqual({ a: 'removed' });
    expect(
      await states([removed, at('03T10:00:00', 'New-TransportRule', 'a', { SetSCL: '-1' }), made]),
    ).toEqual({ a: 'unconfirmed' });
    expect(
      await states([removed, at('03T10:00:00', 'New-TransportRule', 'a', { PrependSubject: 'x' }), made]),
    ).toEqual({ a: 'removed' });
  });
  it('in the order within a second that the ids of the records tell', async () => {
    const fixture = (name: string) => join(import.meta.dirname, `../fixtures/same-second/${name}.jsonl`);
    const printed = async (name: string) =>
      (JSON.parse((await run([fixture(name), '--json'])).stdout) as Printed).exceptions;
    expect(await printed('made-then-altered')).toMatchObject([{ name: 'Q', state: 'unconfirmed' }]);
    expect(await printed('removed-then-made-again')).toMatchObject([{ name: 'A', state: 'unconfirmed' }]);
  });
  it('made again where the log does not tell what became of the first: it may have another name', async () => {
    const made = at('01T10:00:00', 'New-TransportRule', 'a', { SetSCL: '-1' });
    expect(
      await states([at('03T10:00:00', 'New-TransportRule', 'a', { PrependSubject: 'x' }), made]),
    ).toEqual({ a: 'unconfirmed' });
  });
  it('of two records with one id, both, in whichever order they come', async () => {
    const one = at('01T10:00:00', 'New-TransportRule', 'a', { SetSCL: '-1' });
    const two = { ...one, Parameters: parameters({ Name: 'b', DeleteMessage: 'True' }) };
    const { exceptions } = await told([one, two]);
    expect(exceptions).toHaveLength(2);
    expect((await told([two, one])).exceptions).toEqual(exceptions);
  });
  it('a change makes a harmless rule dangerous, and is what opened it', async () => {
    const records = [
      at('01T10:00:00', 'New-TransportRule', 'a', { PrependSubject: 'x' }),
      at('05T10:00:00', 'Set-TransportRule', 'a', { SetSCL: '-1' }, { UserId: 'jonas.ops@contoso.com' }),
      at('09T10:00:00', 'Set-TransportRule', 'a', { Comments: 'x' }),
    ];
    const { exceptions } = await told(records);
    expect(exceptions).toMatchObject([{ openedAt: '2026-11-05T10:00:00.000Z' }]);
    const harmless = at('06T10:00:00', 'Set-TransportRule', 'a', { SetSCL: '' });
    expect((await told([...records, harmless])).exceptions).toMatchObject([
      { state: 'removed', risk: 'critical', findings: [{ id: 'LAPSE-TR-001' }] },
    ]);
  });
  it('a name that holds a backslash is another than what comes after the backslash', async () => {
    const records = ['Invoices', 'Finance\\Invoices'].map((name) =>
      at('01T10:00:00', 'New-TransportRule', name, { SetSCL: '-1' }),
    );
    const off = at('02T10:00:00', 'Disable-TransportRule', 'Finance\\Invoices');
    expect(await states([...records, off])).toEqual({
      Invoices: 'unconfirmed',
      'Finance\\Invoices': 'disabled',
    });
  });
  it('who made it and who changed it last, each with their own time, in whichever order they come', async () => {
    const by = (UserId: string) => ({ UserId });
    const made = at('01T10:00:00', 'New-TransportRule', 'a', { SetSCL: '-1' }, by('mira@contoso.com'));
    const changed = at('02T10:00:00', 'Set-TransportRule', 'a', { FromScope: 'x' }, by('jonas@contoso.com'));
    const off = at('03T10:00:00', 'Disable-TransportRule', 'a', {}, by('kim@contoso.com'));
    const gone = at('04T10:00:00', 'Remove-TransportRule', 'a', {}, by('lee@contoso.com'));
    const who = async (...records: readonly object[]) => {
      const [one] = (await told(records)).exceptions;
      return [one?.madeBy, one?.madeAt, one?.changedBy, one?.changedAt];
    };
    const by1 = ['mira@contoso.com', '2026-11-01T10:00:00.000Z'];
    for (const turn of [0, 1, 2]) {
      const turned = <T>(all: readonly T[]) => [...all.slice(turn), ...all.slice(0, turn)];
      expect(await who(...turned([made, changed]))).toEqual([
        ...by1,
        'jonas@contoso.com',
        '2026-11-02T10:00:00.000Z',
      ]);
      expect(await who(...turned([made, changed, off]))).toEqual([
        ...by1,
        'kim@contoso.com',
        '2026-11-03T10:00:00.000Z',
      ]);
      expect(await who(...turned([made, changed, off, gone]))).toEqual([
        ...by1,
        'lee@contoso.com',
        '2026-11-04T10:00:00.000Z',
      ]);
    }
    const anew = at('05T10:00:00', 'New-TransportRule', 'a', { SetSCL: '-1' }, by('lee@contoso.com'));
    expect(await who(anew, made, gone)).toEqual([
      'lee@contoso.com',
      '2026-11-05T10:00:00.000Z',
      'lee@contoso.com',
      '2026-11-05T10:00:00.000Z',
    ]);
    // Without its creation, the earliest change is told as what it is.
    expect((await run(['-'], { stdin: JSON.stringify(made) })).stdout).not.toContain('made by');
    const both = [made, changed].map((one) => JSON.stringify(one)).join('\n');
    expect((await run(['-'], { stdin: both })).stdout).toContain(
      'made by mira@contoso.com, 2026-11-01 10:00 UTC',
    );
  });
  it('a rename keeps the exception and its id', async () => {
    const made = at('01T10:00:00', 'New-TransportRule', 'a', { SetSCL: '-1' });
    const renamed = at('02T10:00:00', 'Set-TransportRule', 'a', { Name: 'b' });
    const off = at('03T10:00:00', 'Disable-TransportRule', 'b');
    const [before] = (await told([made])).exceptions;
    const { exceptions } = await told([off, renamed, made]);
    expect(exceptions).toMatchObject([{ id: before?.id, name: 'b', state: 'disabled' }]);
    const again = at('04T10:00:00', 'New-TransportRule', 'a', { SetSCL: '-1' });
    const both = (await told([again, off, renamed])).exceptions;
    expect(both.map(({ name }) => name)).toEqual(['a']);
  });
  it('a rule that was renamed twice stays one when its second name goes to another', async () => {
    const records = [
      at('01T10:00:00', 'New-TransportRule', 'a', { SetSCL: '-1' }),
      at('02T10:00:00', 'Set-TransportRule', 'a', { Name: 'b' }),
      at('03T10:00:00', 'Set-TransportRule', 'b', { Name: 'c' }),
      at('04T10:00:00', 'New-TransportRule', 'b', { SetSCL: '0' }),
    ];
    expect(await states(records)).toEqual({ c: 'unconfirmed' });
    expect(await states(records.toReversed())).toEqual({ c: 'unconfirmed' });
  });
  it('a GUID is the object it was named with', async () => {
    const guid = '0c9a3b1e-2d4f-4a6b-8c7d-9e0f1a2b3c4d';
    const made = at('01T10:00:00', 'New-TransportRule', 'a', { SetSCL: '-1' });
    const both = at(
      '02T10:00:00',
      'Set-TransportRule',
      guid,
      { Comments: 'x' },
      { ObjectId: 'contoso.onmicrosoft.com\\a' },
    );
    expect(await states([at('03T10:00:00', 'Disable-TransportRule', guid), made, both])).toEqual({
      a: 'disabled',
    });
  });
  it('a protective rule that was switched off is an exception as long as it is off', async () => {
    const made = at('01T10:00:00', 'New-TransportRule', 'a', { RejectMessageReasonText: 'no' });
    expect(await states([made])).toEqual({});
    expect(await states([at('02T10:00:00', 'Disable-TransportRule', 'a'), made])).toEqual({
      a: 'unconfirmed',
    });
  });
  it('nor does it end as an exception when it is removed', async () => {
    const made = at('01T10:00:00', 'New-TransportRule', 'a', { RejectMessageReasonText: 'no' });
    const by = { UserId: 'jonas.ops@contoso.com' };
    const { exceptions } = await told([at('02T10:00:00', 'Remove-TransportRule', 'a', {}, by), made]);
    expect(exceptions).toMatchObject([
      {
        name: 'a',
        risk: 'high',
        state: 'unconfirmed',
        openedAt: '2026-11-02T10:00:00.000Z',
        changedBy: 'jonas.ops@contoso.com',
        findings: [{ id: 'LAPSE-TR-014' }],
      },
    ]);
    const again = at('03T10:00:00', 'New-TransportRule', 'a', { RejectMessageReasonText: 'no' });
    expect(await states([made, again, at('02T10:00:00', 'Remove-TransportRule', 'a')])).toEqual({});
  });
  it('a connector that locks delivery to the gateway is none until it is weakened', async () => {
    const lock = {
      ConnectorType: 'Partner',
      SenderDomains: '*',
      RestrictDomainsToIPAddresses: 'True',
      SenderIPAddresses: '203.0.113.0/26',
    };
    const made = at('01T10:00:00', 'New-InboundConnector', 'lock', lock);
    expect(await states([made])).toEqual({});
    for (const change of [
      { SenderIPAddresses: '203.0.113.0/24' },
      { SenderDomains: 'partner.example' },
      { RestrictDomainsToIPAddresses: 'False' },
      { Enabled: 'False' },
    ]) {
      const { exceptions } = await told([made, at('02T10:00:00', 'Set-InboundConnector', 'lock', change)]);
      expect(exceptions).toMatchObject([{ name: 'lock', risk: 'high', state: 'unconfirmed' }]);
    }
    const { exceptions } = await told([made, at('02T10:00:00', 'Remove-InboundConnector', 'lock')]);
    expect(exceptions).toMatchObject([{ state: 'unconfirmed', findings: [{ id: 'LAPSE-IC-010' }] }]);
  });
  it.each([
    ['emptied', { SenderIPAddresses: '', RestrictDomainsToIPAddresses: 'False' }],
    ['that refuses no more', { RestrictDomainsToIPAddresses: 'False' }],
    ['made a server of one’s own', { ConnectorType: 'OnPremises' }],
    ['without encryption', { RequireTls: 'False' }],
    ['that trusts another organisation', { TrustedOrganizations: 'evil.example' }],
  ])('a lock for certain domains calls for people, also once it is gone: %s', async (_, change) => {
    const made = at('01T10:00:00', 'New-InboundConnector', 'lock', ownLock);
    const weakened = at('02T10:00:00', 'Set-InboundConnector', 'lock', change);
    const gone = at('03T10:00:00', 'Remove-InboundConnector', 'lock');
    for (const records of [
      [made, weakened],
      [made, weakened, gone],
    ]) {
      const { exceptions } = await told(records);
      expect(exceptions).toMatchObject([{ name: 'lock', state: 'unconfirmed' }]);
      expect(['high', 'critical']).toContain(exceptions[0]?.risk);
    }
  });
  it.each([
    ['emptied', { RejectMessageReasonText: '', PrependSubject: 'x' }],
    ['narrowed', { SubjectContainsWords: 'qwertyuiop' }],
    ['ended', { ExpiryDate: '4/17/2020 12:00:00 AM' }],
  ])('a protective rule that was %s is an exception', async (_, change) => {
    const reject = { FromScope: 'NotInOrganization', RejectMessageReasonText: 'no' };
    const made = at('01T10:00:00', 'New-TransportRule', 'a', reject);
    expect(await states([made, at('02T10:00:00', 'Set-TransportRule', 'a', change)])).toEqual({
      a: 'unconfirmed',
    });
  });
  it('what a connector is of which only a change is told is not known, so what may be a lock is left to people', async () => {
    expect(await states([at('01T10:00:00', 'Set-InboundConnector', 'C', { Comment: 'reviewed' })])).toEqual(
      {},
    );
    for (const record of [
      at('01T10:00:00', 'Set-InboundConnector', 'C', { Enabled: 'False' }),
      at('01T10:00:00', 'Remove-InboundConnector', 'C'),
    ])
      expect(await states([record])).toEqual({ C: 'unconfirmed' });
  });
  it('the same object of two tenants is two exceptions', async () => {
    const made = at('01T10:00:00', 'New-TransportRule', 'a', { SetSCL: '-1' });
    const { exceptions } = await told([
      made,
      { ...made, Id: 'x', OrganizationId: '7c1e5b0a-9f3d-4c28-8b6e-1d2f3a4b5c6d' },
    ]);
    expect(new Set(exceptions.map(({ id }) => id)).size).toBe(2);
  });

  const event = fc.record({
    time: fc.constantFrom('01T10:00:00', '02T10:00:00', '03T10:00:00', '04T10:00:00'),
    verb: fc.constantFrom('New', 'Set', 'Set', 'Enable', 'Disable', 'Remove'),
    name: fc.constantFrom('a', 'A', 'b', 'c', '0c9a3b1e-2d4f-4a6b-8c7d-9e0f1a2b3c4d'),
    object: fc.constantFrom('', 'a', 'b'),
    given: fc.constantFrom(
      {},
      { SetSCL: '-1' },
      { SetSCL: '' },
      { DeleteMessage: 'True' },
      { Name: 'b' },
      { Name: 'c' },
      { Enabled: 'False' },
      { RejectMessageReasonText: 'x' },
    ),
    by: fc.constantFrom('alex.admin@contoso.com', 'jonas.ops@contoso.com'),
  });
  const events = fc.array(event, { maxLength: 12 }).map((all) =>
    all.map(({ time, verb, name, object, given, by }, index) => ({
      ...at(time, `${verb}-TransportRule`, name, given, { ObjectId: object, UserId: by }),
      Id: `r${index}`,
    })),
  );
  it('is the same for any order and any number of copies of the records', async () => {
    await fc.assert(
      fc.asyncProperty(
        events.chain((all) =>
          fc.tuple(
            fc.constant(all),
            fc.shuffledSubarray([...all, ...all, ...all], {
              minLength: all.length * 3,
              maxLength: all.length * 3,
            }),
          ),
        ),
        async ([inOrder, mixed]) => {
          expect((await told(mixed)).exceptions).toEqual((await told(inOrder)).exceptions);
        },
      ),
      { numRuns: 100 },
    );
  });
});

describe('counts', () => {
  it('each record once: malformed, else ignored, else relevant or a copy of such a one', async () => {
    const noise = { ...newRule, Id: 'n', Operation: 'Set-Mailbox' };
    const { records } = await told([
      newRule,
      noise,
      newRule,
      noise,
      { ...newRule, Id: newRule.Id.toUpperCase() },
      { Id: newRule.Id },
    ]);
    expect(records).toEqual({ read: 6, relevant: 1, duplicate: 2, ignored: 2, malformed: 1 });
  });
  describe('what counts as inside', () => {
    const copy = (BlindCopyTo: string, more = {}) => ({
      ...newRule,
      Parameters: parameters({ Name: 'Copy', BlindCopyTo }),
      ...more,
    });
    const risky = async (record: object, ...argv: readonly string[]) =>
      (await told([record], argv)).exceptions.map(({ risk }) => risk);

    it('is the organisation that the record names', async () => {
      const OrganizationName = 'contoso.onmicrosoft.com';
      expect(await risky(copy('archive@contoso.onmicrosoft.com', { OrganizationName }))).toEqual([]);
      expect(await risky(copy('archive@fabrikam.onmicrosoft.com', { OrganizationName }))).toEqual([
        'critical',
      ]);
    });

    it('is what --domains names, in any number of them', async () => {
      const record = copy('archive@contoso.org');
      expect(await risky(record)).toEqual(['critical']);
      expect(await risky(record, '--domains', 'contoso.net,Contoso.org')).toEqual([]);
      expect(await risky(record, '--domains', 'contoso.net', '--domains', 'contoso.org')).toEqual([]);
    });

    it('is where the administrator has a mailbox, unless they come from elsewhere', async () => {
      const UserId = 'tech@msp.example';
      expect(await risky(copy('copy@msp.example', { UserId }))).toEqual([]);
      for (const outsider of [{ ExternalAccess: true }, { UserType: 9 }, { UserType: 10 }])
        expect(await risky(copy('copy@msp.example', { UserId, ...outsider }))).toEqual(['critical']);
    });
  });

  it('says where somebody belongs who is not of the tenant', async () => {
    const { stdout } = await run(['-'], {
      stdin: JSON.stringify({ ...newRule, UserId: 'tech@msp.example', ExternalAccess: true }),
    });
    expect(stdout).toContain('tech@msp.example (a partner with delegated rights)');
  });

  it('what was changed in single mailboxes is summed up after the exceptions, and is none', async () => {
    const safe = join(import.meta.dirname, '../fixtures/replay/safe-senders.jsonl');
    const forward = (n: number) =>
      JSON.stringify({
        ...newRule,
        Id: `forward ${n}`,
        Operation: 'Set-Mailbox',
        Parameters: parameters({
          Identity: `user${n}@contoso.com`,
          ForwardingSmtpAddress: 'x@gmail.com\u001b[31m',
        }),
      });
    const { code, stdout } = await run([safe, '-'], {
      stdin: Array.from({ length: 7 }, (_, n) => forward(n)).join('\n'),
    });
    expect(code).toBe(0);
    expect(stdout).toContain('No exceptions in these records.');
    expect(stdout).toContain('7 mailboxes forward their mail outside:');
    expect(stdout).toContain('… and 2 more');
    expect(stdout).toContain(
      '1 mailbox trusts senders past the junk filter:\n    - u: p.example; by admin@tenant.example',
    );
    expect(stdout).not.toContain('\u001b');
    const json = JSON.parse((await run([safe, '--json'])).stdout) as { readonly mailboxes: unknown };
    expect(json.mailboxes).toMatchObject([{ door: 'safe senders', mailbox: 'u', to: ['p.example'] }]);
  });

  it('what is later than --at is ignored, and a date means its end', async () => {
    const ofThe = async (moment: string) =>
      (await told([newRule, setRule], ['--at', moment])).records['relevant'];
    expect(await ofThe('2026-11-03')).toBe(1);
    expect(await ofThe('2026-11-03T10:02:17Z')).toBe(1);
    expect(await ofThe('2026-11-03T10:02:16Z')).toBe(0);
    expect(await ofThe('2026-11-04T10:00:00+01:00')).toBe(2);
  });
});

describe('the command', () => {
  const file = (name: string, text: string | Buffer) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  it.each([
    [[], /no file was given/],
    [['--wat'], /Unknown option '--wat'/],
    [['-', '-'], /only once/],
    [['x', '--domains', 'contoso'], /--domains takes domains, like contoso.com,contoso.org; contoso is none/],
    [['x', '--at', 'tomorrow'], /--at takes a moment with its zone/],
    [['x', '--at', '2026-11-03T10:00:00'], /--at takes a moment with its zone/],
    [['missing-file'], /Not read: missing-file: there is no such file/],
    [[folder], /it is a folder/],
  ])('ends with 2 for %j, and says why', async (argv, why) => {
    const { code, stdout, stderr } = await run(argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(why);
  });
  it('points to lapse assess where it is given settings instead of records', async () => {
    const saved = join(import.meta.dirname, '../fixtures/assess');
    for (const name of ['ProviderSettingsExport.json', 'transport-rules.json', 'remote-domains.csv']) {
      const { code, stdout, stderr } = await run([join(saved, name)]);
      expect(code).toBe(2);
      expect(stdout + stderr).toContain('are read by lapse assess');
    }
    expect((await run([sample])).stdout).not.toContain('lapse assess');
  });
  it('reads on after a file that cannot be read', async () => {
    const { code, stdout, stderr } = await run(['missing-file', file('rubbish', 'rubbish'), sample]);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(stdout).toMatch(
      /54 records read[^]*\nNot read: missing-file: there[^]*\nNot read: .*rubbish: this is no audit export/,
    );
  });
  it('names malformed records with file and line, and sums up the many', async () => {
    const other = JSON.stringify({ ...newRule, OrganizationId: undefined });
    const bad = file('bad.jsonl', `${JSON.stringify(newRule)}\n${'{"Id":\n'.repeat(30)}${other}\n`);
    const { code, stdout } = await run([bad]);
    expect(code).toBe(1);
    expect(stdout).toContain(`\nNot read: ${bad}:2: the line is not valid JSON\n`);
    expect(stdout).toContain(`${bad}:11: `);
    expect(stdout).not.toContain(`${bad}:12: `);
    expect(stdout).toMatch(/:32: OrganizationId is missing\nNot read: 20 more\n$/);
  });
  it('names no more malformed records than fit on a screen, whatever their reasons', async () => {
    const bad = ['a', 'b', 'c'].map((name) => file(`${name}.jsonl`, '{"Id":\n'.repeat(12)));
    const { stdout } = await run(bad);
    expect(stdout.match(/^Not read: .*jsonl:\d+: /gm)).toHaveLength(20);
    expect(stdout).toMatch(/\nNot read: 16 more\n$/);
  });

  const made = { ...newRule, Parameters: parameters({ Name: 'a', PrependSubject: 'x' }) };
  const json = JSON.stringify(made);
  const quoted = `"${json.replaceAll('"', '""')}"`;
  const lines = `${json}\n${JSON.stringify({ ...made, Id: 'second' })}\n`;
  const cut = (text: string | Buffer, off: number) => text.slice(0, text.length - off);
  const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');
  it.each<[string, string | Buffer, RegExp]>([
    ['JSONL whose last line is cut', cut(lines, 9), /:2: the line is not valid JSON/],
    ['a JSON array that is cut', cut(`[${json},${json}]`, 9), /the file ends inside this record/],
    ['a JSON array that is cut between records', `[${json},`, /before its list of records does/],
    [
      'CSV whose last row is cut',
      `Id,AuditData\n1,${quoted}\n2,${quoted.slice(0, -9)}`,
      /:3: a quote in this row/,
    ],
    ['CSV with an empty AuditData', `Id,AuditData\n1,${quoted}\n2,`, /:3: AuditData is empty/],
    ['gzip that is cut', cut(gzipSync(lines), 9), /the gzip stream ends early/],
    [
      'a line longer than a record',
      `${json}\n{"Id":"${'a'.repeat(5_000_000)}"}\n`,
      /:2: the record is longer/,
    ],
    ['a record that is none', `${json}\n{"Id":"x"}\n`, /:2: CreationTime is missing/],
    [
      'a relevant record with lost parameters',
      `${json}\n${JSON.stringify({ ...setRule, Parameters: ['@{Name=SetSCL; Value=-1}'] })}\n`,
      /:2: Parameters were flattened/,
    ],
    [
      'a change that set nothing',
      `${json}\n${JSON.stringify({ ...setRule, Parameters: null })}\n`,
      /:2: Parameters set nothing, which Set-TransportRule cannot do/,
    ],
  ])('never gives a clean bill to %s', async (_, content, why) => {
    const path = file('part', content);
    const table = await run([path]);
    expect(table.code).toBe(1);
    expect(table.stdout).toMatch(why);
    expect(table.stdout).not.toContain('No exceptions');
    expect(table.stdout.trimEnd().split('\n').at(-1)).toMatch(/^Not read: /);
    const { code, stdout } = await run(['--json', path]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      notRead: { count: 1, places: [{ file: path, line: expect.any(Number) as number }] },
    });
  });
  it('nor to a record from the future', async () => {
    const future = { ...made, CreationTime: '9999-12-31T23:59:59' };
    const { code, stdout } = await run([file('future', `${json}\n${JSON.stringify(future)}\n`)]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/:2: CreationTime is more than a day in the future/);
  });
  it.each<[string, Readonly<Record<string, string>>]>([
    ['New-TenantAllowBlockListItems', { ListType: 'Sender', Allow: 'True' }],
    ['Set-TenantAllowBlockListItems', { ListType: 'Url', Ids: 'x', Allow: 'True', NoExpiration: 'True' }],
    ['Set-TenantAllowBlockListSpoofItems', { Identity: 'Default', Ids: 'x', Action: 'Allow' }],
    ['Set-ExoPhishSimOverrideRule', { Identity: '_Exe:x', AddSenderIpRanges: '0.0.0.0/1' }],
    ['Set-HostedConnectionFilterPolicy', { Identity: 'Default', IPAllowList: '@{Replace="192.0.2.1"}' }],
  ])('nor to changes that name no entry of their list: %s', async (Operation, given) => {
    const change = { ...setRule, Operation, Parameters: parameters(given) };
    const again = { ...change, Id: 'again' };
    const path = file(
      'untold',
      [json, change, change, again].map((one) => (one === json ? json : JSON.stringify(one))).join('\n'),
    );
    const { code, stdout } = await run([path]);
    expect(code).toBe(1);
    expect(stdout).not.toContain('No exceptions');
    expect(stdout).toContain(`\nNot read: ${path}: 2 changes cannot be understood without the tenant: `);
  });
  it.each<[string, string | Buffer, RegExp]>([
    ['JSON without a record', '[]', /there is no audit record in it/],
    ['CSV without a row', 'Id,AuditData\n', /there is no audit record in it/],
    ['nothing', '', /the file is empty/],
    ['CSV without AuditData', `Id,Data\n1,${quoted}\n`, /a table without a column AuditData/],
    ['CSV in single quotes', `'Id','Audit'\n'1','x'\n`, /a table without a column AuditData/],
    ['JSON in single quotes', lines.replaceAll('"', "'"), /nothing in it has the fields/],
    ['a ZIP archive', Buffer.from('PK\u0003\u0004x'), /a ZIP archive/],
    ['an error page', '<!doctype html><title>502</title>', /a web page/],
    [
      'gzip with something behind it',
      Buffer.concat([gzipSync(lines), Buffer.from(lines)]),
      /the gzip stream is damaged/,
    ],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 4, 5, 6, 7]), /Not read/],
    ['UTF-16 without a mark', Buffer.from(lines, 'utf16le'), /UTF-16 text without a byte order mark/],
    ['a folder', '', /it is a folder/],
  ])('nor to %s, of which nothing is read', async (what, content, why) => {
    const path = what === 'a folder' ? folder : file('whole', content);
    const table = await run([path]);
    expect(table.code).toBe(2);
    expect(table.stdout + table.stderr).toMatch(why);
    expect(table.stdout).not.toContain('No exceptions');
    const { code, stdout } = await run(['--json', path, sample]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ notRead: { count: 1, places: [{ file: path }] } });
  });
  it.each<[string, string | Buffer]>([
    ['semicolons', `Id;AuditData\r\n1;${quoted}\r\n`],
    ['semicolons, said in a first line', `sep=;\r\nId;AuditData\r\n1;${quoted}\r\n`],
    ['tabs, in UTF-16', utf16(`Id\tAuditData\r\n1\t${quoted}\r\n`)],
    ['big-endian UTF-16', utf16(`Id,AuditData\r\n1,${quoted}\r\n`).swap16()],
    ['a byte order mark', `\ufeff"Id","AuditData"\n"1",${quoted}\n`],
    ['the one column AuditData', `AuditData\n${quoted}\n`],
    ['one CSV after the other', `Id,AuditData\n1,${quoted}\nAuditData;Id\n${quoted};2\n`],
    ['one array after the other', `[${json}]\n[${json}]`],
    ['gzip after gzip', Buffer.concat([gzipSync(lines), gzipSync(lines)])],
    ['gzip with padding', Buffer.concat([gzipSync(lines), Buffer.alloc(9_000)])],
  ])('but reads %s to its end', async (_, content) => {
    const { code, stdout } = await run([file('all.txt', content)]);
    expect(stdout).toMatch(/^No exceptions in these records\./);
    expect(code).toBe(0);
  });
  it('shows names that try to steer the terminal as what they are', async () => {
    const name = 'a\u001b[2J\u202eb\nc';
    const { stdout } = await run(['-'], {
      stdin: JSON.stringify({ ...newRule, Parameters: parameters({ Name: name, SetSCL: '-1' }) }),
    });
    expect(stdout).toContain('a�[2J�b�c');
  });
  it('shows how far it has come on a terminal only', async () => {
    expect((await run([sample], { columns: 100 })).stderr).toContain('100 %');
    expect((await run([sample])).stderr).toBe('');
  });
  it('helps', async () => {
    const { code, stdout } = await run(['--help']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^usage: lapse replay FILE/);
  });
});

describe('an input that breaks off', () => {
  async function* brokenBy(error: Error): AsyncGenerator<Uint8Array, void> {
    yield Buffer.from(`${JSON.stringify(newRule)}\n${JSON.stringify(setRule)}\n`);
    await Promise.resolve();
    throw error;
  }

  it('tells what came before, and that it was not read to its end', async () => {
    const error = Object.assign(new Error('read failed'), { code: 'EIO' });
    const { code, stdout, stderr } = await run(['-'], { stdin: brokenBy(error) });
    expect(code).toBe(1);
    expect(stdout).toContain('Skip filter');
    expect(stdout + stderr).toContain('reading failed (EIO)');
  });

  it('by a mistake of Lapse’s own does not look like a bad file', async () => {
    await expect(run(['-'], { stdin: brokenBy(new TypeError('a mistake')) })).rejects.toThrow('a mistake');
  });
});
