/**
 * The allows of the Tenant Allow/Block List: senders, links, files, IP addresses, and pairs of a spoofed sender
 * and the infrastructure it may come from. They cannot be switched off, only removed and created again. Their settings are
 * `{ Entry, ListType: 'Sender' | 'Url' | 'FileHash' | 'IP', ListSubType?, ExpirationDate?, RemoveAfter? }`, those of a
 * pair `{ Entry, ListType: 'Spoof', SendingInfrastructure, SpoofType: 'Internal' | 'External' }`.
 */
import { anybodySends, countAddresses } from '#risk/addresses.ts';
import { claimedName, nameOnly, network, nothing, gradeAddresses } from '#risk/evidence.ts';
import { splitLinks } from '#risk/list-value.ts';
import { flag, list, text } from '#risk/settings.ts';
import { UnreadableAnswer } from '../call.ts';
import { textAt } from '../list-answer.ts';
import { entryIn, entryOf, isAnyDomain } from '../list-entry.ts';
import { filteredAsUsual } from '../off-effects.ts';
import { verbOf } from '../operation.ts';
import { readEntries, untold } from '../read-change.ts';
import { listType, tenantAllowFindings } from './findings.ts';
import type { Evidence } from '#risk/evidence.ts';
import type { Settings } from '#risk/settings.ts';
import type { Answered, Call, ExchangeObject } from '../call.ts';
import type { Entry, EntryKind, SavedAnswers } from '../kind.ts';
import type { EntriesTold, Passed } from '../read-change.ts';

const items = 'TenantAllowBlockListItems';
const spoofItems = 'TenantAllowBlockListSpoofItems';

const types = ['Sender', 'Url', 'FileHash', 'IP'] as const;

/** One call for each type, because an answer does not repeat the type that was asked for. */
const calls: readonly Call[] = [
  ...types.map((ListType) => ({
    cmdlet: `Get-${items}`,
    parameters: { ListType, Allow: true },
  })),
  // Links of phishing simulations are kept apart.
  { cmdlet: `Get-${items}`, parameters: { ListType: 'Url', ListSubType: 'AdvancedDelivery', Allow: true } },
  { cmdlet: `Get-${spoofItems}`, parameters: { Action: 'Allow' } },
];

export const tenantAllow: EntryKind = {
  name: 'tenant allow list entry',
  plural: 'tenant allow list entries',
  licence: undefined,
  form: 'entry',
  nameOf(settings) {
    const from = text(settings, 'SendingInfrastructure');
    return `${entryIn(settings)}${from === undefined ? '' : ` from ${from}`} (${text(settings, 'ListType') ?? 'Sender'})`;
  },
  log: {
    operations: [
      `New-${items}`,
      `Set-${items}`,
      `Remove-${items}`,
      `New-${spoofItems}`,
      `Set-${spoofItems}`,
      `Remove-${spoofItems}`,
    ],
    madeOfNameAlone: false,
    nullClearsFlags: false,
    told: (passed) => (passed.operation.endsWith(`-${spoofItems}`) ? pairTold(passed) : allowTold(passed)),
  },
  exchange: {
    list: calls,
    everyTenantHas: undefined,
    entries: (answer) => (answer.call.cmdlet === `Get-${spoofItems}` ? pairs(answer) : values(answer)),
    disable: (settings, present) =>
      isPair(settings)
        ? [
            {
              cmdlet: `Remove-${spoofItems}`,
              parameters: { Identity: 'domain\\default', Ids: idsOf(settings, present), Confirm: false },
            },
          ]
        : [{ cmdlet: `Remove-${items}`, parameters: { ...place(settings), Entries: [entryOf(settings)] } }],
    enable: (settings, _present, now) =>
      isPair(settings)
        ? [
            {
              cmdlet: `New-${spoofItems}`,
              parameters: {
                Identity: 'domain\\default',
                SpoofedUser: entryOf(settings),
                SendingInfrastructure: text(settings, 'SendingInfrastructure') ?? '*',
                SpoofType: text(settings, 'SpoofType') ?? 'External',
                Action: 'Allow',
                Confirm: false,
              },
            },
          ]
        : [
            {
              cmdlet: `New-${items}`,
              parameters: {
                ...place(settings),
                Entries: [entryOf(settings)],
                Allow: true,
                ...lasting(settings, now),
                ...(text(settings, 'Comment') === undefined ? {} : { Notes: text(settings, 'Comment') }),
              },
            },
          ],
  },
  findings: tenantAllowFindings,
  evidence: ({ settings }) => evidence(settings),
  breadth: {
    counted: (settings) =>
      listType(settings) === 'ip'
        ? { addresses: ['Entry'], domains: [], recipients: [] }
        : { addresses: [], domains: ['Entry'], recipients: [] },
    noun: ['entry', 'entries'],
    everyone: isAnyDomain,
    everything: 'all mail',
  },
  whenOff: filteredAsUsual,
  protection: undefined,
  saved: {
    telling: [
      ['Value', 'Action', 'ExpirationDate'],
      ['SpoofedUser', 'SendingInfrastructure', 'Action'],
    ],
    whole: [],
    answers: answersIn,
  },
};

function evidence(settings: Settings): Evidence {
  switch (listType(settings)) {
    case 'ip':
      return gradeAddresses(settings, 'Entry');
    case 'url':
      return nothing('A link decides, and nothing shows who sent it.');
    case 'filehash':
      return nothing('The exact file decides, and nothing shows who sent it.');
    case 'spoof': {
      const from = list(settings, 'SendingInfrastructure');
      return from.length === 0 || from.includes('*') || anybodySends(countAddresses(from))
        ? nameOnly('A name that fails the check, from anywhere.')
        : network('A name that fails the check, from a certain infrastructure.');
    }
    default:
      return claimedName;
  }
}

/**
 * Objects do not say their type. Those that were saved together are of one, which most of them show. Blocks tell that
 * the list was read, and are left out when it is.
 */
function answersIn(objects: readonly ExchangeObject[]): SavedAnswers {
  const pairsOnly = objects.filter((object) => 'SpoofedUser' in object);
  const others = objects.filter((object) => !('SpoofedUser' in object));
  const shown = new Set(objects.map(shownType).filter((type) => type === 'Sender' || type === 'Url'));
  const typeOf = (object: ExchangeObject): string | undefined =>
    shownType(object) ?? (shown.size === 1 ? [...shown][0] : undefined);
  const byType = Map.groupBy(others, typeOf);
  const untold = (byType.get(undefined) ?? []).filter((object) => !isBlock(object));
  return {
    answers: calls.flatMap((call) => {
      const { ListType, ListSubType } = call.parameters;
      if (ListType === undefined) return pairsOnly.length === 0 ? [] : [{ call, objects: pairsOnly }];
      const given = byType.get(types.find((type) => type === ListType)) ?? [];
      // Links of simulations are kept apart: blocks of other links do not show that these were asked for.
      const counts = ListSubType === undefined ? given : given.filter((object) => !isBlock(object));
      return counts.length === 0 ? [] : [{ call, objects: counts }];
    }),
    untold: untold.map((object) => ({ object, why: typeUntold })),
    ...(objects.every(isBlock) && { remark: onlyBlocks }),
  };
}

const onlyBlocks =
  'holds only blocks of the Tenant Allow/Block List, which let nothing past. If they were saved with -Block, save what is allowed as well, with -Allow.';

const typeUntold =
  'nothing tells whether it is for a sender or for a link; save each type with its name: ' +
  "Get-TenantAllowBlockListItems -ListType Sender | Select-Object *, @{n='ListType';e={'Sender'}} | ConvertTo-Json -Depth 10";

function shownType(object: ExchangeObject): string | undefined {
  const named = textAt(object, 'ListType')?.toLowerCase();
  const type = types.find((one) => one.toLowerCase() === named);
  const value = textAt(object, 'Value') ?? '';
  if (type !== undefined) return type;
  if (/^[0-9a-f]{64}$/i.test(value)) return 'FileHash';
  if (value !== '' && countAddresses([value]).unread === 0) return 'IP';
  if (/[/*~:]/.test(value)) return 'Url';
  return value.includes('@') ? 'Sender' : undefined;
}

function allowTold(passed: Passed): EntriesTold | undefined {
  const { operation, parameters } = passed;
  if (flag(parameters, 'Block') === true) return undefined;
  const ListType = text(parameters, 'ListType') ?? 'Sender';
  const split = /^url$/i.test(ListType) ? splitLinks : undefined;
  const settings = readEntries(passed, 'Entries', split).map((Entry) => ({
    Entry,
    ListType,
    ...passedOf(parameters, 'ListSubType'),
    ...endOf(parameters),
  }));
  // Entries can be named by ids that only the list explains.
  if (settings.length === 0) return untold;
  if (verbOf(operation) === 'Remove') return { present: [], absent: settings, form: 'edit' };
  // A change to an entry may be a change to a block. What is known is an allow; for the others, only the list says.
  if (verbOf(operation) === 'Set')
    return { ...untold, altered: settings.map((one) => ({ ...one, ...endChangedIn(parameters) })) };
  if (flag(parameters, 'Allow') !== true) return untold;
  return { present: settings, absent: [], form: 'edit' };
}

function endOf(parameters: Settings): Settings {
  const removeAfter = text(parameters, 'RemoveAfter');
  return removeAfter === undefined
    ? passedOf(parameters, 'ExpirationDate')
    : { RemoveAfter: Number(removeAfter) };
}

/** An entry has at most one end: whichever is set replaces the previous one. */
function endChangedIn(parameters: Settings): Settings {
  const end = endOf(parameters);
  return Object.keys(end).length > 0 || flag(parameters, 'NoExpiration') === true
    ? { ExpirationDate: '', RemoveAfter: '', ...end }
    : {};
}

function pairTold({ operation, parameters }: Passed): EntriesTold | undefined {
  if (verbOf(operation) !== 'New') return untold;
  if (/^block$/i.test(text(parameters, 'Action') ?? '')) return undefined;
  const Entry = text(parameters, 'SpoofedUser');
  if (Entry === undefined) return untold;
  const pair = {
    Entry,
    ListType: 'Spoof',
    SendingInfrastructure: text(parameters, 'SendingInfrastructure') ?? '*',
    ...passedOf(parameters, 'SpoofType'),
  };
  return { present: [pair], absent: [], form: 'edit' };
}

const passedOf = (parameters: Settings, name: string): Settings =>
  text(parameters, name) === undefined ? {} : { [name]: text(parameters, name) };

const isPair = (settings: Settings): boolean => text(settings, 'ListType') === 'Spoof';
const place = (settings: Settings) => ({
  ListType: text(settings, 'ListType') ?? 'Sender',
  ...(text(settings, 'ListSubType') === undefined ? {} : { ListSubType: text(settings, 'ListSubType') }),
});

/** As it was, unless that has passed: then thirty days, Microsoft's own default. Some types may have no end. */
function lasting(settings: Settings, now: string): Readonly<Record<string, unknown>> {
  const until = text(settings, 'ExpirationDate');
  if (text(settings, 'RemoveAfter') !== undefined)
    return { RemoveAfter: Number(text(settings, 'RemoveAfter')) };
  if (until !== undefined) return Date.parse(until) > Date.parse(now) ? { ExpirationDate: until } : {};
  const endless = text(settings, 'ListType') === 'IP' || text(settings, 'ListSubType') === 'AdvancedDelivery';
  return endless ? { NoExpiration: true } : {};
}

function values({ call, objects }: Answered): readonly Entry[] {
  const { ListType, ListSubType } = call.parameters;
  return objects.flatMap((object): readonly Entry[] => {
    const entry = textAt(object, 'Value');
    if (entry === undefined) throw unreadable('Value');
    // The switch that asks for allows only is believed, but a block is never taken for one.
    if (isBlock(object)) return [];
    // An answer may hold every subtype, whichever was asked for.
    const special = /^advanceddelivery$/i.test(textAt(object, 'ListSubType') ?? '');
    if (special !== (ListSubType !== undefined)) return [];
    const removeAfter = Number(object['RemoveAfter'] ?? 0);
    const until = textAt(object, 'ExpirationDate');
    return [
      {
        enabled: true,
        settings: {
          Entry: entry,
          ListType,
          ...(ListSubType === undefined ? {} : { ListSubType }),
          // If the entry ends some days after its last use, this date moves with each use.
          ...(removeAfter > 0
            ? { RemoveAfter: removeAfter }
            : until === undefined
              ? {}
              : { ExpirationDate: until }),
          // Under a name that counts as a remark, so that a change to it asks nobody again.
          ...(textAt(object, 'Notes') === undefined ? {} : { Comment: textAt(object, 'Notes') }),
        },
      },
    ];
  });
}

function pairs({ objects }: Answered): readonly Entry[] {
  return objects.flatMap((object): readonly Entry[] => {
    const entry = textAt(object, 'SpoofedUser');
    if (entry === undefined) throw unreadable('SpoofedUser');
    if (isBlock(object)) return [];
    return [
      {
        enabled: true,
        settings: {
          Entry: entry,
          ListType: 'Spoof',
          SendingInfrastructure: textAt(object, 'SendingInfrastructure') ?? '*',
          ...(textAt(object, 'SpoofType') === undefined ? {} : { SpoofType: textAt(object, 'SpoofType') }),
        },
      },
    ];
  });
}

const isBlock = (object: ExchangeObject): boolean => /^block$/i.test(textAt(object, 'Action') ?? '');

/** Pairs are removed by an id that only a read shows. */
function idsOf(settings: Settings, present: readonly ExchangeObject[]): readonly string[] {
  return present
    .filter(
      (object) =>
        textAt(object, 'SpoofedUser')?.toLowerCase() === entryOf(settings).toLowerCase() &&
        (textAt(object, 'SendingInfrastructure') ?? '*') ===
          (text(settings, 'SendingInfrastructure') ?? '*') &&
        flag(object, 'Block') !== true,
    )
    .flatMap((object) => textAt(object, 'Identity') ?? []);
}

const unreadable = (property: string): UnreadableAnswer =>
  new UnreadableAnswer(
    `Exchange gave an entry of the Tenant Allow/Block List without its ${property}. Nothing is concluded from it.`,
  );
