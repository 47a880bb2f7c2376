/** A policy that protects and was weakened: what a record tells of it, and what people are told. */
import { describe, expect, it } from 'vitest';
import { assess } from '#kinds/assess.ts';
import { UnreadableAnswer } from '#kinds/call.ts';
import { untold } from '#kinds/read-change.ts';
import { kindOf, type Kind } from '#kinds/registry.ts';
import { watchedKinds } from '#kinds/protection.ts';
import { inventory } from '#lifecycle/inventory.ts';
import { findVanished, findWeakened, noteOf } from '#inventory/protection.ts';
import { after, live, noon, observation, observe, told, types } from '../lifecycle/examples.ts';
import type { Observation } from '#lifecycle/commands.ts';
import type { Instant } from '#time/instant.ts';
import type { Step } from '../lifecycle/examples.ts';
import type { Operation } from '#kinds/operation.ts';
import type { Settings } from '#risk/settings.ts';

const entryKind = (kind: Kind) => {
  const one = kindOf(kind);
  if (one.form === 'object') throw new Error(`${kind} is an object`);
  return one;
};
const tells = (
  kind: Kind,
  operation: Operation,
  parameters: Settings,
  identity: string | undefined = 'Sales',
) => entryKind(kind).log.told({ operation, identity, parameters });
const ids = (kind: Kind, settings: Settings, seen: object = {}) =>
  assess({ kind, settings, ...seen }).findings.map(({ id }) => id);

describe('a record of a policy', () => {
  it('tells which switches it passed, however it writes them', () => {
    for (const off of ['False', '$false', false])
      expect(
        tells('safe-links-policy', 'Set-SafeLinksPolicy', {
          EnableSafeLinksForEmail: off,
          TrackClicks: 'False',
        }),
      ).toEqual({
        present: [{ Policy: 'Sales', EnableSafeLinksForEmail: false }],
        absent: [],
        form: 'edit',
      });
  });

  it('is of no interest in another setting', () => {
    expect(tells('malware-policy', 'Set-MalwareFilterPolicy', { QuarantineTag: 'x' })).toBeUndefined();
    expect(tells('anti-phishing-policy', 'New-AntiPhishPolicy', {})).toBeUndefined();
  });

  it('that names no policy leads to a look at them', () => {
    const nameless = entryKind('malware-policy').log.told({
      operation: 'Set-MalwareFilterPolicy',
      identity: undefined,
      parameters: { ZapEnabled: 'False' },
    });
    expect(nameless).toEqual(untold);
  });

  it('of its removal takes it away', () => {
    expect(tells('anti-spam-policy', 'Remove-HostedContentFilterPolicy', {})).toEqual({
      present: [],
      absent: [{ Policy: 'Sales' }],
      form: 'edit',
    });
  });

  it('of a Safe Attachments policy that is made without a word on it is one of a policy that is off', () => {
    const [made] = tells('safe-attachments-policy', 'New-SafeAttachmentPolicy', {})?.present ?? [];
    expect(ids('safe-attachments-policy', made ?? {})).toEqual(['LAPSE-TP-002']);
    const [on] =
      tells('safe-attachments-policy', 'New-SafeAttachmentPolicy', { Enable: 'True' })?.present ?? [];
    expect(ids('safe-attachments-policy', on ?? {})).toEqual([]);
  });

  it('is of no weak policy where mail still goes to the junk folder', () => {
    const weak = ['MoveToJmf', 'ModifySubject', 'AddXHeader', 'Quarantine'].filter(
      (PhishSpamAction) => ids('anti-spam-policy', { Policy: 'Sales', PhishSpamAction }).length > 0,
    );
    expect(weak).toEqual(['AddXHeader']);
  });

  it('of the audit log needs no name', () => {
    const off = entryKind('audit-log').log.told({
      operation: 'Set-AdminAuditLogConfig',
      identity: undefined,
      parameters: { UnifiedAuditLogIngestionEnabled: 'False' },
    });
    expect(off?.present).toEqual([{ UnifiedAuditLogIngestionEnabled: false, Policy: 'Audit log' }]);
  });
});

describe('what Microsoft ships weak', () => {
  const asShipped = {
    Policy: 'Office365 AntiPhish Default',
    EnableSpoofIntelligence: true,
    EnableMailboxIntelligence: true,
    EnableMailboxIntelligenceProtection: false,
    EnableTargetedUserProtection: false,
    TargetedUserProtectionAction: 'NoAction',
  };
  const kind = 'anti-phishing-policy';

  it('is no exception as it stands', () => {
    expect(ids(kind, asShipped)).toEqual([]);
    expect(ids(kind, asShipped, { operation: inventory, passed: [] })).toEqual([]);
  });

  it('is one once somebody switched it, until it is switched back', () => {
    const set = { operation: 'Set-AntiPhishPolicy', passed: ['Identity', 'EnableTargetedUserProtection'] };
    const known = ids(kind, asShipped, set);
    expect(known).toEqual(['LAPSE-AP-006']);
    const later = { operation: inventory, passed: [], known };
    expect(ids(kind, asShipped, later)).toEqual(known);
    expect(ids(kind, { ...asShipped, EnableTargetedUserProtection: true }, later)).toEqual([]);
  });

  it('is none where a page of settings was saved that says as much of what protects', () => {
    const page = { operation: 'Set-AntiPhishPolicy', passed: Object.keys(asShipped) };
    expect(ids(kind, asShipped, page)).toEqual([]);
  });

  it('is one whatever else was passed if it is known to have been on', () => {
    const was = { settings: { ...asShipped, EnableTargetedUserProtection: true }, enabled: true };
    const page = { operation: 'Set-AntiPhishPolicy', passed: Object.keys(asShipped), was };
    expect(ids(kind, asShipped, page)).toEqual(['LAPSE-AP-006']);
    const same = { ...page, was: { settings: asShipped, enabled: true } };
    expect(ids(kind, asShipped, same)).toEqual([]);
  });
});

describe('the inventory', () => {
  const guid = '0f5c2b1e-1c7f-4a39-9a64-2f6f6b0b7d11';
  const digest = (text: string): string => `#${text}`;
  const watched = watchedKinds.find(({ kind }) => kind === 'anti-phishing-policy');
  if (!watched) throw new Error('not watched');
  const on = { Policy: 'Sales', EnableSpoofIntelligence: true, EnableMailboxIntelligenceProtection: true };
  const shown = (settings: Settings) => ({ guid, name: 'Sales', enabled: true, settings });
  const notes = { [guid]: noteOf(watched, shown(on), digest) };

  it('notices a switch that the log did not tell of', () => {
    const off = { ...on, EnableMailboxIntelligenceProtection: false };
    const [seen] = findWeakened(watched, [shown(off)], notes, digest);
    expect(seen?.passed).toEqual(['EnableMailboxIntelligenceProtection']);
    expect(ids('anti-phishing-policy', off, { operation: inventory, passed: seen?.passed })).toEqual([
      'LAPSE-AP-005',
    ]);
    expect(findWeakened(watched, [shown(on)], notes, digest)).toEqual([]);
  });

  it('misses a policy that is gone', () => {
    expect(findVanished({ objects: [], complete: true }, notes)).toEqual([{ guid, name: 'Sales' }]);
  });
});

describe('an answer', () => {
  const entriesOf = (kind: Kind, object: Readonly<Record<string, unknown>>) => {
    const { exchange } = entryKind(kind);
    const [call] = exchange.list;
    if (!call) throw new Error('no call');
    return exchange.entries({ call, objects: [object] });
  };

  it.each<[string, Kind, Readonly<Record<string, unknown>>]>([
    [
      'whether it is on',
      'safe-links-policy',
      { Name: 'Sales', ScanUrls: true, DeliverMessageAfterScan: true },
    ],
    ['what it is called', 'malware-policy', { ZapEnabled: true, EnableFileFilter: true }],
    ['whether anything is recorded', 'audit-log', { Name: 'Admin Audit Log Settings' }],
    ['whom it leaves out', 'built-in-protection', { Name: 'ATP Built-In Protection Rule' }],
  ])('that does not say %s is not taken for one of a policy that protects', (_what, kind, object) => {
    expect(() => entriesOf(kind, object)).toThrow(UnreadableAnswer);
  });

  it('without what only a licence brings is read all the same', () => {
    const object = { Name: 'Sales', EnableSpoofIntelligence: true, HonorDmarcPolicy: true };
    expect(entriesOf('anti-phishing-policy', object)).toEqual([
      {
        enabled: true,
        settings: { Policy: 'Sales', EnableSpoofIntelligence: true, HonorDmarcPolicy: true },
      },
    ]);
  });
});

describe('a weakened policy', () => {
  const kind = 'malware-policy';
  const weak = {
    kind,
    name: 'Sales',
    operation: 'Set-MalwareFilterPolicy',
    change: 'create',
    settings: { Policy: 'Sales', ZapEnabled: false, EnableFileFilter: true },
    passed: ['Identity', 'ZapEnabled'],
  } as const;
  const later = (at: Instant, given: Partial<Observation>): Step => [
    at,
    observe({ ...weak, record: `rec-${at}`, change: 'alter', changedAt: at, ...given }),
  ];
  const asked: readonly Step[] = [
    [noon, observe(weak)],
    [after('PT1M'), (state) => told(state, after('PT1M'))],
  ];

  it('is asked about, and escalated where nobody answers: nothing disables it', () => {
    const lived = live([
      ...asked,
      [after('P30D'), { type: 'CheckDue' }],
      [after('P31D'), { type: 'CheckDue' }],
    ]);
    expect(lived.state).toMatchObject({ state: 'unconfirmed', remedy: 'escalate' });
    expect(types(lived.last)).toEqual(['ExceptionEscalated']);
  });

  it('is over once the switch is back', () => {
    const mended = { settings: { ...weak.settings, ZapEnabled: true } };
    expect(live([...asked, later(after('PT1H'), mended)]).state).toMatchObject({ state: 'removed' });
  });

  it('that is removed stays, as what it is, until it is there again', () => {
    const removed: readonly Step[] = [
      ...asked,
      [
        after('PT1H'),
        {
          type: 'ObserveRemoval',
          observation: {
            ...observation,
            ...weak,
            record: 'rec-removed',
            operation: 'Remove-MalwareFilterPolicy',
            change: 'remove',
            settings: {},
            complete: false,
            passed: ['Identity'],
            changedAt: after('PT1H'),
          },
        },
      ],
    ];
    const { state } = live(removed);
    expect(state).toMatchObject({ state: 'unconfirmed', remedy: 'escalate' });
    expect(state.findings.map(({ id }) => id)).toEqual(['LAPSE-MP-001']);
    const again = {
      operation: 'New-MalwareFilterPolicy',
      settings: { ...weak.settings, ZapEnabled: true },
      passed: ['Name'],
    };
    expect(live([...removed, later(after('PT2H'), again)]).state).toMatchObject({ state: 'removed' });
  });
});
