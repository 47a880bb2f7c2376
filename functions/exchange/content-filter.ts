/** Senders and domains that the content filter policies allow, entry by entry. */
import { usualPolicy } from '#risk/entry.ts';
import { text } from '#risk/settings.ts';
import { editedList, entriesOf, textAt } from './entries.ts';
import type { Settings } from '#risk/settings.ts';
import type { EntryAdapter } from './adapter.ts';

function allowed(property: 'AllowedSenders' | 'AllowedSenderDomains'): EntryAdapter {
  const edit = (how: 'Add' | 'Remove', settings: Settings) => [
    {
      cmdlet: 'Set-HostedContentFilterPolicy',
      parameters: {
        Identity: text(settings, 'Policy') ?? usualPolicy,
        [property]: editedList(how, text(settings, 'Entry') ?? ''),
      },
    },
  ];
  return {
    form: 'entry',
    noun: 'content filter policy',
    calls: [{ cmdlet: 'Get-HostedContentFilterPolicy', parameters: {} }],
    emptyIsUsual: false,
    entries: ({ objects }) =>
      objects.flatMap((policy) =>
        entriesOf(policy, property).map((entry) => ({
          enabled: true,
          settings: { Entry: entry, Policy: textAt(policy, 'Name') ?? usualPolicy },
        })),
      ),
    disable: (settings) => edit('Remove', settings),
    enable: (settings) => edit('Add', settings),
  };
}

export const allowedSender = allowed('AllowedSenders');
export const allowedDomain = allowed('AllowedSenderDomains');
