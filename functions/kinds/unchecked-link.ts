/** Links that a Safe Links policy leaves as they are: `{ Entry: 'https://partner.example/*', Policy }`. */
import { nothing } from '#risk/evidence.ts';
import { always, type Assessable, type Rows } from '#risk/finding-row.ts';
import { splitLinks } from '#risk/list-value.ts';
import { isAnybodysDomain } from '#risk/open-provider.ts';
import { list, text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import { hasEntry, shownEntry } from './list-entry.ts';
import { createPolicyList } from './policy-list.ts';
import type { EntryKind } from './kind.ts';

/** "https://*.partner.example/path" → "partner.example" */
const host = (link: string): string =>
  link
    .replace(/^[a-z]+:\/\//i, '')
    .replace(/[/?#:].*$/, '')
    .replace(/^\*\./, '');

/** Links to pages that anybody can publish, or to everything. */
const isAnybodysPage = ({ settings }: Assessable): boolean =>
  list(settings, 'Entry').some((link) => {
    const name = host(link).toLowerCase();
    return isAnybodysDomain(name) || hosts.some((each) => name === each || name.endsWith(`.${each}`));
  });
/** Where anybody can publish a page under the provider's own name; this project's own choice of the best known. */
const hosts = (
  'sharepoint.com onedrive.live.com 1drv.ms docs.google.com drive.google.com forms.gle dropbox.com box.com ' +
  'github.io blob.core.windows.net web.core.windows.net azurewebsites.net s3.amazonaws.com pages.dev workers.dev ' +
  'netlify.app vercel.app herokuapp.com firebaseapp.com web.app bit.ly tinyurl.com t.co'
).split(' ');

const findings: Rows = [
  {
    id: 'LAPSE-UL-001',
    title: 'A link is not checked',
    shows: hasEntry,
    weighs: [
      { risk: 'high', if: 'it leads to where anybody can publish, or anywhere', holds: isAnybodysPage },
      { risk: 'medium', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `Links to ${shownEntry(settings)} are left as they are in mail, so nothing checks where they lead when somebody clicks.`,
    engineer: ({ settings }) =>
      `DoNotRewriteUrls of policy ${text(settings, 'Policy') ?? 'unknown'}: these links are not wrapped, and nobody is stopped at the time of the click.`,
    rests: ['Entry'],
    narrow:
      'Name the exact page instead of a whole site; a link that was wrongly blocked is an entry with an end in the Tenant Allow/Block List.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.phishingLink],
  },
];

export const uncheckedLink: EntryKind = {
  name: 'unchecked link',
  plural: 'unchecked links',
  licence: 'Defender for Office 365',
  ...createPolicyList({
    noun: 'SafeLinksPolicy',
    policy: 'Safe Links policy',
    property: 'DoNotRewriteUrls',
    verbs: ['New', 'Set', 'Remove'],
    split: splitLinks,
  }),
  findings,
  evidence: () => nothing('A link decides, and nothing shows who sent it.'),
  breadth: {
    counted: () => ({ addresses: [], domains: ['Entry'], recipients: [] }),
    noun: ['link', 'links'],
    everyone: ({ settings }) =>
      list(settings, 'Entry').some((link) => host(link) === '' || host(link) === '*'),
    everything: 'all links',
  },
  whenOff: () => ({
    mayStop: false,
    text: 'The links are checked at the time of the click like all others.',
  }),
  protection: undefined,
};
