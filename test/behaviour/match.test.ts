import { describe, expect, it } from 'vitest';
import { createMatcher, whyUntold, type Traced } from '#behaviour/match.ts';
import { instant } from '#time/instant.ts';
import type { Sighting } from '#behaviour/sighting.ts';

const guid = '19a25eb2-3e43-4896-ad9e-47b6c3590001';
const other = '19a25eb2-3e43-4896-ad9e-47b6c3590002';

const rule = (given: Partial<Traced> = {}): Traced => ({
  id: 'rule',
  kind: 'transport-rule',
  name: 'Payroll',
  guid,
  settings: {},
  ...given,
});
const entry = (kind: Traced['kind'], written: string, id: string = kind): Traced => ({
  id,
  kind,
  name: written,
  settings: { Entry: written, Policy: 'Default' },
});

const seen = (given: Partial<Sighting> = {}): Sighting => ({
  source: 'email-events',
  at: instant('2026-11-20T09:00:00Z'),
  message: 'm1',
  direction: 'inbound',
  recipients: 1,
  sender: 'pay@payroll.example',
  from: 'payroll.example',
  mailFrom: 'payroll.example',
  address: '203.0.113.7',
  passed: {},
  via: { rules: [], connectors: [], lists: [] },
  ...given,
});

const matched = (exceptions: readonly Traced[], given: Partial<Sighting>, own: readonly string[] = []) =>
  createMatcher(exceptions, own)(seen(given)).map(({ id, certainty }) => `${certainty} ${id}`);

describe('a transport rule', () => {
  const through = (rules: NonNullable<Sighting['via']['rules']>): Partial<Sighting> => ({ via: { rules } });

  it('is matched by its GUID, whatever it was called', () => {
    expect(matched([rule()], through([{ guid: guid.toUpperCase(), name: 'Old name' }]))).toEqual([
      'certain rule',
    ]);
    expect(matched([rule()], through([{ guid: other, name: 'Payroll' }]))).toEqual([]);
  });

  it('is matched by its name only where the source has no GUID, or nobody knows its own', () => {
    expect(matched([rule()], through([{ name: 'PAYROLL' }]))).toEqual(['certain rule']);
    const unread: Traced = { id: 'rule', kind: 'transport-rule', name: 'Payroll', settings: {} };
    expect(matched([unread], through([{ guid: other, name: 'Payroll' }]))).toEqual(['certain rule']);
  });

  it('keeps what it did under names it had before, unless another has such a name now', () => {
    const renamed = rule({ name: 'Payroll 2026', formerNames: ['Payroll'] });
    expect(matched([renamed], through([{ name: 'Payroll' }]))).toEqual(['certain rule']);
    const heir = rule({ id: 'heir', guid: other });
    expect(matched([renamed, heir], through([{ name: 'Payroll' }]))).toEqual(['certain heir']);
    const twin = rule({ id: 'twin', guid: other, name: 'Third', formerNames: ['Payroll'] });
    expect(matched([renamed, twin], through([{ name: 'Payroll' }]))).toEqual([]);
  });

  it('that logs nothing is unknown, not unused', () => {
    expect(whyUntold(rule({ settings: { SetAuditSeverity: 'DoNotAudit' } }))).toMatch(/log nothing/);
    expect(whyUntold(rule({ settings: { SetAuditSeverity: 'Low' } }))).toBeUndefined();
  });
});

it('a connector is matched by name or GUID, and by the direction in which its mail goes', () => {
  const connectors: readonly Traced[] = [
    { id: 'in', kind: 'inbound-connector', name: 'Partner', guid, settings: {} },
    { id: 'out', kind: 'outbound-connector', name: 'partner', settings: {} },
  ];
  expect(matched(connectors, { via: { connectors: ['Partner'] } })).toEqual(['certain in']);
  expect(matched(connectors, { via: { connectors: ['Partner'] }, direction: 'outbound' })).toEqual([
    'certain out',
  ]);
  expect(matched(connectors, { via: { connectors: [guid] } })).toEqual(['certain in']);
});

describe('an entry of the IP allow list', () => {
  const allowed = [entry('ip-allow', '203.0.113.0/24'), entry('ip-allow', '198.51.100.7', 'elsewhere')];

  it('counts where the filter says that the list let the message past', () => {
    expect(matched(allowed, { via: { lists: ['ip-allow'] } })).toEqual(['certain ip-allow']);
    expect(matched(allowed, { via: { lists: ['allowed-sender'] } })).toEqual([]);
  });

  it('is only possible where nothing says so', () => {
    expect(matched(allowed, { via: {} })).toEqual(['possible ip-allow']);
  });
});

it('allowed senders and domains are matched by whom the message says it is from', () => {
  const allowed = [
    entry('allowed-sender', 'Pay@payroll.example'),
    entry('allowed-domain', 'payroll.example'),
    entry('allowed-domain', '*.example', 'below'),
    entry('allowed-domain', 'other.example', 'elsewhere'),
  ];
  expect(matched(allowed, { via: { lists: ['allowed-sender'] } })).toEqual([
    'certain allowed-sender',
    'certain allowed-domain',
    'certain below',
  ]);
  expect(matched(allowed, { via: { lists: [] } })).toEqual([]);
  expect(matched(allowed, { via: {} })).toContain('possible allowed-domain');
});

describe('Direct Send', () => {
  const open: readonly Traced[] = [{ id: 'ds', kind: 'direct-send', name: 'Direct Send', settings: {} }];
  const own = ['Contoso.example'];

  it('is inferred: from outside, in the name of an own domain, through no connector', () => {
    expect(matched(open, { mailFrom: 'contoso.example' }, own)).toEqual(['inferred ds']);
    expect(matched(open, { mailFrom: 'payroll.example', from: 'contoso.example' }, own)).toEqual([]);
    expect(matched(open, { mailFrom: 'contoso.example', direction: 'internal' }, own)).toEqual([]);
    expect(matched(open, { mailFrom: 'contoso.example', via: { connectors: ['Printers'] } }, own)).toEqual(
      [],
    );
    expect(matched(open, { mailFrom: 'contoso.example', via: {} }, own)).toEqual([]);
  });

  it('is only possible where the envelope is not told', () => {
    const { mailFrom, ...rest } = seen({ from: 'contoso.example' });
    expect(mailFrom).toBe('payroll.example');
    expect(createMatcher(open, own)(rest)).toEqual([{ id: 'ds', certainty: 'possible' }]);
  });
});

it('a kind that no statistics show says so', () => {
  expect(whyUntold({ kind: 'safe-list', settings: {} })).toBe(
    'no mail statistics that Lapse reads show what goes through a safe list',
  );
});
