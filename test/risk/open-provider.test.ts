import { describe, expect, it } from 'vitest';
import { isAnybodysDomain } from '#risk/open-provider.ts';

describe('where anybody has a mailbox', () => {
  it.each([
    ['the best known', ['gmail.com', 'OUTLOOK.com', '*.gmail.com']],
    [
      'any country of those that have one for each',
      ['yahoo.co.jp', 'hotmail.fr', 'live.com.mx', 'gmx.ch', 'outlook.com.br'],
    ],
    [
      'providers of one country',
      [
        't-online.de',
        'laposte.net',
        'wp.pl',
        'seznam.cz',
        'naver.com',
        'libero.it',
        'uol.com.br',
        'bigpond.com',
        'comcast.net',
        '163.com',
      ],
    ],
    ['patterns of a rule', ['@gmail\\.com$', '.*@web.de', '']],
  ])('is %s', (_what, entries) => {
    expect(entries.filter((entry) => !isAnybodysDomain(entry))).toEqual([]);
  });

  it.each([
    ['one mailbox there', ['ann@gmail.com', 'ann@t-online.de']],
    [
      'a company of a similar name',
      ['yahoo-partners.com', 'live.contoso.com', 'mygmx.de', 'notgmail.com', 'hotmail.contoso.fr'],
    ],
    [
      'a company that such lists hold as well',
      ['alibaba.com', 'discovery.com', 'swissinfo.org', 'example.com'],
    ],
    ['a tenant of Microsoft 365', ['contoso.onmicrosoft.com']],
  ])('is not %s', (_what, entries) => {
    expect(entries.filter(isAnybodysDomain)).toEqual([]);
  });
});
