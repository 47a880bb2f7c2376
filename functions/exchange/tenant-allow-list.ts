/**
 * The allows of the Tenant Allow/Block List: senders, links, files, addresses, and pairs of a forged name with where
 * it may come from. They cannot be switched off; taking one away and making it anew is all there is.
 */
import { flag, text } from '#risk/settings.ts';
import { textAt } from './entries.ts';
import { ExchangeError } from './exchange-error.ts';
import type { Settings } from '#risk/settings.ts';
import type { Answered, Entry, EntryAdapter } from './adapter.ts';
import type { Call, ExchangeObject } from './answer.ts';

const items = 'TenantAllowBlockListItems';
const spoofItems = 'TenantAllowBlockListSpoofItems';

/** Of each type its own call: an answer does not repeat the type that was asked for. */
const calls: readonly Call[] = [
  ...['Sender', 'Url', 'FileHash', 'IP'].map((ListType) => ({
    cmdlet: `Get-${items}`,
    parameters: { ListType, Allow: true },
  })),
  // Links of phishing simulations are kept apart.
  { cmdlet: `Get-${items}`, parameters: { ListType: 'Url', ListSubType: 'AdvancedDelivery', Allow: true } },
  { cmdlet: `Get-${spoofItems}`, parameters: { Action: 'Allow' } },
];

export const tenantAllow: EntryAdapter = {
  form: 'entry',
  noun: 'entry of the Tenant Allow/Block List',
  calls,
  emptyIsUsual: true,
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
};

const entryOf = (settings: Settings): string => text(settings, 'Entry') ?? '';
const isPair = (settings: Settings): boolean => text(settings, 'ListType') === 'Spoof';
const place = (settings: Settings) => ({
  ListType: text(settings, 'ListType') ?? 'Sender',
  ...(text(settings, 'ListSubType') === undefined ? {} : { ListSubType: text(settings, 'ListSubType') }),
});

/** As it was, unless that has passed: then Microsoft's own default, thirty days. Some types may last without an end. */
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
    if (/^block$/i.test(textAt(object, 'Action') ?? '')) return [];
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
          // The date moves along with the last use where the entry ends after that.
          ...(removeAfter > 0
            ? { RemoveAfter: removeAfter }
            : until === undefined
              ? {}
              : { ExpirationDate: until }),
          // Under a name that is known as a remark, which asks nobody again.
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
    if (/^block$/i.test(textAt(object, 'Action') ?? '')) return [];
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

/** Pairs are taken away by an id that only a read tells. */
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

const unreadable = (property: string): ExchangeError =>
  new ExchangeError(
    'unexpected-answer',
    `Exchange gave an entry of the Tenant Allow/Block List without its ${property}. Nothing is concluded from it.`,
  );
