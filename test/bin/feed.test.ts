import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { UnreadableExport } from '#audit-log/export/unreadable-export.ts';
import { feedAll } from '../../bin/commands/local.ts';

const nothing = { accepted: 0, duplicate: 0, ignored: 0, malformed: 0, errors: [] };

function printed(): string[] {
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  onTestFinished(() => log.mockRestore());
  return lines;
}

/** A deployment that finds the named files unreadable. */
const deployment = (unreadable: Readonly<Record<string, UnreadableExport>>) => ({
  feed: (input: unknown) => {
    const error = unreadable[String(input)];
    return error ? Promise.reject(error) : Promise.resolve({ ...nothing, accepted: 1 });
  },
});

describe('the files given to lapse local', () => {
  it('are all taken in, past an empty one', async () => {
    const lines = printed();
    const local = deployment({ 'none.csv': new UnreadableExport('the file is empty', { empty: true }) });
    await feedAll(local, ['none.csv', 'some.jsonl']);
    expect(lines).toEqual([
      'fed none.csv: it is empty',
      'fed some.jsonl: 1 accepted, 0 duplicate, 0 ignored, 0 malformed',
    ]);
  });

  it('have what was not read named', async () => {
    printed();
    const lines: string[] = [];
    const error = vi.spyOn(console, 'error').mockImplementation((line: string) => void lines.push(line));
    onTestFinished(() => error.mockRestore());
    const counts = { ...nothing, accepted: 1, malformed: 3, errors: [{ line: 2, reason: 'Id is missing' }] };
    await feedAll({ feed: () => Promise.resolve(counts) }, ['some.jsonl']);
    await feedAll({ feed: () => Promise.resolve(nothing) }, ['none.json']);
    expect(lines).toEqual([
      '  ! Not read: some.jsonl:2: Id is missing',
      '  ! Not read: 2 more in some.jsonl',
      '  ! Not read: none.json: there is no audit record in it',
    ]);
  });

  it('end it where one is something else', async () => {
    const lines = printed();
    const local = deployment({ 'cat.jpg': new UnreadableExport('binary content, not text') });
    await expect(feedAll(local, ['cat.jpg', 'some.jsonl'])).rejects.toMatchObject({
      message: 'cat.jpg cannot be taken in',
    });
    expect(lines).toEqual([]);
  });
});
