/**
 * Direct Send, a switch: whether mail that claims to be from the tenant's own domains is taken from anybody. Its
 * settings are `{ RejectDirectSend: false }`.
 */
import { nothing } from '#risk/evidence.ts';
import { always, type Assessable, type Rows } from '#risk/finding-row.ts';
import { flag } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { isSwitchedOn } from './object-answer.ts';
import { readSwitchChange } from './read-change.ts';
import type { EntryKind } from './kind.ts';

const set = (reject: boolean) => [
  { cmdlet: 'Set-OrganizationConfig', parameters: { RejectDirectSend: reject } },
];

/** Off is Microsoft's default, so absence means the door is open. */
const isTaken = ({ settings }: Assessable): boolean => flag(settings, 'RejectDirectSend') !== true;

const findings: Rows = [
  {
    id: 'LAPSE-DS-001',
    title: 'Anybody can send as you without signing in',
    shows: isTaken,
    weighs: [{ risk: 'high', if: 'always', holds: always }],
    text: () =>
      'Anybody on the internet can hand in mail that claims to be from your own organisation, without signing in.',
    engineer: () =>
      'RejectDirectSend is off: anonymous mail with an accepted domain in MAIL FROM is taken. Switching it on closes this door only: mail that ignores the MX record needs a restrictive partner connector.',
    rests: ['RejectDirectSend'],
    narrow:
      'Give printers and applications a connector bound to a certificate, then switch RejectDirectSend on.',
    checks: [to.cis('6.5.5'), to.maester('MT.1062')],
    frameworks: [to.changesAndExceptions, to.networkAccess, to.impersonation, to.internalPhishing],
  },
];

export const directSend: EntryKind = {
  name: 'Direct Send',
  plural: 'Direct Send',
  licence: undefined,
  form: 'switch',
  nameOf: () => 'Direct Send',
  log: {
    operations: ['Set-OrganizationConfig'],
    madeOfNameAlone: false,
    nullClearsFlags: false,
    told({ parameters }) {
      const rejects = flag(parameters, 'RejectDirectSend');
      return rejects === undefined ? undefined : readSwitchChange(!rejects, { RejectDirectSend: rejects });
    },
  },
  exchange: {
    list: [{ cmdlet: 'Get-OrganizationConfig', parameters: {} }],
    everyTenantHas: 'organization configuration',
    // The exception is that it is not rejected.
    entries: ({ objects }) =>
      objects.map((organization) => {
        const rejects = isSwitchedOn(organization, 'RejectDirectSend', 'true', 'false');
        return { enabled: !rejects, settings: { RejectDirectSend: rejects } };
      }),
    disable: () => set(true),
    enable: () => set(false),
  },
  findings,
  evidence: () => nothing('The sender need not sign in, nor come from anywhere in particular.'),
  breadth: {
    counted: () => ({ addresses: [], domains: [], recipients: [] }),
    noun: ['domain', 'domains'],
    everyone: isTaken,
    everything: 'all mail that claims to be from the organisation',
  },
  whenOff: () => ({
    mayStop: true,
    text: 'Mail of your own domains that is handed in without signing in is refused: printers, scanners and applications that send so stop.',
  }),
  traces: { by: 'own domain' },
  protection: undefined,
  saved: { telling: [['RejectDirectSend']], whole: [] },
};
