import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writtenAt } from '#audit-log/moment.ts';
import { recognise } from '#audit-log/recognise.ts';
import { recogniseListChange } from '#audit-log/list-change.ts';
import { instant } from '#time/instant.ts';
import { compareMoments } from '#time/moment.ts';
import { idAt, newRule, observation, parameters, record } from './records.ts';

const second = '2026-11-03T10:02:17Z';
const CreationTime = instant(second);

describe('when a change was made', () => {
  it('is told by the id of its record to 100 ns', () => {
    expect(writtenAt({ Id: idAt(second, 1_234_567n), CreationTime })).toEqual({
      changedAt: '2026-11-03T10:02:17.123Z',
      order: '4567',
    });
    expect(writtenAt({ Id: idAt(second, 9_999_999n), CreationTime }).changedAt).toBe(
      '2026-11-03T10:02:17.999Z',
    );
    expect(writtenAt({ Id: idAt(second, 10_007n).toUpperCase(), CreationTime }).order).toBe('0007');
  });
  it.each([
    ['another second', idAt(second, 10_000_000n)],
    ['a second before', idAt(second, -1n)],
    ['nothing of the kind', newRule.Id],
    ['no GUID', 'record-1'],
  ])('is what CreationTime says where the id tells %s', (_what, Id) => {
    expect(writtenAt({ Id, CreationTime })).toEqual({ changedAt: CreationTime });
  });
  it('is in what is told of objects and of lists', () => {
    const Id = idAt(second, 1_234_567n);
    const told = { changedAt: '2026-11-03T10:02:17.123Z', order: '4567' };
    expect(observation({ ...newRule, Id })).toMatchObject(told);
    const list = {
      ...newRule,
      Id,
      Operation: 'Set-HostedConnectionFilterPolicy',
      Parameters: parameters({ Identity: 'Default', IPAllowList: '192.0.2.1' }),
    };
    expect(recogniseListChange(record(list))).toMatchObject(told);
  });
});

describe('of two changes', () => {
  const moment = (at: string, order: string | undefined, id: string) => ({
    at: instant(at),
    ...(order === undefined ? {} : { order }),
    record: id,
  });
  it.each([
    [
      'the earlier',
      moment('2026-11-03T10:02:17.000Z', '9999', 'b'),
      moment('2026-11-03T10:02:17.001Z', '0000', 'a'),
    ],
    ['within a millisecond, what the id says', moment(second, '0001', 'b'), moment(second, '0002', 'a')],
    ['without that, by id and always alike', moment(second, undefined, 'a'), moment(second, undefined, 'b')],
  ])('comes first: %s', (_what, first, then) => {
    expect(compareMoments(first, then)).toBe(-1);
    expect(compareMoments(then, first)).toBe(1);
    expect(compareMoments(first, first)).toBe(0);
  });
});

describe.each(['made-then-altered', 'removed-then-made-again'])('the records of %s', (name) => {
  const records = readFileSync(join(import.meta.dirname, `../fixtures/same-second/${name}.jsonl`), 'utf8')
    .trim()
    .split('\n')
    .map((line) => record(JSON.parse(line) as object));
  it('are of one second and in the order of their ids', () => {
    const moments = records.flatMap((one) => {
      const recognised = recognise(one);
      return recognised.relevant ? [recognised.observation.changedAt] : [];
    });
    expect(moments.slice(-2)).toEqual(['2026-10-05T09:00:00.100Z', '2026-10-05T09:00:00.800Z']);
  });
});
