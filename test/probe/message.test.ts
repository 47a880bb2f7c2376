import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findMark, isContact, isMark, markFrom, messageIdOf, writeMessage } from '#probe/message.ts';
import { isEnvelopeAddress } from '#values/mail-address.ts';
import { instant } from '#time/instant.ts';
import type { PlannedMessage } from '#probe/plan.ts';

const mark = markFrom('0123456789abcdef0123456789abcdef');
const planned: PlannedMessage = {
  control: 'direct-send',
  host: 'contoso-com.mail.protection.outlook.com',
  sender: 'lapse-probe@contoso.com',
  from: 'lapse-probe@contoso.com',
  to: 'alex@contoso.com',
  mark,
};
const at = instant('2026-11-28T10:00:00Z');
const written = writeMessage(planned, { at, contact: 'Alex, the administrator' });

describe('a test message', () => {
  it('says what it is and whom to ask', () => {
    expect(written.split('\r\n')).toEqual([
      'Date: Sat, 28 Nov 2026 10:00:00 +0000',
      'From: Lapse test <lapse-probe@contoso.com>',
      'To: <alex@contoso.com>',
      `Subject: Test message, please ignore (${mark})`,
      `Message-ID: <${mark}@contoso.com>`,
      `X-Lapse-Probe: ${mark}`,
      'Auto-Submitted: auto-generated',
      'X-Auto-Response-Suppress: All',
      'MIME-Version: 1.0',
      'Content-Type: text/plain; charset=us-ascii',
      '',
      'This is a test message, sent on purpose. You can delete it.',
      '',
      'Lapse sends it to see by which ways mail gets into this mailbox, and what',
      'stops it on the way. It asks for nothing, and there is nothing to open.',
      '',
      'Test:        as your own domain, without signing in',
      `Mark:        ${mark}`,
      'Whom to ask: Alex, the administrator',
      '',
    ]);
  });

  it.each([
    ['contact', { ...planned }, 'Alex\r\nBcc: all@contoso.com'],
    ['address', { ...planned, from: 'a@contoso.com>\r\nBcc: <all@contoso.com' }, 'Alex'],
    ['mark', { ...planned, mark: `${mark}\r\n\r\nanother body` }, 'Alex'],
  ])('is not written with a line break in its %s', (_, one, contact) => {
    expect(() => writeMessage(one, { at, contact })).toThrow(RangeError);
  });

  it.each([
    ['Alex, the administrator', true],
    ['alex@contoso.com', true],
    ['https://evil.example/', false],
    ['www.evil.example', false],
    ['two\nlines', false],
    ['Zoë', false],
    ['', false],
    ['x'.repeat(101), false],
  ])('whom to ask can be %j: %s', (text, may) => {
    expect(isContact(text)).toBe(may);
  });

  it('is recognised by its mark, whatever a gateway has written around it', () => {
    expect(findMark(`[EXTERNAL] ${mark.toUpperCase()} **`)).toBe(mark);
    expect(findMark(messageIdOf(planned))).toBe(mark);
    expect(findMark('Test message, please ignore (lapse-probe-0123)')).toBeUndefined();
    expect(isMark(mark)).toBe(true);
    expect(isMark(` ${mark}`)).toBe(false);
  });
});

describe('an address for an envelope', () => {
  it.each([
    ['alex@contoso.com', true],
    ['alex+test@mail.contoso.co.uk', true],
    ['alex', false],
    ['alex@contoso', false],
    ['a b@contoso.com', false],
    ['"a b"@contoso.com', false],
    ['alex@contoso.com>', false],
    ['alex@contoso.com\r\nRCPT TO:<b@contoso.com>', false],
    ['alex@contoso.com\n', false],
    ['\0alex@contoso.com', false],
    ['älex@contoso.com', false],
    [`${'a'.repeat(250)}@contoso.com`, false],
  ])('%j: %s', (text, may) => {
    expect(isEnvelopeAddress(text)).toBe(may);
  });

  it('is refused with anything in it that ends a command, wherever', () => {
    const good = 'alex@contoso.com';
    const hostile = fc.constantFrom('\r', '\n', '\0', '<', '>', ' ', '\t', '"', ',', ';', '\u2028', '\x7f');
    fc.assert(
      fc.property(hostile, fc.nat(good.length), (character, place) => {
        expect(isEnvelopeAddress(good.slice(0, place) + character + good.slice(place))).toBe(false);
      }),
    );
  });
});
