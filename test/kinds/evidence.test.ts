import { describe, expect, it } from 'vitest';
import { type Grade } from '#risk/evidence.ts';
import { isOwn } from '#risk/settings.ts';
import { evidenceOf } from '#kinds/assess.ts';
import type { Settings } from '#risk/settings.ts';
import type { Kind } from '#kinds/registry.ts';

const partner = { SenderDomainIs: ['partner.example'] };
const passed = (word: string, settings: Settings = partner): Settings => ({
  ...settings,
  HeaderContainsMessageHeader: 'Authentication-Results',
  HeaderContainsWords: [word],
});
const matched = (pattern: string): Settings => ({
  ...partner,
  HeaderMatchesMessageHeader: 'authentication-results',
  HeaderMatchesPatterns: [pattern],
});

describe('what an exception rests on', () => {
  it.each<[Kind, Settings, Grade]>([
    ['transport-rule', passed('dmarc=pass'), 'identity-bound'],
    ['transport-rule', passed('dmarc=pass action=none header.from=partner.example'), 'identity-bound'],
    ['transport-rule', passed('compauth=pass'), 'identity-bound'],
    // SPF or DKIM passed for that domain, which publishes no DMARC record.
    ['transport-rule', passed('dmarc=bestguesspass'), 'identity-bound'],
    ['transport-rule', passed('dmarc=guesspass'), 'name-only'],
    ['transport-rule', matched('dmarc=(bestguesspass|pass)'), 'identity-bound'],
    ['transport-rule', { FromScope: 'InOrganization' }, 'identity-bound'],
    ['transport-rule', passed('spf=pass'), 'name-only'],
    // Anybody can write such a header.
    [
      'transport-rule',
      { ...passed('dmarc=pass'), HeaderContainsMessageHeader: 'X-Checked-By-Partner' },
      'name-only',
    ],
    ['transport-rule', matched('dmarc=pass|spf=pass'), 'name-only'],
    ['transport-rule', passed('dmarc=fail'), 'name-only'],
    ['transport-rule', matched('dmarc=(pass|none)'), 'name-only'],
    ['transport-rule', passed('dmarc=pass', { SenderDomainIs: ['gmail.com'] }), 'name-only'],
    [
      'transport-rule',
      passed('dmarc=pass', { FromAddressMatchesPatterns: ['.*@gmail\\.com$'] }),
      'name-only',
    ],
    ['transport-rule', passed('dmarc=pass', { From: ['ann@gmail.com'] }), 'identity-bound'],
    ['transport-rule', passed('dmarc=pass', {}), 'none'],
    ['transport-rule', partner, 'name-only'],
    ['transport-rule', { ...partner, SenderIpRanges: ['8.8.8.8'] }, 'network-bound'],
    ['transport-rule', { SenderIpRanges: ['8.8.8.8'] }, 'network-bound'],
    ['transport-rule', { SenderIpRanges: ['40.92.0.1'] }, 'none'],
    ['transport-rule', { SubjectContainsWords: ['x'] }, 'none'],
    [
      'inbound-connector',
      { ConnectorType: 'OnPremises', TlsSenderCertificateName: 'x.example' },
      'identity-bound',
    ],
    // A partner's certificate that is not required is not looked at.
    [
      'inbound-connector',
      { TlsSenderCertificateName: 'x.example', SenderDomains: ['x.example'] },
      'name-only',
    ],
    [
      'inbound-connector',
      { TlsSenderCertificateName: 'x.example', RestrictDomainsToCertificate: 'True' },
      'identity-bound',
    ],
    ['inbound-connector', { SenderDomains: ['*'], SenderIPAddresses: ['8.8.8.8'] }, 'network-bound'],
    ['inbound-connector', { SenderDomains: ['*'], SenderIPAddresses: ['104.47.1.1'] }, 'none'],
    ['inbound-connector', { SenderDomains: ['*'] }, 'none'],
    ['outbound-connector', { TlsSettings: 'DomainValidation', TlsDomain: 'x.example' }, 'identity-bound'],
    ['outbound-connector', { SmartHosts: ['[8.8.8.8]'] }, 'network-bound'],
    ['outbound-connector', { SmartHosts: ['x.example'], TlsSettings: 'CertificateValidation' }, 'name-only'],
    ['outbound-connector', { RecipientDomains: ['x.example'], UseMXRecord: true }, 'name-only'],
    ['outbound-connector', { IsTransportRuleScoped: true }, 'none'],
    ['ip-allow', { Entry: '8.8.8.8' }, 'network-bound'],
    ['ip-allow', { Entry: 'x' }, 'none'],
    ['safe-list', { EnableSafeList: true }, 'none'],
    ['allowed-sender', { Entry: 'ann@partner.example' }, 'name-only'],
    ['allowed-domain', { Entry: 'partner.example' }, 'name-only'],
    ['tenant-allow', { ListType: 'Sender', Entry: 'partner.example' }, 'name-only'],
    ['tenant-allow', { ListType: 'Url', Entry: 'partner.example' }, 'none'],
    ['tenant-allow', { ListType: 'FileHash', Entry: 'aa' }, 'none'],
    ['tenant-allow', { ListType: 'IP', Entry: '8.8.8.8' }, 'network-bound'],
    [
      'tenant-allow',
      { ListType: 'Spoof', Entry: 'a.example', SendingInfrastructure: '8.8.8.0/24' },
      'network-bound',
    ],
    ['tenant-allow', { ListType: 'Spoof', Entry: 'a.example', SendingInfrastructure: '*' }, 'name-only'],
    ['arc-sealer', { Entry: 'gateway.example' }, 'identity-bound'],
    ['phishing-simulation', { Domains: ['a.example'], SenderIpRanges: ['8.8.8.8'] }, 'network-bound'],
    ['phishing-simulation', { Domains: ['a.example'] }, 'none'],
    ['secops-mailbox', { Entry: 'soc@contoso.com' }, 'none'],
    ['direct-send', { RejectDirectSend: false }, 'none'],
  ])('%s %j: %s', (kind, settings, grade) => {
    const evidence = evidenceOf({ kind, settings });
    expect(evidence.grade).toBe(grade);
    expect(evidence.why).toMatch(/^[A-Z].*\.$/);
  });
});

describe('a domain of the tenant’s own', () => {
  it.each([
    ['contoso.com', true],
    ['mail.Contoso.com', true],
    ['ann@contoso.com', true],
    ['notcontoso.com', false],
    ['contoso.com.evil.example', false],
  ])('is %s: %s', (domain, own) => {
    expect(isOwn(domain, ['Contoso.com'])).toBe(own);
  });
});
