/**
 * The rule of the built-in protection, which gives Safe Links and Safe Attachments to whoever no other policy does:
 * `{ ExceptIfSentTo?, … }`. It is always there and always on; all that anybody can do to it is to leave people out.
 */
import * as to from '#risk/frameworks.ts';
import { always } from '#risk/finding-row.ts';
import { isSet } from '#risk/settings.ts';
import { UnreadableAnswer } from './call.ts';
import { leavesOut, leftOut, leftOutRow } from './protection-rule.ts';
import { neverOff } from './off-effects.ts';
import type { Settings } from '#risk/settings.ts';
import type { EntryKind } from './kind.ts';

const noun = 'ATPBuiltInProtectionRule';

const settingsIn = (from: Settings, counts: (setting: string) => boolean): Settings =>
  Object.fromEntries(leftOut.filter(counts).map((setting) => [setting, from[setting]]));

export const builtInProtection: EntryKind = {
  name: 'built-in protection',
  plural: 'built-in protections',
  licence: 'Defender for Office 365',
  form: 'entry',
  nameOf: () => 'Built-in protection',
  log: {
    operations: [`Set-${noun}`],
    madeOfNameAlone: false,
    nullClearsFlags: false,
    told({ parameters }) {
      // What is passed empty takes back what was there.
      const settings = settingsIn(parameters, (setting) => setting in parameters);
      return Object.keys(settings).length === 0
        ? undefined
        : { present: [settings], absent: [], form: 'edit' };
    },
  },
  exchange: {
    list: [{ cmdlet: `Get-${noun}`, parameters: {} }],
    everyTenantHas: 'built-in protection',
    entries: ({ objects }) =>
      objects.map((object) => {
        if (!leftOut.every((setting) => setting in object))
          throw new UnreadableAnswer(
            'Exchange gave a built-in protection that does not say whom it leaves out.',
          );
        return { enabled: true, settings: settingsIn(object, (setting) => isSet(object, setting)) };
      }),
    // It is there to protect, whomever it leaves out.
    disable: () => [],
    enable: () => [],
  },
  findings: [
    leftOutRow(
      {
        noun,
        does: 'checks links and attachments for whoever no other rule covers',
        checks: [to.orca('ORCA-239')],
        against: to.phishing,
      },
      'LAPSE-BP-001',
    ),
  ],
  ...leavesOut,
  whenOff: neverOff,
  protection: {
    protects: always,
    mayProtect: () => false,
    guards: () => [],
    removed: undefined,
    watched: undefined,
  },
  saved: {
    telling: [
      ['Priority', 'SafeAttachmentPolicy', 'SafeLinksPolicy'],
      ['SafeAttachmentPolicy', 'SafeLinksPolicy'],
    ],
    named: /^ATP Built-In Protection Rule$/i,
    whole: leftOut,
  },
};
