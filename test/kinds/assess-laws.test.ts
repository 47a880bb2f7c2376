/** Laws of the judgement that hold for every object, whatever chance makes of it. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '#kinds/assess.ts';
import { grades } from '#risk/evidence.ts';
import { kindOf, kinds, type Kind } from '#kinds/registry.ts';
import { fingerprint } from '#risk/fingerprint.ts';
import { rank } from '#risk/finding.ts';
import type { Settings } from '#risk/settings.ts';

const ownDomains = ['contoso.com'];

const sender = fc.constantFrom('partner.example', 'contoso.com', 'gmail.com', 'ann@partner.example', '*');
const address = fc.constantFrom(
  '192.0.2.7',
  '198.51.100.0/24',
  '10.0.0.1-10.0.0.9',
  '40.107.3.0/24',
  '0.0.0.0/0',
  '2001:db8::/32',
  'no address',
);
const some = (one: fc.Arbitrary<string>) => fc.uniqueArray(one, { minLength: 1, maxLength: 3 });
const verdict = fc.constantFrom('dmarc=pass', 'spf=pass', 'dmarc=fail', 'compauth=pass', 'x');

/** Conditions: each narrows what the rule is for. */
const conditions: Readonly<Record<string, fc.Arbitrary<unknown>>> = {
  SenderDomainIs: some(sender),
  From: some(sender),
  FromAddressContainsWords: some(sender),
  SenderIpRanges: some(address),
  FromScope: fc.constantFrom('InOrganization', 'NotInOrganization'),
  SentToScope: fc.constantFrom('InOrganization', 'NotInOrganization'),
  SentTo: some(fc.constant('ann@contoso.com')),
  RecipientDomainIs: some(sender),
  SubjectContainsWords: some(fc.constant('newsletter')),
  HasNoClassification: fc.constant(true),
};
/** A header's name and words are one condition. */
const headers = [
  ['HeaderContainsMessageHeader', 'HeaderContainsWords'],
  ['HeaderMatchesMessageHeader', 'HeaderMatchesPatterns'],
  ['ExceptIfHeaderContainsMessageHeader', 'ExceptIfHeaderContainsWords'],
] as const;
const headerName = fc.constantFrom('Authentication-Results', 'X-Other');

const condition: fc.Arbitrary<Settings> = fc.oneof(
  ...Object.entries(conditions).map(([name, value]) => value.map((given) => ({ [name]: given }))),
  ...headers.map(([name, words]) =>
    fc.tuple(headerName, some(verdict)).map(([header, given]) => ({ [name]: header, [words]: given })),
  ),
);
const action: fc.Arbitrary<Settings> = fc.oneof(
  fc.constant({ SetSCL: -1 }),
  fc.constant({ SetHeaderName: 'X-MS-Exchange-Organization-SkipSafeLinksProcessing' }),
  fc.constant({ SetHeaderName: 'X-Forefront-Antispam-Report', SetHeaderValue: 'IPV:CAL' }),
  fc.constant({ BlindCopyTo: ['x@elsewhere.example'] }),
  fc.constant({ StopRuleProcessing: true, Priority: 0, PrependSubject: 'x' }),
);
const rule = fc
  .tuple(action, fc.array(condition, { maxLength: 4 }))
  .map(([act, parts]) => parts.reduce<Settings>((all, part) => ({ ...part, ...all }), act));

const judged = (kind: Kind, settings: Settings) => {
  const { risk, evidence, breadth } = assess({ kind, settings, ownDomains });
  return { risk: rank(risk), grade: grades.indexOf(evidence.grade), breadth };
};
/** Whether `tight` is no riskier, no worse known and no broader than `loose`. */
const expectNoWorse = (kind: Kind, tight: Settings, loose: Settings) => {
  const [one, other] = [judged(kind, tight), judged(kind, loose)];
  expect(one.risk).toBeLessThanOrEqual(other.risk);
  expect(one.grade).toBeLessThanOrEqual(other.grade);
  expect(Number(one.breadth.everyone)).toBeLessThanOrEqual(Number(other.breadth.everyone));
};

const connector = fc.record(
  {
    ConnectorType: fc.constantFrom('Partner', 'OnPremises'),
    SenderDomains: some(sender),
    SenderIPAddresses: some(address),
    RestrictDomainsToIPAddresses: fc.boolean(),
    RequireTls: fc.boolean(),
    TreatMessagesAsInternal: fc.boolean(),
    CloudServicesMailEnabled: fc.boolean(),
    EFSkipIPs: some(address),
  },
  { requiredKeys: [] },
);
const certificate = { RestrictDomainsToCertificate: true, TlsSenderCertificateName: 'mail.partner.example' };
const outbound = fc.record(
  {
    RecipientDomains: some(sender),
    SmartHosts: some(fc.constantFrom('relay.example.net', 'relay.contoso.com', '[192.0.2.9]')),
    IsTransportRuleScoped: fc.boolean(),
    CloudServicesMailEnabled: fc.boolean(),
    MtaStsMode: fc.constantFrom('None', 'Opportunistic'),
  },
  { requiredKeys: [] },
);

/** Lists that widen what an object is for, with an entry to add. */
const lists = {
  'transport-rule': [
    ['SenderDomainIs', sender],
    ['From', sender],
    ['SenderIpRanges', address],
    ['RecipientDomainIs', sender],
    ['BlindCopyTo', fc.constantFrom('y@elsewhere.example', 'ann@contoso.com')],
  ],
  'inbound-connector': [
    ['SenderDomains', sender],
    ['SenderIPAddresses', address],
    ['EFSkipIPs', address],
  ],
  'outbound-connector': [
    ['RecipientDomains', sender],
    ['SmartHosts', fc.constantFrom('relay.example.net', 'relay.contoso.com')],
  ],
  'ip-allow': [['Entry', address]],
  'allowed-domain': [['Entry', sender]],
  'phishing-simulation': [
    ['Domains', sender],
    ['SenderIpRanges', address],
  ],
} as const;
const grown = fc
  .constantFrom(...(Object.keys(lists) as (keyof typeof lists)[]))
  .chain((kind) =>
    fc.tuple(
      fc.constant(kind),
      kind === 'transport-rule'
        ? rule
        : kind === 'inbound-connector'
          ? connector
          : kind === 'outbound-connector'
            ? outbound
            : kind === 'phishing-simulation'
              ? fc.record({ Domains: some(sender), SenderIpRanges: some(address) })
              : fc.record({ Entry: some(kind === 'ip-allow' ? address : sender) }),
      fc.oneof(...lists[kind].map(([name, one]) => fc.tuple(fc.constant(name), one))),
    ),
  );

/** Objects of which each would let more in, or be looked at less, if it were off; whatever else they do. */
const stops = fc.constantFrom<Settings>(
  { RejectMessageReasonText: 'no' },
  { SmtpRejectMessageRejectStatusCode: '5.7.1' },
  { Quarantine: true },
  { ModerateMessageByManager: true },
  { DeleteMessage: true },
  { SetSCL: 9 },
);
const partner = fc.constantFrom<Settings>({ ConnectorType: 'Partner' }, { ConnectorType: null });
const refuses = fc.constantFrom<Settings>(
  { RestrictDomainsToIPAddresses: true },
  { ...certificate },
  { RestrictDomainsToIPAddresses: 'True', RequireTls: 'True' },
);
const rights = { TreatMessagesAsInternal: false, CloudServicesMailEnabled: false };
const looksBehind = fc.constantFrom<Settings>({ EFSkipLastIP: true }, { EFSkipIPs: ['10.0.0.0/8'] });
const mix = (...parts: readonly fc.Arbitrary<Settings>[]): fc.Arbitrary<Settings> =>
  fc.tuple(...parts).map((all) => all.reduce<Settings>((whole, part) => ({ ...whole, ...part }), {}));
const protective = fc.oneof(
  fc.tuple(fc.constant<Kind>('transport-rule'), mix(rule, stops)),
  fc.tuple(fc.constant<Kind>('inbound-connector'), mix(connector, partner, refuses)),
  fc.tuple(
    fc.constant<Kind>('inbound-connector'),
    mix(connector, fc.constant({ ConnectorType: 'Partner', ...rights }), looksBehind),
  ),
  fc.tuple(
    fc.constant<Kind>('outbound-connector'),
    mix(
      outbound,
      fc.constantFrom(
        { TlsSettings: 'EncryptionOnly' },
        { TlsSettings: 'DomainValidation', TlsDomain: 'a.example' },
      ),
      fc.constantFrom<Settings>({ SmartHosts: [] }, { UseMXRecord: true }),
    ),
  ),
);
const seen = fc.constantFrom(
  {},
  { operation: 'New-TransportRule', passed: [] },
  { operation: 'Set-InboundConnector', passed: ['SenderIPAddresses', 'Comment'] },
);

describe('the judgement of an object', () => {
  it('never calls for a disable that would let more mail in', () => {
    let dangerous = 0;
    fc.assert(
      fc.property(protective, seen, ([kind, settings], how) => {
        const { remedy, findings } = assess({ kind, settings, ownDomains, ...how });
        if (findings.length === 0) return;
        dangerous += 1;
        expect(remedy).toBe('escalate');
      }),
      { numRuns: 2000 },
    );
    // A law about nothing would hold as well.
    expect(dangerous).toBeGreaterThan(200);
  });

  it('is never raised by a further condition on a rule, nor lowered by dropping one', () => {
    fc.assert(
      fc.property(rule, condition, (settings, more) => {
        fc.pre(Object.keys(more).every((name) => !(name in settings)));
        expectNoWorse('transport-rule', { ...settings, ...more }, settings);
      }),
      { numRuns: 2000 },
    );
  });

  it('is never raised by asking a sending server for more', () => {
    const asked = fc.constantFrom<Settings>(
      certificate,
      { RequireTls: true },
      { RestrictDomainsToIPAddresses: true },
    );
    fc.assert(
      fc.property(connector, asked, (settings, more) => {
        expectNoWorse('inbound-connector', { ...settings, ...more }, settings);
      }),
      { numRuns: 1000 },
    );
  });

  it('is never raised by asking a receiving server for its certificate', () => {
    fc.assert(
      fc.property(outbound, (settings) => {
        const loose = { ...settings, TlsSettings: 'EncryptionOnly' };
        expectNoWorse('outbound-connector', { ...settings, TlsSettings: 'DomainValidation' }, loose);
      }),
    );
  });

  it('is never raised by giving an entry of the tenant’s list an end', () => {
    fc.assert(
      fc.property(fc.constantFrom('Sender', 'Url', 'FileHash', 'IP'), sender, (ListType, Entry) => {
        expectNoWorse('tenant-allow', { ListType, Entry, RemoveAfter: 45 }, { ListType, Entry });
      }),
    );
  });

  it('is never lowered by one more address, domain, recipient or host', () => {
    fc.assert(
      fc.property(grown, ([kind, settings, [name, one]]) => {
        const had = (settings as Settings)[name];
        // A first entry is another condition, not more of the same.
        fc.pre(Array.isArray(had));
        const [before, after] = [
          judged(kind, settings),
          judged(kind, { ...settings, [name]: [...(had as string[]), one] }),
        ];
        expect(after.risk).toBeGreaterThanOrEqual(before.risk);
        expect(after.breadth.addresses).toBeGreaterThanOrEqual(before.breadth.addresses);
        expect(after.breadth.domains).toBeGreaterThanOrEqual(before.breadth.domains);
        expect(Number(after.breadth.everyone)).toBeGreaterThanOrEqual(Number(before.breadth.everyone));
      }),
      { numRuns: 2000 },
    );
  });

  it('does not depend on the order or repetition of entries, nor on whether the log or Exchange wrote them', () => {
    fc.assert(
      fc.property(grown, ([kind, settings]) => {
        const turned = Object.fromEntries(
          Object.entries(settings).map(([name, value]) => [
            name,
            Array.isArray(value) ? [...(value as string[]).toReversed(), ...(value as string[])] : value,
          ]),
        );
        const logged = Object.fromEntries(
          Object.entries(settings).map(([name, value]) => [
            name,
            Array.isArray(value)
              ? value.join(';')
              : typeof value === 'boolean'
                ? value
                  ? 'True'
                  : 'False'
                : value,
          ]),
        );
        const as = (given: Settings) => assess({ kind, settings: given, ownDomains });
        expect(as(turned)).toEqual(as(settings));
        expect(as(logged)).toEqual(as(settings));
        expect(fingerprint({ settings: turned })).toBe(fingerprint({ settings }));
      }),
      { numRuns: 500 },
    );
  });

  it('is made of any JSON object, for every kind, without an error', () => {
    const names = [
      ...new Set([
        ...kinds.flatMap((kind) => kindOf(kind).findings.flatMap((row) => row.rests)),
        ...Object.keys(conditions),
        ...headers.flat(),
        'ListType',
        'Priority',
        'UseMXRecord',
      ]),
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.dictionary(
          fc.oneof(fc.constantFrom(...names), fc.string()),
          fc.oneof(fc.jsonValue(), fc.constantFrom('-1', true)),
        ),
        (kind, settings) => {
          const { risk, findings, evidence, breadth } = assess({ kind, settings });
          expect(rank(risk)).toBeGreaterThanOrEqual(0);
          for (const finding of findings) expect(finding.text).not.toMatch(/undefined|\[object/);
          expect(grades).toContain(evidence.grade);
          expect(breadth.text).not.toBe('');
        },
      ),
      { numRuns: 2000 },
    );
  });
});
