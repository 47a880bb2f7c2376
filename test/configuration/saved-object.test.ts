import { describe, expect, it } from 'vitest';
import { readSavedObject } from '#configuration/saved-object.ts';

const lostIn = (value: unknown): boolean => readSavedObject({ SenderDomainIs: value }).lost.length > 0;

describe('a value of a saved object', () => {
  it.each([
    'System.Object[]',
    'System.String[]',
    'System.Collections.Generic.List`1[System.String]',
    'Deserialized.Microsoft.Exchange.Data.MultiValuedProperty`1[[System.String]]',
    '@{Domain=partner.example}',
    'a.example b.example',
    '203.0.113.7 198.51.100.0/24',
    'ann@a.example bob@b.example',
    ['System.Collections.Hashtable'],
    {},
    '{a.example, b.example}',
    [{ RangeFormat: 0 }],
  ])('is lost as %j', (value) => {
    expect(lostIn(value)).toBe(true);
  });

  it.each([
    'a.example',
    'a.example,b.example',
    ['a.example', 'b.example'],
    ['two words', 'a.b c.d'],
    'see the ticket of a.example',
    { Domain: 'a.example' },
    null,
    [],
    true,
  ])('is kept as %j', (value) => {
    expect(lostIn(value)).toBe(false);
    expect(readSavedObject({ SenderDomainIs: value }).object).toEqual({ SenderDomainIs: value });
  });

  it('may say anything where it is a remark, or nothing that somebody set', () => {
    const remarks = { Comments: 'a.example b.example', Name: '@{x}', Conditions: 'System.Object[]' };
    expect(readSavedObject(remarks)).toEqual({ object: remarks, lost: [], numbered: [] });
  });

  it('is without what describes the value beside it', () => {
    expect(readSavedObject({ 'Name@data.type': 'System.String', name: 'x' }).object).toEqual({ Name: 'x' });
  });

  it('is the text of an entry that was saved as an object', () => {
    const saved = { SenderIpRanges: [{ Expression: '203.0.113.0/24', RangeFormat: 2 }, '203.0.113.9'] };
    expect(readSavedObject(saved).object).toEqual({ SenderIpRanges: ['203.0.113.0/24', '203.0.113.9'] });
  });

  it('may be an object where a rule names classifications of data', () => {
    const saved = { MessageContainsDataClassifications: [{ name: 'Credit Card Number', minCount: '1' }] };
    expect(readSavedObject(saved)).toEqual({ object: saved, lost: [], numbered: [] });
  });

  it('is no number where Exchange has a word', () => {
    expect(readSavedObject({ State: 1, Mode: '2', Priority: 0 })).toEqual({
      object: { Priority: 0 },
      lost: ['State', 'Mode'],
      numbered: ['State', 'Mode'],
    });
  });

  it('may be a date in any form, with how it is shown beside it', () => {
    const saved = {
      ActivationDate: '01.11.2026 00:00:00',
      ExpiryDate: { value: '/Date(1761955200000)/', DisplayHint: 2, DateTime: 'Saturday, 1 November 2025' },
    };
    expect(readSavedObject(saved)).toMatchObject({
      object: { ActivationDate: '01.11.2026 00:00:00', ExpiryDate: '/Date(1761955200000)/' },
      lost: [],
    });
    expect(readSavedObject({ ExpiryDate: 'System.DateTime' }).lost).toEqual(['ExpiryDate']);
  });

  it('is what Windows PowerShell wrapped', () => {
    expect(
      readSavedObject({
        SenderDomainIs: { value: ['a.example'], Count: 1 },
        State: { value: 1, Value: 'Disabled' },
      }).object,
    ).toEqual({ SenderDomainIs: ['a.example'], State: 'Disabled' });
  });
});
