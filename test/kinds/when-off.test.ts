import { describe, expect, it } from 'vitest';
import { whenOff } from '#kinds/when-off.ts';
import { protects } from '#kinds/protection.ts';
import { kindOf, kinds } from '#kinds/registry.ts';
import { examples } from './examples.ts';

describe.each(kinds)('%s, once it is off', (kind) => {
  const { settings } = examples[kind];

  it('says in sentences what becomes of its mail', () => {
    const { text } = whenOff({ kind, settings });
    expect(text).toMatch(/^[A-Z].*\.$/);
    expect(text.length).toBeLessThan(300);
  });

  it('is said never to be switched off if it protects, and only then', () => {
    expect(whenOff({ kind, settings }).text.includes('Lapse never disables it')).toBe(
      protects({ kind, settings }),
    );
  });
});

it('a rule that skips filtering stops no mail; one that routes, diverts or copies it may', () => {
  const off = kindOf('transport-rule').whenOff;
  expect(off({ SetSCL: '-1' })).toMatchObject({ mayStop: false });
  expect(off({ SetSCL: '-1', RouteMessageOutboundConnector: 'To the archive' })).toEqual({
    mayStop: true,
    text: 'Its mail leaves the usual way instead of through the connector "To the archive": a receiver that takes mail only from there may refuse it.',
  });
  expect(off({ RedirectMessageTo: ['a@x.example'], BlindCopyTo: ['b@x.example'] })).toEqual({
    mayStop: true,
    text: 'Its mail goes to its own recipients again, and not to whoever gets it instead of them now. Whoever gets a copy now does not get one any more.',
  });
});

it.each([
  ['ip-allow', false],
  ['allowed-domain', false],
  ['tenant-allow', false],
  ['inbound-connector', true],
  ['outbound-connector', true],
  ['direct-send', true],
] as const)('%s: mail may stop is %s', (kind, mayStop) => {
  expect(kindOf(kind).whenOff({}).mayStop).toBe(mayStop);
});
