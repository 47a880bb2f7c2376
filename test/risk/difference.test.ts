import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { difference } from '#risk/difference.ts';
import { fingerprint } from '#risk/fingerprint.ts';
import { type Settings } from '#risk/settings.ts';

const said = (before: Settings, after: Settings) =>
  difference(before, after, []).map(({ text, matters }) => `${matters ? '' : '(aside) '}${text}`);

describe('what changed', () => {
  it.each<[string, Settings, Settings, readonly string[]]>([
    [
      'addresses and a requirement',
      {
        SenderIPAddresses: ['8.8.8.0/24'],
        RestrictDomainsToCertificate: true,
        TlsSenderCertificateName: 'a.example',
      },
      {
        SenderIPAddresses: ['8.8.8.0/24', '9.9.9.1-9.9.9.3'],
        RestrictDomainsToCertificate: false,
        TlsSenderCertificateName: 'a.example',
      },
      ['certificate requirement dropped', '3 addresses added, now 259'],
    ],
    [
      'addresses that become somebody else’s',
      { SenderIPAddresses: ['8.8.8.8', '8.8.4.4'] },
      { SenderIPAddresses: ['8.8.8.8', '40.92.0.1'] },
      ['1 address added, 1 address removed, now 2 (1 of them shared by every Microsoft 365 customer)'],
    ],
    [
      'the last address',
      { SenderIPAddresses: '8.8.8.8' },
      { SenderIPAddresses: [] },
      ['1 address removed, now none'],
    ],
    [
      'an IPv6 network',
      { SenderIpRanges: ['2a00:1450::/32'] },
      { SenderIpRanges: ['2a00:1450::/32', '2a00:1451::/32'] },
      ['SenderIpRanges: 1 entry added (2a00:1451::/32), now 2'],
    ],
    [
      'a domain',
      { SenderDomains: ['smtp:a.example;1'] },
      { SenderDomains: ['b.example', 'A.example'] },
      ['1 sender domain added (b.example), now 2'],
    ],
    ['the bypass', { SetSCL: 5 }, { SetSCL: '-1' }, ['bypass of spam filtering added']],
    ['the bypass, taken back', { SetSCL: -1 }, {}, ['bypass of spam filtering dropped']],
    ['another score', { SetSCL: 5 }, { SetSCL: 6 }, ['SetSCL changed from 5 to 6']],
    ['the mode', {}, { Mode: 'Audit' }, ['Mode changed from enforce to audit']],
    [
      'the mode, back to what it is anyway',
      { Mode: 'Audit' },
      { Mode: 'Enforce' },
      ['Mode changed from audit to enforce'],
    ],
    [
      'a switch without words of its own',
      { ApplyOME: true },
      { ApplyOME: 'False' },
      ['ApplyOME switched off'],
    ],
    [
      'a way around',
      {},
      { ExceptIfFrom: ['a@b.example', 'c@b.example'] },
      ['ExceptIfFrom: 2 entries added (a@b.example, c@b.example), now 2'],
    ],
    [
      'only what nobody asks about again',
      { Comment: 'old', Priority: 3, WhenChanged: '1', ObjectState: 'Unchanged', RequireTls: 'True' },
      { Comment: 'new', Priority: 0, WhenChanged: '2', ObjectState: 'Changed', RequireTls: true },
      ['(aside) comment changed', '(aside) priority changed from 3 to 0'],
    ],
    [
      'only how addresses are written',
      { SenderIPAddresses: ['8.8.8.0/25', '8.8.8.128/25'] },
      { SenderIPAddresses: ['8.8.8.0/24'] },
      ['(aside) SenderIPAddresses: the same addresses, written differently'],
    ],
    [
      'only order, repetition, and what is unset',
      { SenderDomains: ['a.example', 'b.example'], TlsSenderCertificateName: null, Mode: 'Enforce' },
      { SenderDomains: 'b.example;a.example;a.example' },
      [],
    ],
  ])('is said in words: %s', (_, before, after, texts) => {
    expect(said(before, after)).toEqual(texts);
  });

  it('is said of an entry by its addresses only where the entry is one', () => {
    expect(difference({ Entry: '8.8.8.0/24' }, { Entry: '8.8.8.0/23' }, ['Entry'])).toEqual([
      { text: '256 addresses added, now 512', matters: true },
    ]);
    expect(difference({ Entry: 'a.example' }, { Entry: 'b.example' }, [])).toEqual([
      { text: 'Entry changed from a.example to b.example', matters: true },
    ]);
  });

  it('does not repeat long values in full', () => {
    const [only] = difference({}, { RejectMessageReasonText: 'x'.repeat(500) }, []);
    expect(only?.text.length).toBeLessThan(150);
  });
});

describe('a change that matters', () => {
  const name = fc.constantFrom(
    'SetSCL',
    'setscl',
    'Mode',
    'Comments',
    'Priority',
    'SenderIpRanges',
    'SenderIPAddresses',
    'SenderDomains',
    'RequireTls',
    'RestrictDomainsToCertificate',
    'Entry',
    'WhenChanged',
    'Guid@odata.type',
  );
  const value = fc.oneof(
    fc.constantFrom(
      'True',
      true,
      false,
      null,
      '',
      -1,
      '-1',
      'Enforce',
      'Audit',
      '8.8.8.0/24',
      '8.8.8.0/25;8.8.8.128/25',
    ),
    fc.array(
      fc.constantFrom(
        '8.8.8.0/25',
        '8.8.8.128/25',
        '8.8.8.0/24',
        '2a00::/16',
        'smtp:A.example;1',
        'a.example',
      ),
    ),
    fc.jsonValue(),
  );
  const settings = fc.dictionary(fc.oneof({ arbitrary: name, weight: 5 }, fc.string()), value, {
    maxKeys: 6,
  });

  const addressed = fc.subarray(['Entry', 'SenderIpRanges']);

  it('is there exactly where the fingerprint is another, and nothing throws', () => {
    fc.assert(
      fc.property(addressed, settings, settings, (names, before, after) => {
        const found = difference(before, after, names);
        const same = fingerprint({ settings: before }) === fingerprint({ settings: after });
        expect(found.some(({ matters }) => matters)).toBe(!same);
        for (const { text } of found) expect(text).not.toBe('');
      }),
      { numRuns: 5000 },
    );
  });

  it('is none between an object and itself', () => {
    fc.assert(
      fc.property(addressed, settings, (names, one) => {
        expect(difference(one, structuredClone(one), names)).toEqual([]);
      }),
    );
  });
});
