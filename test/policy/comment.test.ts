import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noteIn, readNote } from '#policy/comment.ts';

describe('a comment for Lapse', () => {
  it.each([
    ['owner: ann@example.com', { owner: 'ann@example.com' }],
    ['Owner = Ann@Example.com', { owner: 'ann@example.com' }],
    ['OWNER:<mailto:ann@example.com>', { owner: 'ann@example.com' }],
    ['owner: mailto:ann@example.com?subject=x', { owner: 'ann@example.com' }],
    ["owner: O'Brien@example.com", { owner: "o'brien@example.com" }],
    ['owner: Ann Meyer (ann@example.com).', { owner: 'ann@example.com' }],
    ['owned by: ann@example.com, thanks', { owner: 'ann@example.com' }],
    [
      'owner: ann@example.com; ticket: CHG-42; expires: 2027-03-31; reason: partner mails',
      { owner: 'ann@example.com', ticket: 'CHG-42', expires: '2027-03-31', reason: 'partner mails' },
    ],
    [
      'Made for the fair.\r\nowner: ann@example.com\r\nuntil: 31 March 2027\r\nwhy: "we sell there"',
      { owner: 'ann@example.com', expires: '2027-03-31', reason: 'we sell there' },
    ],
    ['owner: ann@example.com | expires: 2027/3/1', { owner: 'ann@example.com', expires: '2027-03-01' }],
    ['expires: 1.4.2027', { expires: '2027-04-01' }],
    ['owner: ann@example.com ticket: CHG-1', { owner: 'ann@example.com', ticket: 'CHG-1' }],
    ['owner=owner=ann@example.com', { owner: 'ann@example.com' }],
    // Said twice, the first counts.
    ['owner: ann@example.com; owner: bob@example.com', { owner: 'ann@example.com' }],
  ])('%j is read as %j', (comment, note) => {
    expect(readNote(comment)).toEqual(note);
  });

  it.each([
    ['', 'nothing'],
    ['owner: nobody knows', 'no address'],
    ['owner: *@. !', 'no domain'],
    ['disowner: ann@example.com', 'another word'],
    ['expires: 03/04/2027', 'a date that means two days'],
    ['expires: 2027-02-30', 'a date that is none'],
    ['reason: ', 'an empty value'],
  ])('%j says nothing: %s', (comment) => {
    expect(readNote(comment)).toEqual({});
  });

  it('is called Comments on rules and Comment on connectors', () => {
    expect(noteIn({ Comments: 'owner: ann@example.com' })).toEqual({ owner: 'ann@example.com' });
    expect(noteIn({ Comment: 'owner: ann@example.com' })).toEqual({ owner: 'ann@example.com' });
    expect(noteIn({ Comments: null })).toEqual({});
  });

  it('is read as far as a comment can be, and a value as far as one is', () => {
    const far = `${' '.repeat(5000)}owner: ann@example.com`;
    expect(readNote(far)).toEqual({});
    expect(readNote(`reason: ${'x'.repeat(900)}`).reason).toHaveLength(500);
  });

  it('never throws and never names an owner that is no address, whatever is in it', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `owner: ${text}`),
        ),
        (comment) => {
          const { owner } = readNote(comment);
          expect(owner ?? 'a@b').toMatch(/^[^\s@]+@[^\s@]+$/);
        },
      ),
    );
  });
});
