import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joined, read } from './read.ts';

const sample = (name: string): Buffer =>
  readFileSync(join(import.meta.dirname, '../fixtures/mail-evidence', name));
const trace = sample('extended-message-trace.utf16le.csv');
const guid = '19a25eb2-3e43-4896-ad9e-47b6c3590001';

const csv = (head: readonly string[], ...rows: readonly (readonly string[])[]): string =>
  [head, ...rows]
    .map((cells) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(','))
    .join('\r\n');
const columns = [
  'Timestamp',
  'NetworkMessageId',
  'SenderFromAddress',
  'SenderMailFromDomain',
  'SenderIPv4',
  'RecipientEmailAddress',
  'Subject',
  'EmailDirection',
  'DeliveryAction',
  'ThreatTypes',
  'AuthenticationDetails',
  'Connectors',
  'ExchangeTransportRule',
  'OrgLevelAction',
  'OrgLevelPolicy',
];
const event = (given: Readonly<Record<string, string>> = {}): readonly string[] => {
  const usual: Readonly<Record<string, string>> = {
    Timestamp: '2026-11-20T09:00:00.1234567Z',
    NetworkMessageId: 'M1',
    SenderFromAddress: 'Pay@Payroll.example',
    SenderIPv4: '203.0.113.7',
    RecipientEmailAddress: 'ada@contoso.example',
    Subject: 'hello',
    EmailDirection: 'Inbound',
    DeliveryAction: 'Delivered',
    AuthenticationDetails: '{"SPF":"pass","DKIM":"none"}',
  };
  return columns.map((name) => given[name] ?? usual[name] ?? '');
};

describe('EmailEvents', () => {
  it('is read as the streaming API writes it: null is absent, an old row knows only some checks', async () => {
    const { rows, unread } = await read(sample('email-events.jsonl'));
    expect(unread).toEqual([]);
    expect(rows).toEqual([
      {
        source: 'email-events',
        at: '2026-07-18T14:08:56.000Z',
        message: '3c0b1317-0c21-4754-5a76-08dee4d60001',
        recipients: ['ada@contoso.example'],
        direction: 'inbound',
        sender: 'noreply@payroll.example.net',
        mailFrom: 'payroll.example.net',
        from: 'payroll.example.net',
        address: '203.0.113.76',
        passed: { spf: true, dkim: true, dmarc: true, compauth: true },
        outcome: 'delivered',
        threat: false,
        via: { rules: [], connectors: [], lists: [] },
      },
      expect.objectContaining({
        at: '2022-11-22T06:19:40.000Z',
        direction: 'internal',
        passed: { dkim: false, dmarc: false },
      }),
    ]);
  });

  it('is read from the CSV of the portal: in any order, with any case, with columns nobody knows', async () => {
    const turned = csv(
      [...columns.map((name) => name.toUpperCase()).reverse(), 'New'],
      [...event({ ThreatTypes: 'Phish', DeliveryAction: 'Junked' }).toReversed(), 'x'],
    );
    const { rows, unread } = await read(`\uFEFF${turned}`);
    expect(unread).toEqual([]);
    expect(rows).toMatchObject([
      {
        message: 'm1',
        sender: 'pay@payroll.example',
        from: 'payroll.example',
        passed: { spf: true, dkim: false },
        outcome: 'junked',
        threat: true,
      },
    ]);
  });

  it('is the same as the answer to a hunting query, whatever the case of its keys', async () => {
    const row = Object.fromEntries(columns.map((name, at) => [name, event()[at]]));
    const schema = columns.map((name) => ({ name, type: 'String' }));
    const [one] = (await read(csv(columns, event()))).rows;
    for (const answer of [
      { schema, results: [row, row] },
      { Schema: schema, Results: [row, row], Stats: { ExecutionTime: 1 } },
      { results: [row, row], schema },
      { records: [{ category: 'AdvancedHunting-EmailEvents', properties: row }, { properties: row }] },
      [row, row],
    ])
      for (const indent of [undefined, 2])
        expect(await read(JSON.stringify(answer, undefined, indent), 100)).toMatchObject({
          rows: [one, one],
          unread: [],
        });
  });

  it('leaves other tables of the same stream aside', async () => {
    const other = JSON.stringify({ category: 'AdvancedHunting-EmailUrlInfo', properties: { Url: 'x' } });
    const found = await read(`${sample('email-events.jsonl').toString()}${other}\r\n`);
    expect(found).toMatchObject({ others: 1, unread: [] });
    expect(found.rows).toHaveLength(2);
  });

  it.each([
    ['Partner rule', [{ name: 'Partner rule' }]],
    [guid.toUpperCase(), [{ guid }]],
    [`Partner rule (${guid})`, [{ guid, name: 'Partner rule' }]],
    [`[{"RuleId":"${guid}","Name":"Partner, rule"}]`, [{ guid, name: 'Partner, rule' }]],
    [`["${guid}","Other"]`, [{ guid }, { name: 'Other' }]],
    ['', []],
  ])('understands a rule written as %j', async (written, rules) => {
    const { rows } = await read(csv(columns, event({ ExchangeTransportRule: written })));
    expect(rows[0]?.via.rules).toEqual(rules);
  });

  it('does not know what a column that is not there would have said', async () => {
    const less = columns.slice(0, 8);
    const { rows } = await read(csv(less, event().slice(0, 8)));
    expect(rows[0]?.via).toEqual({});
    expect(rows[0]).not.toHaveProperty('threat');
    expect(rows[0]).not.toHaveProperty('outcome');
  });

  it.each([
    [{}, []],
    [{ OrgLevelAction: 'Allow', OrgLevelPolicy: 'Connection policy' }, ['ip-allow']],
    [{ OrgLevelAction: 'Allow', OrgLevelPolicy: 'Allowed senders (Default)' }, ['allowed-sender']],
    [{ OrgLevelAction: 'Allow', OrgLevelPolicy: 'something new' }, undefined],
  ])('tells from %j which list let it past', async (given, lists) => {
    const { rows } = await read(csv(columns, event(given)));
    expect(rows[0]?.via.lists).toEqual(lists);
  });
});

describe('the extended message trace', () => {
  it.each([1, 2, 3, 7, 4096])('is read from UTF-16 without a mark, in pieces of %d bytes', async (size) => {
    const { rows, unread } = await read(trace, size);
    expect(unread).toEqual([]);
    expect(joined(rows)).toEqual([
      {
        isFirst: true,
        seen: {
          source: 'extended-trace',
          at: '2026-07-18T14:08:55.120Z',
          message: '3c0b1317-0c21-4754-5a76-08dee4d60001',
          recipients: 1,
          direction: 'inbound',
          sender: 'noreply@payroll.example.net',
          from: 'payroll.example.net',
          mailFrom: 'payroll.example.net',
          address: '203.0.113.76',
          passed: {},
          outcome: 'delivered',
          via: { rules: [{ guid }], connectors: ['From payroll partner'], lists: [] },
        },
      },
    ]);
  });

  it('tells of both lists, and of a rule only by its GUID at the beginning of an entry', async () => {
    const text = trace.toString('utf16le');
    const of = async (data: string) => {
      const { rows } = await read(text.replace(/S:SFA=SUM[^"]*/, data));
      return rows[1]?.via;
    };
    expect(await of('S:SFA=SUM|SFV=SKA|IPV=CAL|CIP=203.0.113.76')).toEqual({
      rules: [],
      lists: ['ip-allow', 'allowed-sender'],
      connectors: undefined,
    });
    const other = '19a25eb2-3e43-4896-ad9e-47b6c3590002';
    expect(
      await of(
        `S:SFA=SUM|SFV=NSPM|H=S:TRA=ETR ruleId=${other};S:TRA=ETR|ruleId=${guid}|st=x;S:TRA=ETR|ruleId=`,
      ),
    ).toMatchObject({ rules: [{ guid }], lists: [] });
  });

  it('does not know which rules applied where no filter wrote down anything', async () => {
    const lines = trace.toString('utf16le').split('\r\n');
    const { rows } = await read(lines.toSpliced(2, 1).join('\r\n'));
    expect(joined(rows)[0]?.seen.via).toEqual({ connectors: ['From payroll partner'] });
  });
});

describe('the enhanced summary', () => {
  it('is one row a message, with what became of it for each recipient', async () => {
    const { rows, unread } = await read(sample('enhanced-summary.csv'));
    expect(unread).toEqual([]);
    expect(joined(rows)[0]?.seen).toMatchObject({
      source: 'enhanced-summary',
      recipients: 2,
      outcome: 'delivered',
      direction: 'inbound',
      via: { connectors: ['From payroll partner'] },
    });
    expect(joined(rows)[0]?.seen.via).not.toHaveProperty('rules');
  });
});

describe('the rows of one message', () => {
  it('count once, with the latest verdict of each recipient, in whatever order they come', async () => {
    const at = (minute: number) => `2026-11-20T09:${String(minute).padStart(2, '0')}:00Z`;
    const given = [
      event({ Timestamp: at(0) }),
      event({ Timestamp: at(0), RecipientEmailAddress: 'bo@contoso.example', DeliveryAction: 'Junked' }),
      event({ Timestamp: at(30), DeliveryAction: 'Blocked', ThreatTypes: 'Phish' }),
    ];
    for (const rows of [given, given.toReversed()]) {
      const found = joined((await read(csv(columns, ...rows))).rows);
      expect(found).toHaveLength(1);
      expect(found[0]?.seen).toMatchObject({
        at: '2026-11-20T09:00:00.000Z',
        recipients: 2,
        outcome: 'junked',
        threat: true,
      });
    }
  });
});

describe('what cannot be read', () => {
  it('is named by its line and why, and takes nothing else with it', async () => {
    const good = event();
    const text = csv(
      columns,
      good,
      event({ Timestamp: 'yesterday' }),
      event({ Timestamp: '2031-01-01T00:00:00Z' }),
      event({ NetworkMessageId: '' }),
      ['one'],
      good,
    );
    const { rows, unread } = await read(text);
    expect(rows).toHaveLength(2);
    expect(unread).toEqual([
      { line: 3, reason: 'its time is not written in ISO 8601' },
      { line: 4, reason: 'its time is in the future' },
      { line: 5, reason: 'it does not say which message it is about' },
      { line: 6, reason: `the row has 1 columns and the header ${columns.length}` },
    ]);
  });

  it('does not become a row where a subject looks like one', async () => {
    const fake = csv(columns, event({ NetworkMessageId: 'FORGED' })).split('\r\n')[1] ?? '';
    const hostile = event({ Subject: `one\r\n${fake}\n"two",` });
    const { rows, unread } = await read(csv(columns, hostile, event({ NetworkMessageId: 'M2' })));
    expect(rows.map(({ message }) => message)).toEqual(['m1', 'm2']);
    expect(unread).toEqual([]);
  });

  it('is one row where a quote is never closed', async () => {
    const broken = `"2026-11-20T09:00:00Z,oops\r\n${csv(columns, event(), event()).split('\r\n').slice(1).join('\r\n')}`;
    const { rows, unread } = await read(`${csv(columns, event())}\r\n${broken}`);
    expect(rows).toHaveLength(3);
    expect(unread).toEqual([{ line: 3, reason: 'a quote in this row is never closed' }]);
  });

  it('ends a file that was cut off', async () => {
    const zipped = gzipSync(
      csv(columns, ...Array.from({ length: 500 }, (_, at) => event({ Subject: `${at}` }))),
    );
    const whole = await read(zipped);
    expect([whole.rows.length, whole.unread]).toEqual([500, []]);
    const cut = await read(zipped.subarray(0, zipped.length - 40));
    expect(cut.unread.at(-1)?.reason).toMatch(/gzip stream ends early/);
  });

  it.each([
    ['', /the file is empty/],
    ['a,b\r\n1,2\r\n', /none of the names that Microsoft gives them/],
    ['Zeitstempel,Absender\r\n1,2\r\n', /none of the names/],
    ['Timestamp,SenderFromAddress\r\n1,2\r\n', /for EmailEvents it lacks the column networkmessageid/],
    ['date_time_utc,event_id,source,network_message_id\r\n', /lacks the column recipient_address/],
    ['{"a":1}\n{"a":2}\n', /not one row of it can be read/],
    ['PK\u0003\u0004aaaaaaaa', /a ZIP archive/],
  ])('is no evidence at all: %j', async (text, why) => {
    await expect(read(text)).rejects.toThrow(why);
  });

  it('never throws anything else, and quotes nothing, whatever is in the cells', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { minLength: 15, maxLength: 15 }), {
          maxLength: 4,
        }),
        async (cells) => {
          const secret = 'ada@contoso.example';
          const { rows, unread } = await read(
            csv(columns, event(), ...cells.map((row) => [...row.slice(0, 14), secret])),
          );
          expect(rows.length + unread.length).toBe(1 + cells.length);
          expect(JSON.stringify(unread)).not.toContain(secret);
        },
      ),
      { numRuns: 50 },
    );
  });
});
