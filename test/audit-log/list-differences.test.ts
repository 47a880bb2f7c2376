import { describe, expect, it } from 'vitest';
import { differences } from '#audit-log/list-differences.ts';
import { instant } from '#time/instant.ts';
import type { ListChange, ListTold } from '#audit-log/list-change.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Settings } from '#risk/settings.ts';
import type { Kind } from '#kinds/registry.ts';
import type { Listing } from '#kinds/shown.ts';
import { after, examples, noon, tenant } from '../lifecycle/examples.ts';

const settings = (Entry: string, Policy = 'Default'): Settings => ({ Entry, Policy });
const change = (given: Partial<ListChange> = {}): ListChange => ({
  record: 'rec-1',
  operation: 'Set-HostedContentFilterPolicy',
  tenant,
  changedBy: { type: 'person', id: 'ann@contoso.com' },
  applications: [],
  ownDomains: [],
  changedAt: after('P4D'),
  lists: [],
  passed: {},
  ...given,
});
const told = (given: Partial<ListTold>): ListTold => ({
  kind: 'allowed-domain',
  present: [],
  absent: [],
  altered: [],
  form: 'edit',
  ...given,
});
const known = (
  state: keyof typeof examples,
  Entry: string,
  { kind = 'allowed-domain', policy = 'Default' }: { kind?: Kind; policy?: string } = {},
): Exception => ({ ...examples[state].state, kind, name: Entry, settings: settings(Entry, policy) });
const seen = (names: readonly string[], complete = true): Listing => ({
  complete,
  objects: names.map((name) => ({ guid: `guid of ${name}`, name, enabled: true, settings: settings(name) })),
});
const what = (...given: Parameters<typeof differences>) =>
  differences(...given).map((one) => [one.name, one.change, one.complete]);

describe('a record about a list, the list, and what is known of it', () => {
  it('an entry that another record is about is not this author’s', () => {
    const own = told({ present: [{ name: 'a.example', settings: settings('a.example') }] });
    expect(what(change(), own, [], seen(['a.example', 'b.example']))).toEqual([
      ['a.example', 'create', true],
    ]);
  });

  it('a record from before a disable does not switch the entry on that stands there again', () => {
    const own = told({ present: [{ name: 'a.example', settings: settings('a.example') }] });
    const disabled = known('disabled', 'a.example');
    expect(what(change({ changedAt: noon }), own, [disabled], seen(['a.example']))).toEqual([
      ['a.example', 'alter', false],
    ]);
    expect(what(change(), own, [disabled], seen(['a.example']))).toEqual([['a.example', 'enable', true]]);
  });

  it.each([
    ['later', '0002', 'enable'],
    ['earlier', '0000', 'alter'],
  ])('within the instant of a switching off, one that came %s counts as that', (_when, order, expected) => {
    const own = told({ present: [{ name: 'a.example', settings: settings('a.example') }] });
    const off = { at: noon, order: '0001', record: 'off', by: change().changedBy, operation: 'Set-' };
    const disabled = {
      ...examples.disabled.state,
      ...known('disabled', 'a.example'),
      state: 'disabled',
      cause: 'at source',
      disabledAt: noon,
      changed: off,
    } as const satisfies Exception;
    for (const list of [seen(['a.example']), undefined])
      expect(differences(change({ changedAt: noon, order }), own, [disabled], list)).toMatchObject([
        { name: 'a.example', change: expected },
      ]);
  });

  it('from a list of which a part is missing, nothing is concluded about what is not in it', () => {
    const unread = told({ form: 'unread' });
    const a = known('confirmed', 'a.example');
    expect(what(change(), unread, [a], seen([], false))).toEqual([]);
    expect(what(change(), unread, [a], seen([], true))).toEqual([['a.example', 'remove', false]]);
  });

  it('a list written anew ends what stood in it, and nothing of another policy', () => {
    const whole = told({ form: 'whole', policy: 'Default' });
    const mine = known('confirmed', 'a.example');
    const others = known('confirmed', 'b.example', { policy: 'Sales' });
    expect(what(change(), whole, [mine, others], seen([]))).toEqual([['a.example', 'remove', false]]);
  });

  it('a record from before an approval does not end what was approved', () => {
    const gone = told({ absent: [{ name: 'a.example', settings: settings('a.example') }] });
    const approved = known('confirmed', 'a.example');
    expect(what(change({ changedAt: instant('2026-11-02T12:30:00Z') }), gone, [approved], seen([]))).toEqual(
      [],
    );
    expect(what(change(), gone, [approved], seen([]))).toEqual([['a.example', 'remove', false]]);
  });

  it('what Lapse has taken away is off, and nobody has removed it', () => {
    const gone = told({ absent: [{ name: 'a.example', settings: settings('a.example') }] });
    expect(what(change(), gone, [known('disabling', 'a.example')], seen([]))).toEqual([
      ['a.example', 'disable', false],
    ]);
  });
});
