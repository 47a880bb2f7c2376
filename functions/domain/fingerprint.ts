/**
 * What of an object's settings an approval is for. Two reads of the same object give the same text: order,
 * duplicates, spelling of lists and numbers, unset against empty, notes and timestamps do not count.
 */
import { isSet, list, plainEntry } from './settings.ts';
import type { Exception } from './exception.ts';

/** What Exchange adds by itself, or what changes nothing about which mail gets past. */
const irrelevant = new Set(
  [
    'adminDisplayName',
    'activationDate',
    'comment',
    'comments',
    'conditions',
    'actions',
    'exceptions',
    'connectorSource',
    'createdBy',
    'description',
    'distinguishedName',
    'dlpPolicy',
    'dlpPolicyId',
    'enabled',
    'exchangeObjectId',
    'exchangeVersion',
    'expiryDate',
    'guid',
    'id',
    'identity',
    'immutableId',
    'isRuleConfigurationSupported',
    'isValid',
    'isValidated',
    'lastModifiedBy',
    'lastValidationTimestamp',
    'manuallyModified',
    'name',
    'nameHashGuid',
    'objectCategory',
    'objectClass',
    'objectState',
    'organizationId',
    'organizationalUnitRoot',
    'organizationalUnitRootInternal',
    'originatingServer',
    'regexSize',
    'ruleConfigurationUnsupportedReason',
    'ruleSubType',
    'ruleVersion',
    'size',
    'state',
    'useLegacyRegex',
    'validationRecipients',
    'whenChanged',
    'whenChangedUTC',
    'whenCreated',
    'whenCreatedUTC',
    'priority',
  ].map((name) => name.toLowerCase()),
);

/** Values a rule has when nobody set them. */
const defaults: Readonly<Record<string, string>> = {
  connectortype: 'partner',
  mode: 'enforce',
  recipientaddresstype: 'resolved',
  ruleerroraction: 'ignore',
  senderaddresslocation: 'header',
  mtastsmode: 'opportunistic',
  smtpdanemode: 'opportunistic',
};

export function fingerprint({ settings }: Pick<Exception, 'settings'>): string {
  return Object.keys(settings)
    .filter((name) => !irrelevant.has(name.toLowerCase()) && !name.includes('@') && isSet(settings, name))
    .map((name) => {
      const values = [...new Set(list(settings, name).map(plainEntry))].sort();
      return [name.toLowerCase(), values] as const;
    })
    .filter(([name, values]) => !(values.length === 1 && values[0] === defaults[name]))
    .map(([name, values]) => `${name}=${JSON.stringify(values)}`)
    .sort()
    .join('\n');
}
