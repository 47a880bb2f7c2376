import { describe, expect, it } from 'vitest';
import { failedItems } from '#lib/local/partial-failure.ts';
import { arrival, replyOf } from '#lib/local/payload.ts';
import { shorten, formatTable } from '#lib/local/terminal.ts';

describe('the arrival of a request', () => {
  const machine = 1_800_000_000_000;
  const local = machine + 86_400_000;

  it('is local time where nobody signed a time', () => {
    expect(arrival(undefined, machine, local)).toBe(local);
    expect(arrival('soon', machine, local)).toBe(local);
  });

  it('is by the clock nearer to the one its signer used', () => {
    expect(arrival(String(machine / 1000 + 2), machine, local)).toBe(machine);
    expect(arrival(String(local / 1000 - 2), machine, local)).toBe(local);
  });

  it('does not make an old signature fresh', () => {
    const signed = machine - 3_600_000;
    expect(arrival(String(signed / 1000), machine, local) - signed).toBe(3_600_000);
  });
});

describe('the answer of a function', () => {
  it('is taken as a response where it has a status', () => {
    expect(replyOf({ statusCode: 201, headers: { a: 'b' }, body: 'aGk=', isBase64Encoded: true })).toEqual({
      status: 201,
      headers: { a: 'b' },
      body: Buffer.from('hi'),
    });
  });

  it('is the body where it has none', () => {
    expect(replyOf({ ok: true })).toMatchObject({ status: 200, body: '{"ok":true}' });
  });
});

describe('the answer to a batch', () => {
  it.each([
    ['nothing', undefined, []],
    ['no failures', { batchItemFailures: [] }, []],
    ['one failure', { batchItemFailures: [{ itemIdentifier: 'b' }] }, ['b']],
    ['an item that was not in the batch', { batchItemFailures: [{ itemIdentifier: 'z' }] }, ['a', 'b']],
    ['an empty identifier', { batchItemFailures: [{ itemIdentifier: '' }] }, ['a', 'b']],
    ['something else', { batchItemFailures: 'all' }, ['a', 'b']],
  ])('that names %s', (_what, answer, failed) => {
    expect([...failedItems(answer, ['a', 'b'])]).toEqual(failed);
  });
});

describe('a table on a terminal', () => {
  it('lines up and lets no control sequence of a name through', () => {
    expect(
      formatTable(
        ['ID', 'NAME'],
        [
          ['1', 'red \u001b[31m'],
          ['long', 'b'],
        ],
      ),
    ).toBe('ID    NAME\n1     red �[31m\nlong  b');
  });

  it('lines up where letters take two columns, or none', () => {
    const rows = [
      ['規則', 'a'],
      ['e\u0301e\u0301e\u0301e\u0301', 'b'],
    ];
    expect(formatTable(['NAME', 'ID'], rows).split('\n')).toEqual([
      'NAME  ID',
      '規則  a',
      `${'e\u0301'.repeat(4)}  b`,
    ]);
    expect(shorten('規則規則', 6)).toBe('規則…');
  });
});
