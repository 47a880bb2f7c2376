/**
 * What of an object's settings an approval is for. Two reads of the same object give the same text: order,
 * duplicates, spelling of lists, numbers and address ranges, unset against empty, notes and timestamps do not
 * count.
 */
import { holdsAddresses, normaliseAddresses } from './addresses.ts';
import { isBookkeeping } from './bookkeeping.ts';
import { isSet, list, plainEntry } from './settings.ts';
import type { Settings } from './settings.ts';

/** What changes nothing about which mail gets past, beside what Exchange notes by itself. */
const irrelevant = new Set(
  [
    'activationDate',
    'comment',
    'comments',
    'conditions',
    'actions',
    'exceptions',
    'connectorSource',
    'createdBy',
    'description',
    'dlpPolicy',
    'dlpPolicyId',
    'enabled',
    'expiryDate',
    'isValidated',
    'ruleSubType',
    'state',
    'useLegacyRegex',
    'validationRecipients',
    'priority',
  ].map((name) => name.toLowerCase()),
);

/** Values a rule has when nobody set them. */
export const defaults: ReadonlyMap<string, string> = new Map(
  Object.entries({
    connectortype: 'partner',
    mode: 'enforce',
    recipientaddresstype: 'resolved',
    ruleerroraction: 'ignore',
    senderaddresslocation: 'header',
    mtastsmode: 'opportunistic',
    smtpdanemode: 'opportunistic',
  }),
);

/** A setting that counts: its name as Exchange writes it, and its values in one spelling and order. */
export interface Material {
  readonly name: string;
  readonly values: readonly string[];
}

/** The settings that count, by their names in lower case. Those at their default, or unset, are left out. */
export function materialSettings(settings: Settings): ReadonlyMap<string, Material> {
  const found = new Map<string, Material>();
  for (const name of Object.keys(settings)) {
    const key = name.toLowerCase();
    if (irrelevant.has(key) || isBookkeeping(key) || name.includes('@') || !isSet(settings, name)) continue;
    const given = [...list(settings, name).map(plainEntry), ...(found.get(key)?.values ?? [])];
    const values = holdsAddresses(key) ? normaliseAddresses(given) : [...new Set(given)].sort();
    if (values.length === 1 && values[0] === defaults.get(key)) continue;
    found.set(key, { name, values });
  }
  return found;
}

export const fingerprint = ({ settings }: { readonly settings: Settings }): string =>
  [...materialSettings(settings)]
    .map(([key, { values }]) => `${key}=${JSON.stringify(values)}`)
    .sort()
    .join('\n');
