/** Direct Send: whether mail that claims to be from the tenant's own domains is taken from anybody. */
import { switchedOn } from './adapter.ts';
import type { EntryAdapter } from './adapter.ts';

const set = (reject: boolean) => [
  { cmdlet: 'Set-OrganizationConfig', parameters: { RejectDirectSend: reject } },
];

export const directSend: EntryAdapter = {
  form: 'entry',
  noun: 'organization configuration',
  calls: [{ cmdlet: 'Get-OrganizationConfig', parameters: {} }],
  emptyIsUsual: false,
  // The exception is that it is not rejected.
  entries: ({ objects }) =>
    objects.map((organization) => {
      const rejects = switchedOn(organization, 'RejectDirectSend', 'true', 'false');
      return { enabled: !rejects, settings: { RejectDirectSend: rejects } };
    }),
  disable: () => set(true),
  enable: () => set(false),
};
