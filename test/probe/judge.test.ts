import { describe, expect, it } from 'vitest';
import { judge } from '#probe/judge.ts';
import { accepted, refused, seen, test } from './examples.ts';
import type { ProbeTest } from '#probe/run.ts';

const judged = (more: Partial<ProbeTest>) => judge(test(more));

describe('a door is closed', () => {
  it('to direct delivery where a partner connector restricts who may deliver', () => {
    expect(judged({ answer: refused('5.7.51') })).toMatchObject({
      verdict: 'closed',
      first: expect.stringContaining('partner connector') as string,
      says: expect.stringContaining('550 5.7.51 at RCPT TO') as string,
    });
  });
  it('to Direct Send where it is rejected', () => {
    expect(judged({ control: 'direct-send', answer: refused('5.7.68') })).toMatchObject({
      verdict: 'closed',
      first: 'RejectDirectSend',
      provesNot: expect.stringContaining('this door only') as string,
    });
  });
  it('to Direct Send by a connector, too, which proves nothing of the switch', () => {
    expect(judged({ control: 'direct-send', answer: refused('5.7.51') })).toMatchObject({
      verdict: 'closed',
      provesNot: expect.stringContaining('that switch was not tested') as string,
    });
  });
  it('as far as whoever answered is who was asked', () => {
    const answer = refused('5.7.51', { encryption: { used: true, unproven: 'CERT_HAS_EXPIRED' } });
    expect(judged({ answer }).provesNot).toMatch(/past the MX record.*CERT_HAS_EXPIRED/);
    // What Exchange shows has arrived there, whoever took it.
    const taken = accepted({ encryption: { used: true, unproven: 'CERT_HAS_EXPIRED' } });
    expect(judged({ answer: taken }).provesNot).toContain('CERT_HAS_EXPIRED');
    expect(judged({ answer: taken, seen: seen() }).provesNot).not.toContain('CERT_HAS_EXPIRED');
  });
});

describe('nothing is known of a door', () => {
  it.each([
    ['nothing was reached', { answer: { type: 'unreached', why: 'ETIMEDOUT' } }, 'could not connect'],
    ['no mail server answered', { answer: { type: 'broken', why: 'it does not speak SMTP' } }, 'SMTP'],
    ['it said to come back later', { answer: refused('4.7.500') }, 'come back later'],
    ['the mailbox does not exist', { answer: refused('5.1.10') }, 'name one that exists'],
    [
      'a gateway does not know the mailbox',
      { control: 'gateway', answer: refused('5.4.1', { server: 'mx1.gateway.example' }) },
      'name one that exists',
    ],
    ['this machine is banned', { answer: refused('5.7.606') }, 'another reason'],
    ['something in between refused', { answer: refused('5.7.51', { server: 'proxy.isp.example' }) }, 'proxy'],
    ['something in between took it', { answer: accepted({ server: 'proxy.isp.example' }) }, 'proxy'],
    ['a look-alike took it', { answer: accepted({ server: 'mail.notoutlook.com' }) }, 'notoutlook'],
    [
      'a connector did not know this machine',
      { control: 'connector', connector: 'x', answer: refused('5.7.51') },
      'did not take this machine',
    ],
  ] satisfies readonly [string, Partial<ProbeTest>, string][])('where %s', (_, more, says) => {
    expect(judged(more)).toMatchObject({
      verdict: 'unknown',
      says: expect.stringContaining(says) as string,
    });
  });

  it('yet of what only looks like a sender of the own domain: a filter may see through it', () => {
    expect(judged({ control: 'own-name' }).verdict).toBe('unknown');
  });

  it('yet of the mailbox, while Exchange works on it', () => {
    for (const status of ['GettingStatus', 'Pending'])
      expect(judged({ seen: seen({ status }) }).verdict).toBe('unknown');
  });
});

describe('a door is open', () => {
  it('where Exchange took the message, before anybody knows what became of it', () => {
    expect(judged({})).toMatchObject({
      verdict: 'open',
      says: expect.stringContaining('lapse probe result') as string,
    });
  });
  it('where it was delivered, with the way it took', () => {
    expect(judged({ seen: seen() })).toMatchObject({
      verdict: 'open',
      says: 'delivered: handed in at contoso-com.mail.protection.outlook.com, in Exchange from 198.51.100.9, through no connector',
      provesNot: expect.stringContaining('harmless') as string,
    });
  });
});

describe('a filter behind the door', () => {
  it.each([
    ['FilteredAsSpam', 'junk'],
    ['Quarantined', 'quarantined'],
    ['Failed', 'not delivered'],
  ])('stopped it: %s', (status, says) => {
    expect(
      judged({ control: 'own-name', seen: seen({ status, events: ['Receive', 'Spam', 'Fail'] }) }),
    ).toMatchObject({ verdict: 'filtered', first: 'Spam', says: expect.stringContaining(says) as string });
  });
  it('refused what was in the message', () => {
    expect(judged({ control: 'own-name', answer: refused('5.7.509', { at: 'the message' }) })).toMatchObject({
      verdict: 'filtered',
    });
  });
});

describe('the way that mail is meant to take', () => {
  const gateway = { control: 'gateway', host: 'mx1.gateway.example' } as const;
  const server = 'mx1.gateway.example';
  it('works where the gateway took it and Exchange shows it', () => {
    expect(
      judged({
        ...gateway,
        answer: accepted({ server }),
        seen: seen({ connector: 'Gateway', events: ['Receive', 'Deliver'] }),
      }),
    ).toMatchObject({
      verdict: 'works',
      first: server,
      says: expect.stringContaining('through the connector Gateway') as string,
    });
  });
  it('is not known to work while Exchange has not shown it', () => {
    expect(judged({ ...gateway, answer: accepted({ server }) })).toMatchObject({ verdict: 'unknown' });
  });
  it('was refused by the gateway', () => {
    expect(judged({ ...gateway, answer: refused('5.7.1', { server }) })).toMatchObject({
      verdict: 'filtered',
      first: server,
    });
  });
  it('leads through the connector only if Exchange names it', () => {
    const through = { control: 'connector', connector: 'Ours' } as const;
    expect(judged({ ...through, seen: seen({ connector: 'ours' }) }).verdict).toBe('works');
    expect(judged({ ...through, seen: seen() }).verdict).toBe('unknown');
  });
});

it('a mark that came twice is told', () => {
  expect(judged({ seen: seen({ copies: 2 }) }).provesNot).toContain('2 messages');
});
