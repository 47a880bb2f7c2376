import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readJsonValues } from '#audit-log/export/json-values.ts';
import { readRecords } from '#audit-log/export/read-records.ts';
import { createFoundCounts } from '#audit-log/export/found-counts.ts';
import { recognise } from '#audit-log/recognise.ts';
import { UnreadableExport } from '#audit-log/export/unreadable-export.ts';
import { instant } from '#time/instant.ts';
import { chunks, newRule, readAll, setRule, told } from './records.ts';

const folder = join(import.meta.dirname, '../fixtures/audit-log');
const activities = join(import.meta.dirname, '../fixtures/office-activity');
const fixture = (name: string) => readFileSync(join(folder, name));
const ids = ['101', '102', '103'].map((end) => `0a51c3de-7f10-4d2b-9c84-3be6f0a7d${end}`);
const good = JSON.stringify(newRule);
const other = JSON.stringify(setRule);

describe.each(readdirSync(folder))('the same three records as %s', (name) => {
  it('are read whole, with text beyond ASCII and quotes in it', async () => {
    const reads = await readAll(fixture(name));
    expect(told(reads)).toEqual(ids);
    const [first] = reads;
    expect(first?.ok === true && first.record).toMatchObject({
      UserId: 'zoë.admin@contoso.com',
      CreationTime: '2026-11-03T10:02:17.000Z',
      Parameters: expect.arrayContaining([
        { Name: 'Name', Value: 'Grüße, "Partner"; all' },
        { Name: 'Comments', Value: 'first line\nsecond line' },
      ]) as unknown,
    });
  });
  it.each([1, 7, 100])('are read in chunks of %d bytes', async (size) => {
    expect(told(await readAll(fixture(name), size))).toEqual(ids);
  });
  it('are read gzipped', async () => {
    expect(told(await readAll(gzipSync(fixture(name)), 33))).toEqual(ids);
  });
});

describe.each(readdirSync(activities))('rows of Sentinel’s OfficeActivity as %s', (name) => {
  it('say what the records say', async () => {
    const native = await readAll(fixture('native-records.jsonl'));
    const rows = await readAll(readFileSync(join(activities, name)));
    const meant = (reads: typeof rows) =>
      reads.map((read) => (read.ok ? recognise(read.record) : read.reason));
    expect(meant(rows)).toEqual(meant(native));
    expect(meant(rows)).toContainEqual(expect.objectContaining({ relevant: true }));
  });
});

describe('what wraps a record', () => {
  const raw = (text: string) => JSON.stringify({ result: { _raw: text } });
  it.each([
    ['text of something else', `${raw(good)}\n${raw('Nov 3 sshd[1]: ok')}\n`, '_raw holds no JSON object'],
    ['a list', `${raw(good)}\n${raw('[]')}\n`, '_raw holds no JSON object'],
    ['the record twice', `{"AuditData":{},"auditdata":{}}\n${good}\n`, 'AuditData is there twice'],
    ['a cell that was cut', `_raw\n"${good.replaceAll('"', '""').slice(0, 80)}"\n`, '_raw is not valid JSON'],
    ['two columns of records', `_raw,_raw\n"{}","{}"\n`, 'the header has two columns _raw'],
    [
      'a time that may be of two months',
      'OfficeId,Operation,"TimeGenerated [UTC]"\na,Set-Mailbox,"03/11/2026, 10:02:17"\n',
      'CreationTime is not a UTC time like 2026-11-20T09:30:00',
    ],
    [
      'a time without a time of day',
      'OfficeId,Operation,"TimeGenerated [UTC]"\na,Set-Mailbox,11/3/2026\n',
      'CreationTime is not a UTC time like 2026-11-20T09:30:00',
    ],
  ])('and holds %s is malformed, and said', async (_, text, why) => {
    expect(told(await readAll(Buffer.from(text))).filter((one) => one.startsWith('line'))).toEqual([
      expect.stringContaining(why),
    ]);
  });

  it('at noon and at midnight, as the portal writes the hours', async () => {
    const at = (time: string) => `a,MailItemsAccessed,"11/3/2026, ${time}"\n`;
    const head = 'OfficeId,Operation,"TimeGenerated [UTC]"\n';
    const reads = await readAll(Buffer.from(`${head}${at('12:05:00.000 PM')}${at('12:05:00.000 AM')}`));
    expect(reads.map((read) => read.ok && read.record.CreationTime)).toEqual([
      '2026-11-03T12:05:00.000Z',
      '2026-11-03T00:05:00.000Z',
    ]);
  });

  it('and is of another log is no export', async () => {
    const other = '{"_source":{"@timestamp":"2026-11-03T10:02:17Z","message":"x"}}\n';
    await expect(readAll(Buffer.from(other))).rejects.toThrow(
      /nothing in it has the fields of an audit record/,
    );
  });
});

describe('encodings', () => {
  const text = `${good}\n${other}\n`;
  const little = Buffer.from(text, 'utf16le');
  it('UTF-8 with a byte order mark, UTF-16 in either order with one', async () => {
    const both = [newRule.Id, setRule.Id];
    expect(told(await readAll(Buffer.from(`\ufeff${text}`)))).toEqual(both);
    expect(told(await readAll(Buffer.concat([Buffer.from([0xff, 0xfe]), little]), 3))).toEqual(both);
    expect(
      told(await readAll(Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(little).swap16()]))),
    ).toEqual(both);
  });
  it('UTF-16 without a mark, and UTF-32, are refused with what to do', async () => {
    await expect(readAll(little)).rejects.toThrow(/UTF-16 text without a byte order mark; save it as UTF-8/);
    await expect(readAll(Buffer.from('fffe000041000000', 'hex'))).rejects.toThrow(/UTF-32/);
  });
  it('a record in another encoding costs that record only', async () => {
    const windows = Buffer.from(good.replace('alex', 'zoë'), 'latin1');
    const reads = await readAll(Buffer.concat([windows, Buffer.from(`\n${other}\n`)]));
    expect(told(reads)).toEqual([
      expect.stringMatching(/^line 1: the record is not valid UTF-8/),
      setRule.Id,
    ]);
  });
});

describe('JSON lines', () => {
  it('a broken line is named and the rest goes on, wherever it stands', async () => {
    const broken = good.slice(0, 60);
    expect(told(await readAll(`${broken}\n${good}\n\n${other.slice(5)}\r\n${other}`))).toEqual([
      'line 1: the line is not valid JSON',
      newRule.Id,
      'line 4: the line is not valid JSON',
      setRule.Id,
    ]);
  });
  it('a first line of rubbish does not hide the records', async () => {
    expect(told(await readAll(`exported by a script\n${good}\n`))).toEqual([
      'line 1: the line is not valid JSON',
      newRule.Id,
    ]);
  });
  it('a line over the bound is skipped', async () => {
    const long = `{"Id":"${'x'.repeat(5 * 1024 * 1024)}"}`;
    expect(told(await readAll(`${good}\n${long}\n${other}\n`))).toEqual([
      newRule.Id,
      'line 2: the record is longer than 4 MiB and was skipped',
      setRule.Id,
    ]);
  });
});

describe('JSON documents', () => {
  it('several arrays, pages and single records one after the other', async () => {
    const page = JSON.stringify({
      '@odata.context': 'x',
      value: [{ id: '1', auditData: setRule }],
    });
    expect(told(await readAll(`[${good}]\n[]\n${page}${good}`))).toEqual([
      newRule.Id,
      setRule.Id,
      newRule.Id,
    ]);
    expect(told(await readAll(`${page}\n${page}`))).toEqual([setRule.Id, setRule.Id]);
    expect(told(await readAll(JSON.stringify(newRule, null, 2)))).toEqual([newRule.Id]);
  });
  it.each([
    ['a missing bracket', good.slice(0, -1)],
    ['a missing quote', good.replace('"True"', '"True')],
    ['a stray comma', good.replace('"True"', '"True",,')],
    ['a break in the middle', good.slice(0, 90)],
  ])('a record with %s costs that record only', async (_what, broken) => {
    const expected = [
      newRule.Id,
      expect.stringMatching(/^line \d: the record is not valid JSON|^line \d: the file ends inside/),
      setRule.Id,
      setRule.Id,
    ];
    expect(told(await readAll(`[${good},\n${broken},\n${other},${other}]`))).toEqual(expected);
    expect(told(await readAll(`[${good},${broken},${other},${other}]`, 10))).toEqual(expected);
  });
  it('tells the line on which a broken record begins', async () => {
    const reads = await readAll(`[\n${good},\n${good.slice(0, 90)},\n${other}\n]`);
    expect(reads.map((read) => read.line)).toEqual([2, 3, 4]);
  });
  it('elements that are no objects, or lack what makes a record', async () => {
    expect(told(await readAll(`[${good}, 12, "x", null, [1], {"Id":"a"}, ${other}]`))).toEqual([
      newRule.Id,
      ...Array.from({ length: 4 }, () => 'line 1: there is no JSON object where a record is expected'),
      'line 1: CreationTime is missing; Operation is missing',
      setRule.Id,
    ]);
  });
  it('an array that was cut off', async () => {
    expect(told(await readAll(`[${good},${other.slice(0, 80)}`))).toEqual([
      newRule.Id,
      expect.stringMatching(/^line 1: the file ends inside this record/),
    ]);
    expect(told(await readAll(`[${good},`))).toEqual([
      newRule.Id,
      expect.stringMatching(/the file ends before its list/),
    ]);
  });
  it('an element over the bound is skipped', async () => {
    const long = `{"Id":"${'x'.repeat(5 * 1024 * 1024)}"}`;
    expect(told(await readAll(`[${good},${long},${other}]`))).toEqual([
      newRule.Id,
      'line 1: the record is longer than 4 MiB and was skipped',
      setRule.Id,
    ]);
  });
});

describe('what stands around the records of a page', () => {
  const context = '"@odata.context":"records"';
  const link = '"@odata.nextLink":"https://graph.microsoft.com/x"';
  const last = `{${context},"value":[${other}]}`;
  const notLast = expect.stringMatching(/^line \d: this page is not the last of its answer/) as string;
  const more = expect.stringMatching(/^line 1: this page contains more than its list of records/) as string;
  it.each([
    ['after them', `{${context},"value":[${good}],${link}}`],
    ['before them', `{${context},${link},"value":[${good}]}`],
    ['as other products call it', `{${context},"value":[${good}],"nextPageUri":"x"}`],
  ])('tells of pages that are missing, with the link %s', async (_, page) => {
    for (const size of [1, 65_536]) {
      expect(told(await readAll(page, size))).toEqual([newRule.Id, notLast]);
      expect(told(await readAll(`${page}\n${last}`, size))).toEqual([newRule.Id, setRule.Id]);
      // Two pages of which neither is the last; and a page of another answer, which is no page after this one.
      expect(told(await readAll(`${page}${page}`, size))).toEqual([newRule.Id, newRule.Id, notLast]);
      expect(told(await readAll(page + last.replace('records', 'others'), size))).toEqual([
        newRule.Id,
        setRule.Id,
        notLast,
      ]);
      expect(told(await readAll(`${page}[${other}]`, size))).toEqual([newRule.Id, setRule.Id, notLast]);
    }
  });
  it.each([
    ['another list behind it', `{"value":[${good}],"records":[${other}]}`],
    ['another list of the same name', `{"value":[${good}],"value":[${other}]}`],
    ['a record before it', `{"first":${other},"value":[${good}]}`],
    ['an error', `{"value":[${good}],"error":{"code":"x"}}`],
  ])('tells of %s', async (_, page) => {
    for (const size of [1, 65_536])
      expect(told(await readAll(`[]${page}`, size))).toEqual([newRule.Id, more]);
  });
  it.each([
    ['its end is missing', `{"value":[${good}]`, /the file ends before the page around its records does/],
    ['its end is missing in a word', `{"value":[${good}],"@odata`, /the file ends before the page/],
    ['it is no JSON', `{"value":[${good}] x}`, /the text around the records of this page is not valid JSON/],
  ])('tells that %s', async (_, page, why) => {
    for (const size of [1, 65_536])
      expect(told(await readAll(page, size))).toEqual([newRule.Id, expect.stringMatching(why)]);
  });
  it('is of no interest where it is nothing but words, numbers and empty lists', async () => {
    const page = `{${context},"@odata.count":1,"ids":[],"value":[${good}],"@odata.nextLink":null,"took":3}`;
    expect(told(await readAll(`[]${page}`))).toEqual([newRule.Id]);
  });
});

describe('what a search found', () => {
  const row = (ResultCount: unknown, native: object = newRule, ResultIndex?: unknown) => ({
    ResultCount,
    ...(ResultIndex === undefined ? {} : { ResultIndex }),
    AuditData: JSON.stringify(native),
  });
  const numbered = (at: number) => ({ ...newRule, Id: `record-${at}` });
  const [a, b, c] = [numbered(1), numbered(2), numbered(3)];
  const missing = (count: number, found: number) =>
    expect.stringContaining(
      `found ${found.toLocaleString('en')} records, and ${count.toLocaleString('en')} of`,
    ) as string;
  const json = async (...rows: readonly object[]) => told(await readAll(JSON.stringify(rows)));
  it('is all there, or it is said how much is not', async () => {
    expect(await json(row(50_000))).toEqual([newRule.Id, missing(49_999, 50_000)]);
    expect(await json(row('2'), row('2', setRule))).toEqual([newRule.Id, setRule.Id]);
    // Two searches.
    expect(await json(row(1), row(2), row(2, setRule))).toHaveLength(3);
    expect(await json(row(2, a), row(2, b), row(2, c))).toEqual([a.Id, b.Id, c.Id, missing(1, 2)]);
    expect(await json(row(0))).toEqual([newRule.Id, expect.stringMatching(/gave up on a search/)]);
    expect(await json(row(''), row(null), row('many'), { ...newRule, ResultCount: 7 })).toHaveLength(4);
  });
  it.each([
    ['the same record twice in the place of another', [row(2, a, 1), row(2, a, 2)], 1, 2],
    ['the same, and no places', [row(2, a), row(2, a)], 1, 2],
    ['the same row twice', [row(2, a, '1'), row(2, a, '1')], 1, 2],
    ['two records at the same place', [row(2, a, 1), row(2, b, 1)], 1, 2],
    ['a place that there is not', [row(1, a, 2)], 1, 1],
    ['a place before the first', [row(2, a, 0), row(2, b, 1)], 1, 2],
    ['a record more often than there were searches', [1, 2, 1, 2].map((at) => row(2, a, at)), 2, 2],
    ['three of one, and one of another', [row(2, a), row(2, a), row(2, a), row(2, b)], 1, 2],
    ['places that come too often', [1, 1, 1, 2].map((at) => row(2, numbered(at * 7), at)), 1, 2],
  ])('is not all there with %s', async (_, rows, count, found) => {
    expect((await json(...rows)).slice(rows.length)).toEqual([missing(count, found)]);
  });
  it.each([
    ['the same search twice', [row(2, a, 1), row(2, b, 2), row(2, a, 1), row(2, b, 2)]],
    ['the same search twice, and sorted', [row(2, a, 1), row(2, a, 1), row(2, b, 2), row(2, b, 2)]],
    ['one search after the other', [row(2, a, 1), row(2, b, 2), row(2, c, 1), row(2, a, 2)]],
    ['the same found by many searches of one', Array.from({ length: 9 }, () => row(1, a, 1))],
    ['places that cannot be read', [row(2, a, 'first'), row(2, b, null)]],
  ])('is all there with %s', async (_, rows) => {
    expect(await json(...rows)).toHaveLength(rows.length);
  });
  it('is told of CSV, too, also of records that nobody follows', async () => {
    const csv = async (...rows: readonly (readonly [number, number, object])[]) => {
      const cells = rows.map(
        ([count, index, native]) => `${count},"${JSON.stringify(native).replaceAll('"', '""')}",${index}\n`,
      );
      const input = chunks(`ResultCount,AuditData,ResultIndex\n${cells.join('')}`);
      return told(await Array.fromAsync(readRecords(input, 'export', { brief: true })));
    };
    const noise = { ...a, Operation: 'MailItemsAccessed' };
    expect(await csv([1, 1, a])).toEqual([a.Id]);
    expect(await csv([2, 1, a])).toEqual([a.Id, missing(1, 2)]);
    expect(await csv([2, 1, noise], [2, 2, b])).toEqual([a.Id, b.Id]);
    expect(await csv([2, 1, noise], [2, 2, noise])).toEqual([a.Id, a.Id, missing(1, 2)]);
    expect(await csv([2, 1, noise], [2, 1, b])).toEqual([a.Id, b.Id, missing(1, 2)]);
  });
  it('is only counted where keeping each of them would take too much memory', () => {
    const counts = createFoundCounts();
    const many = 300_000;
    const note = (at: number, id = `record-${at}`) => counts.note(many, { index: at, id });
    for (let at = 1; at < many; at += 1) note(at);
    expect(counts.missing()).toEqual([{ found: many, missing: 1 }]);
    // With as many of them, nobody knows any more that this one was there before.
    note(many, 'record-1');
    expect(counts.missing()).toEqual([]);
    // Fewer are known again.
    counts.note(2, { id: 'a' });
    counts.note(2, { id: 'a' });
    expect(counts.missing()).toEqual([{ found: 2, missing: 1 }]);
  });
});

describe('an answer that is not all that was asked for', () => {
  const hit = (id: string) => ({ _index: 'logs', _id: id, _source: { event: { original: good } } });
  const elastic = (total: unknown, hits: readonly object[], more: object = {}) =>
    `${JSON.stringify({ took: 1, timed_out: false, ...more, hits: { total, hits } })}\n`;
  const reasons = async (text: string) =>
    (await readAll(text)).flatMap((read) => (read.ok ? [] : [read.reason]));
  const columns = Object.keys(newRule).map((name) => ({ name }));
  const azure = (more: object) =>
    JSON.stringify({ tables: [{ columns, rows: [Object.values(newRule)] }], ...more });
  const says = (...fields: readonly string[]) => [
    expect.stringContaining(`the answer says that it is incomplete (${fields.join(', ')})`) as string,
  ];

  it('of Elasticsearch: fewer documents than it found', async () => {
    const less = (found: string, missing: number) => [
      expect.stringContaining(`found ${found} documents, and ${missing} of`) as string,
    ];
    expect(await reasons(elastic({ value: 500, relation: 'eq' }, [hit('a')]))).toEqual(less('500', 499));
    expect(await reasons(elastic(500, [hit('a')]))).toEqual(less('500', 499));
    expect(await reasons(elastic(2, [hit('a'), hit('a')]))).toEqual(less('2', 1));
    expect(await reasons(`[${good}] ${elastic({ value: 500, relation: 'eq' }, [])}`)).toEqual(
      less('500', 500),
    );
    // All of it, in one answer or in pages; and as much as the last page ends with.
    const two = { value: 2, relation: 'eq' };
    expect(await reasons(elastic(two, [hit('a'), hit('b')]))).toEqual([]);
    expect(await reasons(elastic(two, [hit('a')]) + elastic(two, [hit('b')]) + elastic(two, []))).toEqual([]);
    expect(await reasons(elastic(undefined, [hit('a')]))).toEqual([]);
  });
  it('of Elasticsearch: documents that it did not count to the end', async () => {
    const atLeast = { value: 2, relation: 'gte' };
    const full = elastic(atLeast, [hit('a'), hit('b')]);
    const unknown = [expect.stringMatching(/found at least 2 documents, and this file holds 2/)];
    expect(await reasons(full)).toEqual(unknown);
    expect(await reasons(full + elastic(atLeast, []))).toEqual([]);
    expect(await reasons(full + elastic(atLeast, [hit('c')]))).toEqual([]);
  });
  it.each([
    ['its time was up', { timed_out: true }, ['timed_out']],
    ['it ended early', { terminated_early: true }, ['terminated_early']],
    ['shards failed', { _shards: { total: 5, successful: 3, skipped: 1, failed: 2 } }, ['_shards']],
    ['a cluster was not reached', { _clusters: { total: 2, successful: 1, skipped: 1 } }, ['_clusters']],
  ])('of Elasticsearch: %s', async (_, more, fields) => {
    expect(await reasons(elastic(1, [hit('a')], more))).toEqual(says(...fields));
  });
  it('of Elasticsearch: nothing is said of what went well', async () => {
    const well = { _shards: { total: 5, successful: 5, skipped: 2, failed: 0 }, terminated_early: false };
    expect(await reasons(elastic(1, [hit('a')], well))).toEqual([]);
  });
  it('of Azure Monitor', async () => {
    expect(await reasons(azure({ error: { code: 'PartialError' } }))).toEqual(says('error'));
    expect(await reasons(azure({ isTruncated: true, warnings: ['x'] }))).toEqual(
      says('isTruncated', 'warnings'),
    );
    expect(await reasons(azure({ nextLink: 'https://x' }))).toEqual([
      expect.stringMatching(/not the last of its answer/),
    ]);
    const well = { error: null, warnings: [], isTruncated: false, statistics: { query: {} }, nextLink: null };
    expect(await reasons(azure(well))).toEqual([]);
  });
  it('and has no rows at all is no export without records', async () => {
    const none = { tables: [{ columns, rows: [] }] };
    expect(await reasons(JSON.stringify({ ...none, error: { code: 'x' } }))).toEqual(says('error'));
  });
  it('of Splunk: a search that went on', async () => {
    const line = (preview: boolean) => JSON.stringify({ preview, offset: 0, result: { _raw: good } });
    expect(await reasons(`${line(true)}\n${line(true)}\n`)).toEqual([
      expect.stringMatching(/^Splunk was still searching/),
    ]);
    expect(await reasons(`${line(false)}\n`)).toEqual([]);
  });
  it('of Graph: fewer records than it counts', async () => {
    const page = (records: readonly string[], more: object) =>
      `${JSON.stringify({ '@odata.context': 'x', ...more }).slice(0, -1)},"value":[${records.join()}]}`;
    const fewer = (total: number, here: number) => [
      expect.stringMatching(
        new RegExp(`^the answer holds ${total} records by its own count, and ${here} of them are here`),
      ) as string,
    ];
    const link = { '@odata.nextLink': 'https://graph.microsoft.com/x' };
    const count = (records: number) => ({ '@odata.count': records });
    expect(await reasons(page([good], count(500)))).toEqual(fewer(500, 1));
    expect(await reasons(page([good], { totalCount: 500 }))).toEqual(fewer(500, 1));
    expect(await reasons(page([good], count(1)))).toEqual([]);
    // The count is of all pages, or of each.
    const pages = (first: object, last: object) =>
      page([good], { ...link, ...first }) + page([good, other], last);
    expect(await reasons(pages(count(3), {}))).toEqual([]);
    expect(await reasons(pages(count(3), count(3)))).toEqual([]);
    expect(await reasons(pages(count(1), count(2)))).toEqual([]);
    expect(await reasons(pages(count(4), {}))).toEqual(fewer(4, 3));
    expect(await reasons(pages(count(4), { ...link }))).toHaveLength(1);
  });
  it('of Graph and its kind: what it says in a word', async () => {
    expect(await reasons(`{"value":[${good}],"hasMore":true}`)).toEqual(says('hasMore'));
    expect(await reasons(`{"error":"x","value":[${good}]}`)).toEqual(says('error'));
    expect(await reasons(`{"value":[${good}],"hasMore":false,"error":null}`)).toEqual([]);
  });
});

describe('one thing in two spellings', () => {
  it.each<[object, RegExp]>([
    [{ ...newRule, operation: 'Set-Mailbox' }, /Operation is there twice, with different values/],
    [{ ...newRule, Operation: 'Set-Mailbox', operation: 'New-TransportRule' }, /Operation is there twice/],
    [{ ...newRule, Operation: 'Set-Mailbox', operations: 'New-TransportRule' }, /Operation is there twice/],
    [{ ...newRule, parameters: [] }, /Parameters is there twice/],
    [{ AuditData: good, auditData: other }, /AuditData is there twice/],
  ])('is a malformed record where it is not the same: %j', async (given, why) => {
    expect(told(await readAll(JSON.stringify([given])))).toEqual([expect.stringMatching(why)]);
  });
  it.each([
    { ...newRule, ID: newRule.Id },
    { ...newRule, Operations: newRule.Operation },
    { ...newRule, Operation: 'Set-Mailbox', operations: 'x', userId: 'y' },
    { ...newRule, Operation: 'Set-Mailbox', Operations: [1] },
  ])('is none where it is the same, or nobody follows it: %j', async (given) => {
    expect(told(await readAll(JSON.stringify([given])))).toEqual([newRule.Id]);
  });
  it.each([
    'New-TransportRule\u200b',
    'New\u2011TransportRule',
    'New–TransportRule',
    'New-Transport\u00adRule',
    'New-TransportRule.',
  ])('an operation that looks like one of ours and is none is malformed: %j', async (Operation) => {
    expect(told(await readAll(JSON.stringify([{ ...newRule, Operation }])))).toEqual([
      'line 1: Operation contains invalid characters',
    ]);
  });
});

describe('a record from the future', () => {
  it('is malformed where the time is known, as news of the object would be late for ever after', async () => {
    const { readRecords } = await import('#audit-log/export/read-records.ts');
    const at = (CreationTime: string) => ({ ...newRule, CreationTime });
    const text = JSON.stringify([
      at('9999-12-31T23:59:59'),
      at('2026-11-21T12:00:01'),
      at('2026-11-21T12:00:00'),
    ]);
    const reads = await Array.fromAsync(
      readRecords(chunks(text), 'export', { now: instant('2026-11-20T12:00:00Z') }),
    );
    const ahead = 'line 1: CreationTime is more than a day in the future';
    expect(told(reads)).toEqual([ahead, ahead, newRule.Id]);
    expect(told(await readAll(text))).toHaveLength(3);
    expect(told(await readAll(text)).join()).not.toContain(ahead);
  });
});

describe('CSV', () => {
  const head = 'RecordId,CreationDate,AuditData';
  const row = (native: object) => `a,b,"${JSON.stringify(native).replaceAll('"', '""')}"`;
  it.each([
    ['a quote that is never closed', 'a,"b,{}'],
    ['too few columns', 'a,b'],
    ['quotes that do not match', 'a,b,"{""Id""x":1}"'],
    ['AuditData that was cut', 'a,b,"{""Id"":""x"'.concat('"')],
    ['no AuditData', 'a,b,'],
  ])('a row with %s costs that row only', async (_what, broken) => {
    const reads = await readAll([head, row(newRule), broken, row(setRule), row(newRule), ''].join('\r\n'));
    expect(told(reads)).toEqual([newRule.Id, expect.stringMatching(/^line 3: /), setRule.Id, newRule.Id]);
  });
  it('AuditData may go over several lines', async () => {
    const indented = `a,b,"${JSON.stringify(newRule, null, 2).replaceAll('"', '""')}"`;
    expect(told(await readAll(`${head}\n${indented}\n${row(setRule)}\n`))).toEqual([newRule.Id, setRule.Id]);
  });
  it('semicolons, as a spreadsheet writes them', async () => {
    expect(told(await readAll(`RecordId;AuditData\nx;"${good.replaceAll('"', '""')}"\n`))).toEqual([
      newRule.Id,
    ]);
  });
  it('with two columns AuditData does not tell which is the record', async () => {
    const twice = `AuditData,x,AuditData\n${[good, 'x', other].map((cell) => `"${cell.replaceAll('"', '""')}"`).join(',')}\n`;
    expect(told(await readAll(twice))).toEqual(['line 2: the header has two columns AuditData']);
  });
  it('with a row that says AuditData has a row that is malformed, and no new header', async () => {
    const [first, second] = [row(newRule), row(setRule)].map((one) => one.replace('a,b,', 'a,'));
    expect(told(await readAll(`Name,AuditData\n${first}\nAuditData,"oops"\n${second}\n`))).toEqual([
      newRule.Id,
      'line 3: AuditData is not valid JSON',
      setRule.Id,
    ]);
    // The header of the first, and one of an export.
    for (const again of ['name,auditdata', 'RecordId,AuditData'])
      expect(told(await readAll(`Name,AuditData\n${first}\n${again}\n${second}\n`))).toEqual([
        newRule.Id,
        setRule.Id,
      ]);
  });
  it('a header alone holds no records', async () => {
    expect(await readAll(`${head}\r\n`)).toEqual([]);
  });
});

describe('gzip', () => {
  const packed = gzipSync(
    Array.from({ length: 400 }, (_, at) => JSON.stringify({ ...newRule, Id: `${at}-${Math.sin(at)}` })).join(
      '\n',
    ),
  );
  it('that ends early keeps what came before the cut', async () => {
    const reads = await readAll(packed.subarray(0, packed.length / 2), 500);
    expect(reads.length).toBeGreaterThan(100);
    expect(reads.slice(0, -1).every((read) => read.ok)).toBe(true);
    expect(told(reads).at(-1)).toMatch(/the gzip stream ends early/);
  });
  it('that ends within its head, too, is told as that', async () => {
    expect(told(await readAll(packed.subarray(0, 6)))).toEqual([
      expect.stringMatching(/^line 1: the gzip stream ends early/),
    ]);
  });
  it('that is damaged in the middle says so', async () => {
    const damaged = Buffer.from(packed);
    damaged.fill(0xff, packed.length / 2, packed.length / 2 + 40);
    expect(told(await readAll(damaged)).at(-1)).toMatch(/the gzip stream is damaged/);
  });
  it('of several members, and followed by padding', async () => {
    const both = Buffer.concat([gzipSync(`${good}\n`), gzipSync(`${other}\n`), Buffer.alloc(9000)]);
    expect(told(await readAll(both, 50))).toEqual([newRule.Id, setRule.Id]);
  });
  it.each([
    ['one zero byte and another archive', [Buffer.alloc(1), gzipSync(other)]],
    ['much padding and another archive', [Buffer.alloc(9000), gzipSync(other)]],
    ['padding and text', [Buffer.alloc(512), Buffer.from(other)]],
    ['padding and a single byte', [Buffer.alloc(4095), Buffer.from('x')]],
  ])('followed by %s was not read to its end', async (_, behind) => {
    // The last record has no line end, and is read all the same.
    const file = Buffer.concat([gzipSync(good), ...behind]);
    for (const size of [1, 50, 4096, 65_536])
      expect(told(await readAll(file, size))).toEqual([
        newRule.Id,
        expect.stringMatching(/^line 1: after the end of the gzip stream/),
      ]);
  });
  it('with nothing in it but what is behind its end is no empty export', async () => {
    const file = Buffer.concat([gzipSync(''), Buffer.alloc(2), gzipSync(good)]);
    expect(told(await readAll(file))).toEqual([expect.stringMatching(/^line 1: after the end of the gzip/)]);
  });
});

describe('what is no export is refused, and named', () => {
  it.each([
    ['', /the file is empty/],
    [' \n\n', /nothing but blanks/],
    ['hello\n', /some other text/],
    ['a,b\n1,2\n', /a table without a column AuditData/],
    ['<!DOCTYPE html><html>', /a web page/],
    ['%PDF-1.7', /a PDF document/],
    ['PK\x03\x04....', /a ZIP archive/],
    ['{"name":"x"}', /nothing in it has the fields of an audit record/],
    ['[1,2,3]', /nothing in it has the fields/],
    ['\x00\x01\x02\x03binary', /binary content/],
  ])('%j', async (text, found) => {
    const reading = readAll(text);
    await expect(reading).rejects.toThrow(UnreadableExport);
    await expect(reading).rejects.toThrow(found);
    await expect(reading).rejects.toThrow(/It understands, plain or gzipped: .*Management Activity API/);
  });
  it.each([
    ['', true],
    [' \n\n', true],
    ['hello\n', false],
    [`${' '.repeat(70_000)}hello`, false],
  ])('and told apart from nothing at all', async (text, empty) => {
    await expect(readAll(text)).rejects.toMatchObject({ name: 'UnreadableExport', empty });
  });
  it('endless rubbish is given up on', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array> {
      await Promise.resolve();
      yield Buffer.from('[');
      for (; given < 20; given += 1) yield Buffer.from('{"a":1},'.repeat(1000));
    }
    const { readRecords } = await import('#audit-log/export/read-records.ts');
    await expect(Array.fromAsync(readRecords(endless(), 'x'))).rejects.toThrow(UnreadableExport);
    // Given up on while it was still coming.
    expect(given).toBeLessThan(10);
  });
  it('an empty list is an export without records', async () => {
    expect(await readAll('[]')).toEqual([]);
    expect(await readAll('{"@odata.context":"x","value":[]}')).toEqual([]);
  });
});

it('a reason never holds what stands in the record', async () => {
  const secret = 'private-matter';
  const broken = [
    { ...newRule, CreationTime: secret },
    { ...newRule, Id: '', UserId: secret },
    { ...newRule, Operation: 7, UserId: secret },
    { ...newRule, Parameters: secret },
    { UserId: secret },
  ];
  const reads = await readAll(
    [good, ...broken.map((each) => JSON.stringify(each)), `{"UserId":"${secret}`].join('\n'),
  );
  expect(reads.filter((read) => !read.ok)).toHaveLength(6);
  expect(JSON.stringify(told(reads))).not.toContain(secret);
});
it('a reader that stops early lets go of the input', async () => {
  let closed = false;
  async function* input(): AsyncGenerator<Uint8Array> {
    try {
      await Promise.resolve();
      for (;;) yield Buffer.from(`${good}\n`.repeat(100));
    } finally {
      closed = true;
    }
  }
  const { readRecords } = await import('#audit-log/export/read-records.ts');
  for await (const read of readRecords(input(), 'x')) if (read.ok) break;
  expect(closed).toBe(true);
});

describe('CSV that is damaged', () => {
  const row = (record: string) => `1,"${record.replaceAll('"', '""')}"`;
  const table = (...rows: readonly string[]) => readAll(Buffer.from(`Id,AuditData\n${rows.join('\n')}\n`));

  it.each([
    ['a row with a column too many', `1,2,"${good.replaceAll('"', '""')}"`, /3 columns and the header 2/],
    ['a row without its record', '1,""', /AuditData is empty/],
    ['a row whose quote is never closed', '1,"{ never closed', /never closed/],
  ])('%s costs that row, and is told', async (_, broken, reason) => {
    expect(told(await table(broken, row(good)))).toEqual([expect.stringMatching(reason), newRule.Id]);
  });

  it('a quote that the end of the file leaves open is told too', async () => {
    expect(told(await table(row(good), '2,"{ never closed'))).toEqual([
      newRule.Id,
      expect.stringMatching(/^line 3: a quote in this row is never closed/),
    ]);
  });

  it('a row that has no end is given up where no record can be that long', async () => {
    const lines = Array.from({ length: 6 }, () => 'x'.repeat(1_000_000)).join('\n');
    const reads = told(await table(`1,"${lines}`, row(good)));
    expect(reads[0]).toMatch(/^line 2: the record is longer than 4 MiB/);
  });
});

describe('JSON that was made to hurt', () => {
  it('is not held in memory beyond the longest record', async () => {
    let given = 0;
    async function* endless(): AsyncGenerator<Uint8Array, void> {
      yield Buffer.from('[{"Id":"');
      for (; given < 40; given += 1) {
        await Promise.resolve();
        yield Buffer.from('x'.repeat(100));
      }
      yield Buffer.from('"}]');
    }
    const pieces = await Array.fromAsync(readJsonValues(endless(), 1000), (piece) =>
      [...piece].map((found) => ({ found, at: given })),
    );
    const [first] = pieces.flat();
    expect(first?.found).toMatchObject({ line: 1, reason: expect.stringMatching(/longer than/) as string });
    // Told while it is still coming.
    expect(first?.at).toBeLessThan(12);
  });

  it('is not begun again without end', async () => {
    const broken = Array.from({ length: 400 }, (_, at) => `{"Id":"${at}" "never":`).join('\n');
    const found = await Array.fromAsync(readJsonValues(chunks(broken)), (piece) => [...piece]);
    expect(found.flat().length).toBeLessThanOrEqual(102);
  });
});
