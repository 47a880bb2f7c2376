/** The connection filter's safe list, a switch: `{ EnableSafeList: true, Policy }`. */
import { coversInternet } from '#risk/breadth.ts';
import { nothing } from '#risk/evidence.ts';
import { always, type Rows } from '#risk/finding-row.ts';
import { flag } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { textAt } from './list-answer.ts';
import { policyOf, trust, usualPolicy } from './list-entry.ts';
import { isSwitchedOn } from './object-answer.ts';
import { verbOf } from './operation.ts';
import { readSwitchChange, untold } from './read-change.ts';
import { filteredAsUsual } from './off-effects.ts';
import type { Settings } from '#risk/settings.ts';
import type { EntryKind } from './kind.ts';

const set = (settings: Settings, on: boolean) => [
  {
    cmdlet: 'Set-HostedConnectionFilterPolicy',
    parameters: { Identity: policyOf(settings), EnableSafeList: on },
  },
];

const findings: Rows = [
  {
    id: 'LAPSE-SL-001',
    title: 'A bought list of senders is trusted',
    shows: ({ settings }) => flag(settings, 'EnableSafeList') === true,
    weighs: [{ risk: 'high', if: 'always', holds: always }],
    text: () =>
      'Mail from senders on a list that Microsoft buys skips spam filtering, and nobody here can see who is on it.',
    engineer: () =>
      'EnableSafeList: the connection filter skips filtering for a third-party list that changes without notice.',
    rests: ['EnableSafeList'],
    narrow: 'Switch it off, and allow by name whoever is missed.',
    checks: [to.cis('2.1.13'), to.scuba('MS.SECURITYSUITE.8.2v1')],
    frameworks: [...trust, to.thirdParty],
  },
];

export const safeList: EntryKind = {
  name: 'safe list',
  plural: 'safe lists',
  licence: undefined,
  form: 'switch',
  nameOf: policyOf,
  log: {
    operations: [
      'New-HostedConnectionFilterPolicy',
      'Set-HostedConnectionFilterPolicy',
      'Remove-HostedConnectionFilterPolicy',
    ],
    madeOfNameAlone: false,
    nullClearsFlags: false,
    told({ operation, identity, parameters }) {
      if (verbOf(operation) === 'Remove') return untold;
      const isOn = flag(parameters, 'EnableSafeList');
      return isOn === undefined
        ? undefined
        : readSwitchChange(isOn, { EnableSafeList: isOn, Policy: identity ?? usualPolicy });
    },
  },
  exchange: {
    list: [{ cmdlet: 'Get-HostedConnectionFilterPolicy', parameters: {} }],
    everyTenantHas: 'connection filter policy',
    entries: ({ objects }) =>
      objects.map((policy) => {
        const enabled = isSwitchedOn(policy, 'EnableSafeList', 'true', 'false');
        return {
          enabled,
          settings: { EnableSafeList: enabled, Policy: textAt(policy, 'Name') ?? usualPolicy },
        };
      }),
    disable: (settings) => set(settings, false),
    enable: (settings) => set(settings, true),
  },
  findings,
  evidence: () => nothing('Nobody here can see who is on the list.'),
  breadth: {
    counted: () => ({ addresses: [], domains: [], recipients: [] }),
    noun: ['domain', 'domains'],
    everyone: coversInternet,
    everything: 'all mail',
  },
  whenOff: filteredAsUsual,
  protection: undefined,
  saved: { telling: [['EnableSafeList']], whole: ['Name'] },
};
