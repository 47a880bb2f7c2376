import { describe, expect, it } from 'vitest';
import {
  isReal,
  mustFit,
  onlyStandIns,
  surroundingsOf,
  type StandInsOrReal,
} from '#lib/local/surroundings.ts';

const contoso = surroundingsOf({ exchange: { tenantId: 'AAAA-1' } });
const fabrikam = surroundingsOf({ exchange: { tenantId: 'bbbb-2' } });
const withSlack = surroundingsOf({ exchange: { tenantId: 'aaaa-1' }, slack: {} });
const fit = (noted: unknown, now: StandInsOrReal) => () => mustFit('.lapse', noted, now, 'start elsewhere');

describe('what a deployment is connected to', () => {
  it.each([
    ['stand-ins', onlyStandIns, surroundingsOf({})],
    [
      'the same tenant, however its id is written',
      contoso,
      surroundingsOf({ exchange: { tenantId: 'aaaa-1' } }),
    ],
    ['the same tenant and Slack', withSlack, withSlack],
    ['stand-ins where nothing was noted', undefined, onlyStandIns],
  ])('may stay: %s', (_what, before, now) => {
    expect(fit(before, now)).not.toThrow();
  });

  it.each([
    ['a stand-in, then a tenant', onlyStandIns, contoso, 'tenant'],
    ['a tenant, then a stand-in', contoso, onlyStandIns, 'tenant'],
    ['a tenant, then another', contoso, fabrikam, 'tenant'],
    ['a stand-in for Slack, then Slack', contoso, withSlack, 'Slack'],
    ['Slack, then a stand-in for it', withSlack, contoso, 'Slack'],
    ['nothing noted, then a tenant', undefined, contoso, 'tenant'],
  ])('may not change: %s', (_what, before, now, part) => {
    expect(fit(before, now)).toThrow(`.lapse was used with another ${part}`);
  });

  it.each([
    ['https://outlook.office365.com', true],
    ['https://slack.com/api/', true],
    ['https://localhost:8443', false],
    ['https://127.0.0.1:8443', false],
    ['https://[::1]:8443', false],
    ['http://emulator:8080', false],
  ])('at %s is real: %s', (url, expected) => {
    expect(isReal(url)).toBe(expected);
  });
});
