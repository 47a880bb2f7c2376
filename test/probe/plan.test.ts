import { describe, expect, it } from 'vitest';
import { findEndpoint } from '#probe/endpoint.ts';
import { mostMessages, planProbe, type ProbeQuestion } from '#probe/plan.ts';
import { connector, posture } from './examples.ts';

const question: ProbeQuestion = {
  posture: posture(),
  mx: { hosts: ['mx1.gateway.example', 'mx2.gateway.example'] },
  to: 'alex@contoso.com',
  sender: 'test@outside.example',
};
function planned(more: Partial<ProbeQuestion> = {}) {
  let count = 0;
  const plan = planProbe({ ...question, ...more }, () => `mark-${(count += 1)}`);
  return {
    ...plan,
    ways: plan.messages.map(({ control, connector: name, host }) => [control, name ?? host]),
    why: Object.fromEntries(plan.untested.map(({ control, connector: name, why }) => [name ?? control, why])),
  };
}
const direct = 'contoso-com.mail.protection.outlook.com';

describe('the endpoint of a tenant', () => {
  const suffix = 'mail.protection.outlook.com';
  it.each([
    ['contoso.com', [], suffix, direct],
    ['mail.contoso.co.uk', [], suffix, `mail-contoso-co-uk.${suffix}`],
    ['Contoso.com', [], suffix, direct],
    ['contoso.com', [], 'mail.protection.office365.us', 'contoso-com.mail.protection.office365.us'],
    ['contoso.com', ['contoso-com.o-v1.mx.microsoft'], suffix, 'contoso-com.o-v1.mx.microsoft'],
    ['con-toso.com', ['contoso-com01e.mail.protection.outlook.com'], suffix, `contoso-com01e.${suffix}`],
    ['contoso.com', ['mx1.gateway.example'], suffix, direct],
    ['contoso.com', ['contoso-com.mail.protection.outlook.com.evil.example'], suffix, direct],
  ])('of %s with the MX record %j', (domain, mx, ends, host) => {
    expect(findEndpoint({ domain, mx, suffix: ends })).toMatchObject({ host });
  });
  it.each(['con-toso.com', 'xn--mnchen-3ya.de', 'contoso.onmicrosoft.com'])(
    'is not guessed for %s, for which Microsoft makes a name of its own',
    (domain) => {
      expect(findEndpoint({ domain, mx: [], suffix })).toEqual({
        unknown: expect.stringContaining('--endpoint') as string,
      });
      expect(findEndpoint({ domain, mx: [], suffix, given: 'Named.example' })).toEqual({
        host: 'named.example',
        by: 'given',
      });
    },
  );
});

describe('the test messages', () => {
  it('go through the MX record, past it, and as the own domain in two ways', () => {
    const { ways, untested, messages } = planned();
    expect(ways).toEqual([
      ['gateway', 'mx1.gateway.example'],
      ['direct-delivery', direct],
      ['direct-send', direct],
      ['own-name', direct],
    ]);
    expect(untested).toEqual([]);
    expect(messages.map(({ sender, from }) => [sender, from])).toEqual([
      ['test@outside.example', 'test@outside.example'],
      ['test@outside.example', 'test@outside.example'],
      ['lapse-probe@contoso.com', 'lapse-probe@contoso.com'],
      ['test@outside.example', 'lapse-probe@contoso.com'],
    ]);
  });

  it('all go to the one address, each with a mark of its own', () => {
    const { messages } = planned();
    expect(new Set(messages.map(({ to }) => to))).toEqual(new Set(['alex@contoso.com']));
    expect(new Set(messages.map(({ mark }) => mark)).size).toBe(messages.length);
  });

  it('go past no gateway where there is none', () => {
    const { ways, why } = planned({ mx: { hosts: [direct] } });
    expect(ways.map(([control]) => control)).toEqual(['gateway', 'direct-send', 'own-name']);
    expect(why['direct-delivery']).toContain('no gateway');
  });

  it.each([
    ['DNS does not tell', { unknown: 'DNS did not answer' }, 'DNS did not answer'],
    ['there is none', { hosts: [] }, 'no MX record'],
    ['it says that no mail is taken', { hosts: [''] }, 'no MX record'],
    ['it names an address', { hosts: ['192.0.2.1'] }, 'no host'],
    ['it names what is none', { hosts: ['mx\r\nQUIT.example'] }, 'no host'],
  ])('do not go through the MX record where %s', (_, mx, why) => {
    const found = planned({ mx });
    expect(found.ways.map(([control]) => control)).not.toContain('gateway');
    expect(found.why['gateway']).toContain(why);
  });

  it('go nowhere directly where the endpoint is not known', () => {
    const { ways, why } = planned({ to: 'alex@con-toso.com' });
    expect(ways.map(([control]) => control)).toEqual(['gateway']);
    expect(Object.keys(why)).toEqual(['direct-delivery', 'direct-send', 'own-name']);
  });

  it.each([
    ['is off', connector('x', {}, false), 'switched off'],
    [
      'asks for a certificate',
      connector('x', { TlsSenderCertificateName: 'gw.example', RestrictDomainsToCertificate: true }),
      'gw.example',
    ],
    ['knows addresses', connector('x', { SenderIPAddresses: ['192.0.2.0/24'] }), '--source'],
    ['knows a name', connector('x', { SenderDomains: ['smtp:partner.example;1'] }), 'in the name of others'],
    ['is for everybody', connector('x', {}), 'from anywhere'],
  ])('do not go through a connector that %s', (_, one, why) => {
    const found = planned({ posture: posture({ connectors: [one] }), source: '198.51.100.7' });
    expect(found.ways.map(([control]) => control)).not.toContain('connector');
    expect(found.why['x']).toContain(why);
  });

  it('go through a connector that knows the address of this machine', () => {
    const own = connector('ours', { SenderIPAddresses: ['192.0.2.0/24'] });
    const partners = connector('theirs', {
      SenderIPAddresses: ['192.0.2.0/24'],
      SenderDomains: ['smtp:partner.example;1'],
    });
    const { ways, why } = planned({
      posture: posture({ connectors: [own, partners] }),
      source: '192.0.2.7',
    });
    expect(ways.at(-1)).toEqual(['connector', 'ours']);
    expect(why['theirs']).toContain('--sender');
  });

  it('are a handful at most, however many connectors there are', () => {
    const many = Array.from({ length: 300 }, (_, at) =>
      connector(`c${at}`, { SenderIPAddresses: ['192.0.2.7'] }),
    );
    const { messages, untested } = planned({ posture: posture({ connectors: many }), source: '192.0.2.7' });
    expect(messages).toHaveLength(mostMessages);
    expect(untested).toHaveLength(300 - (mostMessages - 4));
  });

  it('are not described without end, however connectors are set', () => {
    const wordy = connector('x', { SenderDomains: [`smtp:${'x'.repeat(10_000)}.example;1`] });
    const { untested } = planned({ posture: posture({ connectors: [wordy] }) });
    expect(untested[0]?.why.length).toBeLessThanOrEqual(300);
  });

  it('say that connectors were not looked at where Exchange did not tell', () => {
    expect(planned({ posture: posture({ connectors: undefined }) }).why['connector']).toContain('did not');
  });
});
