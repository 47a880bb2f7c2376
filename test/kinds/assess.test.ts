import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { assess } from '#kinds/assess.ts';
import { fingerprint } from '#risk/fingerprint.ts';
import { kinds } from '#kinds/registry.ts';
import type { Assessable } from '#risk/finding-row.ts';
import type { Kind } from '#kinds/registry.ts';

type Row = readonly [what: string, settings: Record<string, unknown>, found: readonly string[], risk: string];

const shown = (kind: Kind, settings: Record<string, unknown>, more: Partial<Assessable> = {}) => {
  const { risk, findings } = assess({ kind, settings, ownDomains: ['contoso.com'], ...more });
  return { risk, found: findings.map((finding) => finding.id) };
};

describe('a transport rule', () => {
  it.each<Row>([
    ['skips the filter for everything', { SetSCL: -1 }, ['LAPSE-TR-001'], 'critical'],
    [
      'skips the filter, as the log writes it',
      { SetSCL: '-1', SenderDomainIs: 'a.example;b.example' },
      ['LAPSE-TR-001'],
      'critical',
    ],
    [
      'skips the filter for a domain anybody can write',
      { SetSCL: -1, SenderDomainIs: ['partner.example'] },
      ['LAPSE-TR-001'],
      'critical',
    ],
    [
      'skips the filter for an address pattern',
      { SetSCL: -1, FromAddressMatchesPatterns: ['@partner\\.example$'] },
      ['LAPSE-TR-001'],
      'critical',
    ],
    [
      'skips the filter for a domain whose check passed',
      {
        SetSCL: -1,
        SenderDomainIs: ['partner.example'],
        HeaderContainsMessageHeader: 'Authentication-Results',
        HeaderContainsWords: ['dmarc=pass'],
      },
      ['LAPSE-TR-001'],
      'medium',
    ],
    [
      'skips the filter for addresses of a network',
      { SetSCL: -1, SenderIpRanges: ['192.0.2.0/24'] },
      ['LAPSE-TR-001'],
      'high',
    ],
    [
      'skips Safe Links',
      { SetHeaderName: 'X-MS-Exchange-Organization-SkipSafeLinksProcessing', SetHeaderValue: '1' },
      ['LAPSE-TR-002'],
      'high',
    ],
    [
      'skips Safe Attachments',
      { SetHeaderName: 'x-ms-exchange-organization-skipsafeattachmentprocessing', SetHeaderValue: '1' },
      ['LAPSE-TR-002'],
      'high',
    ],
    [
      'fakes the IP allow list',
      { SetHeaderName: 'X-Forefront-Antispam-Report', SetHeaderValue: 'IPV:CAL;' },
      ['LAPSE-TR-003'],
      'high',
    ],
    ['sends mail outside', { RedirectMessageTo: ['x@elsewhere.example'] }, ['LAPSE-TR-004'], 'critical'],
    [
      'copies mail outside, hidden',
      { BlindCopyTo: 'a@contoso.com;x@elsewhere.example', SetAuditSeverity: 'DoNotAudit' },
      ['LAPSE-TR-004', 'LAPSE-TR-011'],
      'critical',
    ],
    ['deletes mail', { DeleteMessage: true, SubjectContainsWords: ['invoice'] }, ['LAPSE-TR-005'], 'high'],
    [
      'chooses a connector',
      { RouteMessageOutboundConnector: 'to relay', StopRuleProcessing: 'True' },
      ['LAPSE-TR-006', 'LAPSE-TR-010'],
      'high',
    ],
    ['removes evidence', { RemoveHeader: 'Authentication-Results' }, ['LAPSE-TR-007'], 'high'],
    [
      'forges evidence',
      { SetHeaderName: 'X-MS-Exchange-Organization-AuthAs', SetHeaderValue: 'Internal' },
      ['LAPSE-TR-007'],
      'high',
    ],
    ['copies mail inside', { BlindCopyTo: ['archive@mail.contoso.com'] }, [], 'low'],
    [
      'adds a disclaimer',
      { ApplyHtmlDisclaimerText: '<p>hello</p>', FromScope: 'InOrganization' },
      [],
      'low',
    ],
    ['marks outside mail', { PrependSubject: '[External]', FromScope: 'NotInOrganization' }, [], 'low'],
    [
      'stops executables, with an exception of old',
      {
        AttachmentHasExecutableContent: true,
        RejectMessageReasonText: 'no',
        ExceptIfFrom: ['x@contoso.com'],
      },
      [],
      'low',
    ],
    ['raises the spam score', { SetSCL: 6, FromScope: 'NotInOrganization' }, [], 'low'],
    ['writes a header of its own', { SetHeaderName: 'X-Contoso-Checked', SetHeaderValue: '1' }, [], 'low'],
    [
      'has every list unset',
      { SetSCL: null, RedirectMessageTo: [], DeleteMessage: false, SetHeaderName: '', RemoveHeader: null },
      [],
      'low',
    ],
  ])('that %s', (_, settings, found, risk) => {
    expect(shown('transport-rule', settings)).toEqual({ risk, found });
  });

  it('that protects and is given a way around it, is switched off, or only watches, calls for people', () => {
    const rule = { AttachmentHasExecutableContent: true, RejectMessageReasonText: 'no' };
    const set = { operation: 'Set-TransportRule' };
    expect(
      assess({
        kind: 'transport-rule',
        settings: { ...rule, ExceptIfFrom: ['a@b.example'] },
        ...set,
        passed: ['ExceptIfFrom'],
      }),
    ).toMatchObject({ risk: 'high', remedy: 'escalate', findings: [{ id: 'LAPSE-TR-008' }] });
    expect(
      assess({
        kind: 'transport-rule',
        settings: { ...rule, State: 'Disabled' },
        operation: 'Disable-TransportRule',
        passed: [],
      }),
    ).toMatchObject({ remedy: 'escalate', findings: [{ id: 'LAPSE-TR-009' }] });
    expect(
      assess({ kind: 'transport-rule', settings: { ...rule, Mode: 'Audit' }, ...set, passed: ['Mode'] }),
    ).toMatchObject({ remedy: 'escalate', findings: [{ id: 'LAPSE-TR-009' }] });
    expect(assess({ kind: 'transport-rule', settings: rule, ...set, passed: ['Comments'] })).toMatchObject({
      findings: [],
    });
    expect(
      assess({
        kind: 'transport-rule',
        settings: { ...rule, SetSCL: -1, ExceptIfFrom: ['a@b.example'] },
        ...set,
        passed: ['ExceptIfFrom'],
      }),
    ).toMatchObject({ risk: 'high', remedy: 'escalate' });
  });
});

describe('an inbound connector', () => {
  it.each<Row>([
    [
      'trusts addresses as own servers',
      { ConnectorType: 'OnPremises', SenderIPAddresses: ['192.0.2.7'] },
      ['LAPSE-IC-001'],
      'critical',
    ],
    [
      'trusts a certificate as own server',
      { ConnectorType: 'OnPremises', TlsSenderCertificateName: 'mail.contoso.com' },
      ['LAPSE-IC-001'],
      'high',
    ],
    [
      'makes mail internal',
      { ConnectorType: 'OnPremises', TlsSenderCertificateName: 'x', TreatMessagesAsInternal: 'True' },
      ['LAPSE-IC-001', 'LAPSE-IC-002'],
      'high',
    ],
    [
      'believes headers',
      { ConnectorType: 'Partner', RequireTls: true, CloudServicesMailEnabled: true },
      ['LAPSE-IC-003'],
      'high',
    ],
    [
      'takes anybody without encryption',
      { ConnectorType: 'Partner', SenderDomains: ['smtp:*;1'], RequireTls: false },
      ['LAPSE-IC-004'],
      'high',
    ],
    [
      'takes a name for proof',
      { ConnectorType: 'Partner', SenderDomains: 'partner.example', RequireTls: 'False' },
      ['LAPSE-IC-004'],
      'medium',
    ],
    [
      'trusts a network',
      {
        ConnectorType: 'Partner',
        SenderDomains: ['*'],
        RequireTls: true,
        SenderIPAddresses: ['192.0.2.0/24'],
      },
      ['LAPSE-IC-005'],
      'medium',
    ],
    [
      'asks a partner for encryption',
      { ConnectorType: 'Partner', SenderDomains: ['smtp:partner.example;1'], RequireTls: true },
      [],
      'low',
    ],
    [
      'asks a partner for its certificate',
      {
        ConnectorType: 'Partner',
        SenderDomains: ['*'],
        RequireTls: true,
        RestrictDomainsToCertificate: true,
        TlsSenderCertificateName: 'mail.partner.example',
      },
      [],
      'low',
    ],
    [
      'filters well for some only',
      { ConnectorType: 'Partner', RequireTls: true, EFTestMode: true, EFUsers: ['a@contoso.com'] },
      [],
      'low',
    ],
  ])('that %s', (_, settings, found, risk) => {
    expect(shown('inbound-connector', settings)).toEqual({ risk, found });
  });
});

describe('an outbound connector', () => {
  it.each<Row>([
    [
      'hands everything to a host',
      {
        RecipientDomains: ['*'],
        SmartHosts: ['relay.example.net'],
        UseMXRecord: false,
        TlsSettings: 'CertificateValidation',
      },
      ['LAPSE-OC-001'],
      'critical',
    ],
    [
      'hands a partner’s mail to a host unproved',
      { RecipientDomains: ['partner.example'], SmartHosts: '[192.0.2.9]', UseMXRecord: 'False' },
      ['LAPSE-OC-001', 'LAPSE-OC-003'],
      'high',
    ],
    ['is chosen by rules', { IsTransportRuleScoped: true, UseMXRecord: true }, ['LAPSE-OC-002'], 'high'],
    [
      'sends internal headers along',
      { CloudServicesMailEnabled: true, UseMXRecord: true },
      ['LAPSE-OC-004'],
      'medium',
    ],
    [
      'asks a partner for encryption',
      {
        RecipientDomains: ['partner.example'],
        UseMXRecord: true,
        TlsSettings: 'DomainValidation',
        TlsDomain: '*.partner.example',
      },
      [],
      'low',
    ],
  ])('that %s', (_, settings, found, risk) => {
    expect(shown('outbound-connector', settings)).toEqual({ risk, found });
  });
});

describe('any object', () => {
  it('is assessed and fingerprinted without an error, whatever JSON it holds', () => {
    const names = fc.constantFrom(
      'SetSCL',
      'SetHeaderName',
      'RedirectMessageTo',
      'ExceptIfFrom',
      'SenderDomains',
      'SmartHosts',
      'ConnectorType',
      'EFUsers',
      'DeleteMessage',
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.dictionary(fc.oneof(names, fc.string()), fc.jsonValue()),
        (kind, settings) => {
          expect(
            assess({ kind, settings, operation: 'Set-TransportRule', passed: ['ExceptIfFrom'] }).risk,
          ).toMatch(/^(low|medium|high|critical)$/);
          expect(typeof fingerprint({ settings })).toBe('string');
        },
      ),
    );
  });

  it('has the same fingerprint whatever the order, spelling, notes and timestamps of its settings', () => {
    const one = {
      SenderDomains: ['smtp:B.example;1', 'a.example'],
      RequireTls: true,
      Comment: 'x',
      SenderIPAddresses: [],
      WhenChanged: '2026',
      'Guid@odata.type': '#Guid',
      SetSCL: -1,
    };
    const other = {
      SetSCL: '-1',
      SenderDomains: 'a.example;b.example;a.example',
      RequireTls: 'True',
      TlsSenderCertificateName: null,
      Enabled: false,
    };
    expect(fingerprint({ settings: one })).toBe(fingerprint({ settings: other }));
    expect(fingerprint({ settings: { ...one, SenderDomains: ['a.example', '*.b.example'] } })).not.toBe(
      fingerprint({ settings: one }),
    );
    expect(fingerprint({ settings: { ...one, RequireTls: false } })).not.toBe(fingerprint({ settings: one }));
  });
});
