/** Nothing that protects is weakened in silence, and nothing of it is disabled for silence: by kind of protection and of step. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '#kinds/assess.ts';
import { instant } from '#time/instant.ts';
import { protects } from '#kinds/protection.ts';
import { after, approve, live, noon, observation, observe, sam, told, types } from '../lifecycle/examples.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Step } from '../lifecycle/examples.ts';
import type { Settings } from '#risk/settings.ts';
import type { Kind } from '#kinds/registry.ts';

const lock = {
  ConnectorType: 'Partner',
  SenderDomains: ['smtp:contoso.com;1'],
  SenderIPAddresses: ['192.0.2.0/24'],
  RestrictDomainsToIPAddresses: true,
  RequireTls: true,
};
const certificate = { TlsSenderCertificateName: '*.gateway.example', RestrictDomainsToCertificate: true };
const reject = { FromScope: 'NotInOrganization', RejectMessageReasonText: 'no', Mode: 'Enforce' };
const toFilter = { FromScope: 'NotInOrganization', RouteMessageOutboundConnector: 'to the filter' };
const scoped = { IsTransportRuleScoped: true, SmartHosts: ['filter.example'], UseMXRecord: false };

interface Weakening {
  readonly what: string;
  readonly kind: Kind;
  readonly was: Settings;
  /** What the change passed; also what is different after it. */
  readonly step: Settings;
}
const steps = (kind: Kind, was: Settings, all: Readonly<Record<string, Settings>>): readonly Weakening[] =>
  Object.entries(all).map(([what, step]) => ({ what, kind, was, step }));

const weakenings: readonly Weakening[] = [
  ...steps(
    'safe-links-rule',
    { RecipientDomainIs: ['contoso.com', 'fabrikam.com'] },
    {
      'a protection for fewer domains': { RecipientDomainIs: ['contoso.com'] },
      'a protection that is switched off': { State: 'Disabled' },
      'a protection for members of a group only': { SentToMemberOf: ['sales@contoso.com'] },
    },
  ),
  ...steps('inbound-connector', lock, {
    'a lock that refuses no more': { RestrictDomainsToIPAddresses: false },
    'a lock emptied': { RestrictDomainsToIPAddresses: false, SenderIPAddresses: [] },
    'a lock made a server of one’s own': { ConnectorType: 'OnPremises' },
    'a lock without encryption': { RequireTls: false },
    'a lock that trusts another organisation': { TrustedOrganizations: ['evil.example'] },
    'a lock for more addresses': { SenderIPAddresses: ['0.0.0.0/1'] },
    'a lock for fewer domains': { SenderDomains: ['smtp:nothing.example;1'] },
    'a lock switched off': { Enabled: false },
    'a lock switched off, with rights': { Enabled: false, TreatMessagesAsInternal: true },
    'a lock whose mail counts as internal': { TreatMessagesAsInternal: true },
  }),
  ...steps(
    'inbound-connector',
    { ...lock, RestrictDomainsToIPAddresses: false, ...certificate },
    {
      'a lock by certificate that refuses no more': { RestrictDomainsToCertificate: false },
      'a lock by certificate emptied': {
        RestrictDomainsToCertificate: false,
        TlsSenderCertificateName: null,
      },
    },
  ),
  ...steps(
    'inbound-connector',
    { ...lock, ...certificate },
    {
      'one of two locks dropped': { RestrictDomainsToCertificate: false },
      'the other of two locks dropped': { RestrictDomainsToIPAddresses: false },
    },
  ),
  ...steps(
    'inbound-connector',
    { ...lock, RestrictDomainsToIPAddresses: false, EFSkipLastIP: true },
    {
      'a filter that looks behind no more': { EFSkipLastIP: false },
      'a filter that looks behind, switched off': { Enabled: false },
      'a filter that looks behind, with rights': { TreatMessagesAsInternal: true },
    },
  ),
  ...steps(
    'inbound-connector',
    { SenderDomains: ['smtp:partner.example;1'], RequireTls: true },
    {
      'encryption that is asked no more': { RequireTls: false },
    },
  ),
  ...steps('transport-rule', reject, {
    'a rule emptied': { RejectMessageReasonText: null, PrependSubject: 'x' },
    'a rule with a further condition': { SubjectContainsWords: ['qwertyuiop'] },
    'a rule that has ended': { ExpiryDate: '2020-04-17T00:00:00Z' },
    'a rule that begins later': { ActivationDate: '2099-01-01T00:00:00Z' },
    'a rule with a way around it': { ExceptIfFrom: ['evil@elsewhere.example'] },
    'a rule that only watches': { Mode: 'Audit' },
    'a rule switched off': { State: 'Disabled' },
  }),
  ...steps(
    'transport-rule',
    { SetSCL: '9' },
    {
      'a rule that raises the score no more': { SetSCL: '1' },
      'a rule that bypasses now': { SetSCL: '-1' },
    },
  ),
  ...steps(
    'transport-rule',
    { DeleteMessage: true, AttachmentHasExecutableContent: true },
    {
      'a rule that deletes, switched off': { State: 'Disabled' },
      'a rule that deletes no more': { DeleteMessage: false },
    },
  ),
  ...steps('transport-rule', toFilter, {
    'a rule for a filter, switched off': { State: 'Disabled' },
    'a rule for a filter, emptied': { RouteMessageOutboundConnector: null },
  }),
  ...steps('outbound-connector', scoped, { 'the way to a filter, switched off': { Enabled: false } }),
  ...steps(
    'outbound-connector',
    { TlsSettings: 'DomainValidation', TlsDomain: 'p.example' },
    {
      'encryption towards a partner, weaker': { TlsSettings: 'EncryptionOnly' },
      'encryption towards a partner, gone': { TlsSettings: null },
      'encryption towards a partner, switched off': { Enabled: false },
    },
  ),
];

const rejects = { ...reject, ExceptIfFrom: ['a@partner.example', 'b@partner.example'] };
const [early, late] = ['2098-01-01T00:00:00Z', '2099-01-01T00:00:00Z'];
/** What lets in less, or stops more, than before. */
const tightenings: readonly Weakening[] = [
  ...steps(
    'inbound-connector',
    {
      ...lock,
      SenderIPAddresses: ['192.0.2.0/24', '198.51.100.7'],
      AssociatedAcceptedDomains: ['contoso.com'],
      TrustedOrganizations: ['partner.example'],
    },
    {
      'a lock for fewer addresses': { SenderIPAddresses: ['192.0.2.0/25', '198.51.100.7'] },
      'a lock for one address instead of two': { SenderIPAddresses: ['192.0.2.0/24'] },
      'a lock for more domains': { SenderDomains: ['smtp:contoso.com;1', 'smtp:contoso.example;1'] },
      'a lock for every domain': { SenderDomains: ['smtp:*;1'] },
      'a lock for more recipients': { AssociatedAcceptedDomains: ['contoso.com', 'contoso.example'] },
      'a lock for all recipients': { AssociatedAcceptedDomains: [] },
      'a lock that trusts no organisation any more': { TrustedOrganizations: [] },
      'a lock by certificate as well': certificate,
    },
  ),
  ...steps('transport-rule', rejects, {
    'a rule with a smaller way around it': { ExceptIfFrom: ['a@partner.example'] },
  }),
  ...steps(
    'transport-rule',
    { ...reject, SenderIpRanges: ['192.0.2.0/25'], ExpiryDate: early, ActivationDate: early },
    {
      'a rule for more addresses': { SenderIpRanges: ['192.0.2.0/24'] },
      'a rule that ends later': { ExpiryDate: late },
      'a rule that begins earlier': { ActivationDate: '2026-01-01T00:00:00Z' },
    },
  ),
];

const verb: Partial<Record<Kind, string>> = {
  'transport-rule': 'TransportRule',
  'inbound-connector': 'InboundConnector',
  'outbound-connector': 'OutboundConnector',
  'safe-links-rule': 'SafeLinksRule',
};
const changedTo = ({ was, step }: Weakening): Settings => ({ ...was, ...step });
const passed = ({ step }: Weakening): readonly string[] => Object.keys(step);
const operation = ({ kind }: Weakening): string => `Set-${verb[kind] ?? ''}`;

/** What lets nothing past and protects nothing may stand beside it. */
const beside = fc.constantFrom<Settings>({}, { Comments: 'x' }, { Priority: 7 }, { AdminDisplayName: 'x' });

describe('what protects', () => {
  it.each(weakenings)('calls for people when weakened, where it is known how it was: $what', (weakening) => {
    const { kind, was } = weakening;
    expect(protects({ kind, settings: was })).toBe(true);
    fc.assert(
      fc.property(beside, (more) => {
        const settings = { ...changedTo(weakening), ...more };
        const before = { settings: { ...was, ...more }, enabled: true };
        const seen = { operation: operation(weakening), passed: passed(weakening) };
        const { findings, remedy } = assess({ kind, settings, was: before, ...seen });
        expect(findings.length).toBeGreaterThan(0);
        expect(remedy).toBe('escalate');
      }),
    );
  });

  it.each(tightenings)('calls for nobody when made stricter, where that is known: $what', (tightening) => {
    const { kind, was } = tightening;
    const before = { settings: was, enabled: true };
    const seen = { operation: operation(tightening), passed: passed(tightening) };
    const object = { kind, settings: changedTo(tightening), ...seen };
    expect(assess({ ...object, was: before }).findings).toEqual([]);
    // Less is known of before than may have been there.
    expect(assess({ ...object, was: { ...before, partly: true } }).remedy).toBe('escalate');
  });

  it.each([
    [
      'a plain connector made a lock',
      'inbound-connector',
      { ...lock, RestrictDomainsToIPAddresses: false },
      lock,
    ],
    ['a rule made to reject, with a way around it', 'transport-rule', { PrependSubject: 'x' }, rejects],
  ] as const)('calls for nobody when it is new: %s', (_, kind, was, settings) => {
    const seen = { operation: 'Set-It', passed: Object.keys(settings) };
    expect(assess({ kind, settings, was: { settings: was, enabled: true }, ...seen }).findings).toEqual([]);
  });

  it.each([
    ['a lock without any address', { ...lock }, { ...lock, SenderIPAddresses: [] }],
    [
      'a lock by another certificate',
      { ...lock, ...certificate },
      { ...lock, ...certificate, TlsSenderCertificateName: '*.evil.example' },
    ],
    ['a lock for certain recipients', lock, { ...lock, AssociatedAcceptedDomains: ['contoso.com'] }],
    [
      'a lock with an entry that is no address',
      lock,
      { ...lock, SenderIPAddresses: ['192.0.2.0/24', 'everything'] },
    ],
    [
      'a lock for fewer addresses, and fewer domains',
      { ...lock, SenderDomains: ['smtp:contoso.com;1', 'smtp:contoso.example;1'] },
      { ...lock, SenderIPAddresses: ['192.0.2.1'] },
    ],
  ])('calls for people where one change weakens it, or may: %s', (_, was, settings) => {
    const seen = { operation: 'Set-InboundConnector', passed: Object.keys(settings) };
    const object = { kind: 'inbound-connector', settings, was: { settings: was, enabled: true } } as const;
    expect(assess({ ...object, ...seen }).findings.map(({ id }) => id)).toContain('LAPSE-IC-008');
  });

  it('calls for people where a rule has another way around it in place of one', () => {
    const [was, settings] = [rejects, { ...rejects, ExceptIfFrom: ['evil@elsewhere.example'] }];
    const seen = { operation: 'Set-TransportRule', passed: ['ExceptIfFrom'] };
    const object = { kind: 'transport-rule', settings, was: { settings: was, enabled: true } } as const;
    expect(assess({ ...object, ...seen }).findings.map(({ id }) => id)).toEqual(['LAPSE-TR-008']);
  });

  it.each([
    ['inbound-connector', { ...lock, Enabled: false }, 'Enabled'],
    ['transport-rule', { ...reject, State: 'Disabled' }, 'State'],
    ['transport-rule', { ...reject, Mode: 'AuditAndNotify' }, 'Mode'],
  ] as const)('that was off, or only watched, before did not go off now: %s %o', (kind, settings, name) => {
    const before = {
      settings: name === 'Mode' ? { ...settings, Mode: 'Audit' } : settings,
      enabled: name === 'Mode',
    };
    const seen = { operation: `Set-${verb[kind] ?? ''}`, passed: [name] };
    expect(assess({ kind, settings, was: before, ...seen }).findings).toEqual([]);
    expect(assess({ kind, settings, ...seen }).remedy).toBe('escalate');
  });

  // Nothing tells a rule that was given a bypass from one that held mail back before: the bypass is what is asked about.
  const told = weakenings.filter(({ what }) => !['a rule that bypasses now'].includes(what));
  it.each(told)('calls for people when weakened, where only the change is known: $what', (weakening) => {
    const { kind } = weakening;
    const seen = { operation: operation(weakening), passed: passed(weakening) };
    const { findings, remedy } = assess({ kind, settings: changedTo(weakening), ...seen });
    expect(findings.length).toBeGreaterThan(0);
    expect(remedy).toBe('escalate');
  });

  it.each(weakenings)('calls for people when removed after that: $what', (weakening) => {
    const { kind, was } = weakening;
    const object = { kind, settings: changedTo(weakening), was: { settings: was, enabled: true } };
    const known = assess({ ...object, operation: operation(weakening), passed: passed(weakening) }).findings;
    const removed = assess({
      kind,
      settings: object.settings,
      gone: true,
      enabled: false,
      known: known.map(({ id }) => id),
    });
    expect(removed.remedy).toBe('escalate');
    expect(removed.findings.length).toBeGreaterThan(0);
  });

  it.each(weakenings)('is on record as weakened, whatever let it be on record before: $what', (weakening) => {
    const { kind, was } = weakening;
    const given = { kind, name: 'L', complete: true, operation: operation(weakening) } as const;
    // What is on record already, for a finding that has nothing to do with it.
    const risky: Settings =
      kind === 'transport-rule'
        ? { RemoveHeader: 'Authentication-Results' }
        : kind === 'inbound-connector'
          ? { EFSkipIPs: ['40.107.0.0/16'] }
          : kind === 'outbound-connector'
            ? { CloudServicesMailEnabled: true }
            : { ExceptIfSentToMemberOf: ['board@contoso.com'] };
    const opens: Step = [
      noon,
      observe({ ...given, operation: `New-${verb[kind] ?? ''}`, settings: { ...was, ...risky } }),
    ];
    const weakens: Step = [
      after('PT1H'),
      observe({
        ...given,
        change: 'alter',
        record: 'r2',
        settings: { ...changedTo(weakening), ...risky },
        passed: passed(weakening),
        enabled: weakening.step['Enabled'] !== false && weakening.step['State'] !== 'Disabled',
        changedAt: after('PT1H'),
      }),
    ];
    const lived = live([opens, weakens]);
    expect(lived.state).toMatchObject({ state: 'unconfirmed', remedy: 'escalate' });
    expect(types(lived.last)).toEqual(['ExceptionChanged']);
  });
});

describe('a connector of which only a change was told', () => {
  const unseen = { kind: 'inbound-connector', complete: false } as const;
  const set = (...names: readonly string[]) => ({ operation: 'Set-InboundConnector', passed: names });

  it('is not said to be known by its name alone', () => {
    expect(assess({ ...unseen, settings: { Comment: 'reviewed' }, ...set('Comment') }).findings).toEqual([]);
  });

  it.each([
    ['switched off', { Enabled: 'False' }],
    ['that refuses less', { RestrictDomainsToIPAddresses: 'False' }],
    ['with other addresses', { SenderIPAddresses: '192.0.2.0/24' }],
  ])('may have been a lock, so it is left to people: %s', (_, settings) => {
    expect(assess({ ...unseen, settings, ...set(...Object.keys(settings)) })).toMatchObject({
      risk: 'medium',
      remedy: 'escalate',
    });
  });

  it('may have been a lock, so its removal is left to people', () => {
    expect(assess({ ...unseen, settings: {}, gone: true })).toMatchObject({
      remedy: 'escalate',
      findings: [{ id: 'LAPSE-IC-010' }],
    });
  });
});

describe('a change that shows in no setting', () => {
  const weak = { ...lock, ...certificate };
  const given = {
    kind: 'inbound-connector',
    name: 'L',
    complete: true,
    settings: { ...weak, EFSkipIPs: ['40.107.0.0/16'] },
  } as const;
  it('counts all the same, where something it passed is a reason to ask', () => {
    const { last, state } = live([
      [noon, observe({ ...given, operation: 'New-InboundConnector' })],
      [
        after('PT1H'),
        observe({
          ...given,
          record: 'r2',
          operation: 'Set-InboundConnector',
          change: 'alter',
          passed: ['SenderIPAddresses'],
          changedAt: after('PT1H'),
        }),
      ],
    ]);
    expect(types(last)).toEqual(['ExceptionChanged']);
    expect(state.findings.map(({ id }) => id)).toContain('LAPSE-IC-008');
  });
});

describe('what protects and is removed', () => {
  const changedAt = instant('2026-11-02T13:00:00Z');
  const given = { kind: 'inbound-connector', name: 'L', complete: true, settings: lock } as const;
  const weakened: Step = [
    noon,
    observe({ ...given, operation: 'Set-InboundConnector', change: 'alter', passed: ['SenderIPAddresses'] }),
  ];
  const removes = (operation: string, at = changedAt): Step => [
    at,
    {
      type: 'ObserveRemoval',
      observation: {
        ...observation,
        ...given,
        record: 'r3',
        operation,
        change: 'remove',
        settings: {},
        complete: false,
        passed: [],
        changedAt: at,
      },
    },
  ];

  it('stays open, for people to see to', () => {
    const { state, last } = live([weakened, removes('Remove-InboundConnector')]);
    expect(types(last)).toEqual(['ExceptionChanged']);
    expect(state).toMatchObject({ state: 'unconfirmed', remedy: 'escalate', settings: lock });
    expect(state.findings.map(({ id }) => id)).toContain('LAPSE-IC-010');
  });

  it('is told of once, however often the inventory misses it', () => {
    const gone = [weakened, removes('Inventory')];
    expect(types(live(gone).last)).toEqual(['ExceptionChanged']);
    expect(live([...gone, removes('Inventory', after('PT2H'))]).last).toEqual([]);
  });

  it('ends with the term of whoever stood up for the removal', () => {
    const tell = (state: Exception) => told(state);
    const { state, last } = live([
      weakened,
      removes('Remove-InboundConnector'),
      [after('PT2H'), tell],
      [after('PT3H'), (open) => approve(open, after('PT3H'), { by: sam })],
      [after('P300D'), { type: 'CheckDue' }],
    ]);
    expect(types(last)).toEqual(['ExceptionFoundGone']);
    expect(state.state).toBe('removed');
  });

  it('ends when it is there again as it was meant to be', () => {
    const again = { ...given, record: 'r4', operation: 'New-InboundConnector', changedAt: after('PT3H') };
    const rule = {
      kind: 'transport-rule',
      name: 'L',
      complete: true,
      settings: { RejectMessageReasonText: 'no' },
    } as const;
    const off = {
      operation: 'Disable-TransportRule',
      change: 'disable',
      enabled: false,
      passed: [],
    } as const;
    const { state } = live([
      [noon, observe({ ...rule, ...off })],
      removes('Remove-TransportRule'),
      [after('PT3H'), observe({ ...again, ...rule, operation: 'New-TransportRule', change: 'create' })],
    ]);
    expect(state).toMatchObject({ state: 'removed', harmless: true });
  });
});

describe('a journal rule', () => {
  const journal = (JournalEmailAddress: string) =>
    assess({ kind: 'journal-rule', settings: { JournalEmailAddress }, ownDomains: ['contoso.com'] });

  it('keeps a record, so nobody’s silence ends it', () => {
    expect(journal('journal@archive.example')).toMatchObject({ risk: 'high', remedy: 'escalate' });
  });
  it('that sends it to a mailbox of anybody’s keeps none', () => {
    expect(journal('someone@gmail.com')).toMatchObject({ risk: 'critical', remedy: 'disable' });
  });
});
