/** Journal rules, which send a copy of mail to one address: `{ JournalEmailAddress, Scope, Recipient? }`. */
import { nameOnly, nothing } from '#risk/evidence.ts';
import { always, isGone, isKnown, isOff, wentOff, type Assessable, type Rows } from '#risk/finding-row.ts';
import { isAtOpenProvider } from '#risk/open-provider.ts';
import { isOwn, isSet, text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { isSwitchedOn, settingsOf } from './object-answer.ts';
import type { Settings } from '#risk/settings.ts';
import type { ObjectKind } from './kind.ts';

const address = (settings: Settings): string => text(settings, 'JournalEmailAddress') ?? '';
/** A name, a path or a GUID is taken as well, and nothing shows whose it is: it counts as outside. */
const goesOutside = ({ settings, ownDomains }: Assessable): boolean =>
  address(settings) !== '' && !(address(settings).includes('@') && isOwn(address(settings), ownDomains));
const isAnybodys = (settings: Settings): boolean =>
  address(settings).includes('@') && isAtOpenProvider(address(settings));
/** A record that must be kept: where the copies go to a mailbox of anybody's, they are none. */
const keepsRecord = (settings: Settings): boolean => address(settings) !== '' && !isAnybodys(settings);
const takesAll = ({ settings }: Assessable): boolean => !isSet(settings, 'Recipient');

const findings: Rows = [
  {
    id: 'LAPSE-JR-001',
    title: 'Copies of mail go to an address outside',
    shows: goesOutside,
    weighs: [
      {
        risk: 'critical',
        if: 'to a domain where anybody can open a mailbox',
        holds: ({ settings }) => isAnybodys(settings),
      },
      { risk: 'high', if: 'otherwise', holds: always },
    ],
    text: (object) =>
      `A copy of ${takesAll(object) ? 'all mail' : `the mail of ${text(object.settings, 'Recipient') ?? 'a recipient'}`} is sent to ${address(object.settings)}, ${address(object.settings).includes('@') ? 'outside the organisation' : 'and nothing shows that this is inside the organisation'}.`,
    engineer: ({ settings }) =>
      `JournalEmailAddress ${address(settings)}, Scope ${text(settings, 'Scope') ?? 'not told'}: journal reports hold the whole message and its recipients, and leave no trace in mailboxes.`,
    rests: ['JournalEmailAddress', 'Scope', 'Recipient'],
    narrow:
      'Name the recipients whose mail must be kept, and the archive that a contract covers; for retention inside the service, use retention policies.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.dataFlows, to.thirdParty, to.forwarding],
  },
  {
    id: 'LAPSE-JR-002',
    title: 'A journal rule was removed',
    escalate: true,
    shows: (object) => isGone(object, 'LAPSE-JR-002') && keepsRecord(object.settings),
    weighs: [
      { risk: 'medium', if: 'always; people must act, since there is nothing to disable', holds: always },
    ],
    text: () => 'A rule that kept copies of mail as a record was removed.',
    engineer: () =>
      'Remove-JournalRule: no journal reports are made any more; its last known settings are kept here.',
    rests: ['JournalEmailAddress'],
    narrow: 'Make it again if the record must be kept, or confirm that it is no longer needed.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.logRecords, to.disableLog],
  },
  {
    id: 'LAPSE-JR-003',
    title: 'A journal rule was switched off',
    escalate: true,
    shows: (object) =>
      isOff(object) && keepsRecord(object.settings) && (isKnown(object, 'LAPSE-JR-003') || wentOff(object)),
    weighs: [{ risk: 'medium', if: 'always; people must act', holds: always }],
    text: () => 'A rule that kept copies of mail as a record was switched off.',
    engineer: () => 'Disable-JournalRule: no journal reports are made while it is off.',
    rests: ['JournalEmailAddress'],
    narrow: 'Switch it on again if the record must be kept, or remove it.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.logRecords, to.disableLog],
  },
];

export const journalRule: ObjectKind = {
  name: 'journal rule',
  plural: 'journal rules',
  licence: undefined,
  form: 'object',
  log: {
    operations: [
      'New-JournalRule',
      'Set-JournalRule',
      'Enable-JournalRule',
      'Disable-JournalRule',
      'Remove-JournalRule',
    ],
    replacedBy: [],
    madeOfNameAlone: false,
    nullClearsFlags: false,
    // Microsoft’s reference of New-JournalRule.
    madeOn: false,
  },
  exchange: {
    list: [{ cmdlet: 'Get-JournalRule', parameters: {} }],
    enabled: (rule) => isSwitchedOn(rule, 'Enabled', 'true', 'false'),
    settings: settingsOf,
    disable: (guid) => ({ cmdlet: 'Disable-JournalRule', parameters: { Identity: guid, Confirm: false } }),
    enable: (guid) => ({ cmdlet: 'Enable-JournalRule', parameters: { Identity: guid, Confirm: false } }),
    expire: undefined,
  },
  ownSettings: ['JournalEmailAddress'],
  findings,
  evidence: ({ settings }) =>
    isAnybodys(settings)
      ? nothing('Anybody can have a mailbox there.')
      : nameOnly('The address alone says where the copies go.'),
  breadth: {
    counted: () => ({ addresses: [], domains: [], recipients: ['Recipient'] }),
    noun: ['domain', 'domains'],
    everyone: takesAll,
    everything: 'all mail',
  },
  whenOff: () => ({
    mayStop: true,
    text: 'No copies are sent to that address any more, and what is not copied meanwhile cannot be made up for. The mail itself is delivered as before.',
  }),
  protection: {
    protects: keepsRecord,
    mayProtect: () => false,
    guards: () => [],
    removed: 'LAPSE-JR-002',
    watched: undefined,
  },
  saved: { telling: [['JournalEmailAddress']], whole: ['Name', 'Enabled', 'Scope', 'Recipient'] },
};
