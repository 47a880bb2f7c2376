/** The connection filter: its IP allow list, entry by entry, and its safe list, which is a switch. */
import { usualPolicy } from '#risk/entry.ts';
import { text } from '#risk/settings.ts';
import { switchedOn } from './adapter.ts';
import { editedList, entriesOf, textAt } from './entries.ts';
import type { Settings } from '#risk/settings.ts';
import type { EntryAdapter } from './adapter.ts';

const calls = [{ cmdlet: 'Get-HostedConnectionFilterPolicy', parameters: {} }] as const;

const set = (settings: Settings, parameters: Readonly<Record<string, unknown>>) => [
  {
    cmdlet: 'Set-HostedConnectionFilterPolicy',
    parameters: { Identity: text(settings, 'Policy') ?? usualPolicy, ...parameters },
  },
];

export const ipAllow: EntryAdapter = {
  form: 'entry',
  noun: 'connection filter policy',
  calls,
  emptyIsUsual: false,
  entries: ({ objects }) =>
    objects.flatMap((policy) =>
      entriesOf(policy, 'IPAllowList').map((entry) => ({
        enabled: true,
        settings: { Entry: entry, Policy: textAt(policy, 'Name') ?? usualPolicy },
      })),
    ),
  disable: (settings) => set(settings, { IPAllowList: editedList('Remove', text(settings, 'Entry') ?? '') }),
  enable: (settings) => set(settings, { IPAllowList: editedList('Add', text(settings, 'Entry') ?? '') }),
};

export const safeList: EntryAdapter = {
  form: 'entry',
  noun: 'connection filter policy',
  calls,
  emptyIsUsual: false,
  entries: ({ objects }) =>
    objects.map((policy) => {
      const enabled = switchedOn(policy, 'EnableSafeList', 'true', 'false');
      return {
        enabled,
        settings: { EnableSafeList: enabled, Policy: textAt(policy, 'Name') ?? usualPolicy },
      };
    }),
  disable: (settings) => set(settings, { EnableSafeList: false }),
  enable: (settings) => set(settings, { EnableSafeList: true }),
};
