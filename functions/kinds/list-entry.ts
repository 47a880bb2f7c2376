/** What entries of allow lists have in common: their settings are `{ Entry, … }`, and often the `Policy` they stand in. */
import { anybodySends, countAddresses, type AddressCount } from '#risk/addresses.ts';
import { isAnybodysDomain } from '#risk/open-provider.ts';
import { domainOf, entries, isOwn, isSet, list, listSome, text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import type { Measure } from '#risk/breadth.ts';
import type { Assessable } from '#risk/finding-row.ts';
import type { Settings } from '#risk/settings.ts';

/** Microsoft's name of the policy that every tenant has; only entries of other policies need to say whose they are. */
export const usualPolicy = 'Default';
export const isUsual = (policy: string): boolean => policy.toLowerCase() === usualPolicy.toLowerCase();
export const policyOf = (settings: Settings): string => text(settings, 'Policy') ?? usualPolicy;

/** All in one text, as its name has it. */
export const entryIn = (settings: Settings): string => list(settings, 'Entry').join(', ');
/** The one entry, as a cmdlet takes it. */
export const entryOf = (settings: Settings): string => text(settings, 'Entry') ?? '';
/** As a finding shows it: where there are many, the first few. */
export const shownEntry = (settings: Settings): string => listSome(entries(settings, 'Entry'));

export const hasEntry = ({ settings }: Assessable): boolean => isSet(settings, 'Entry');
export const entryAddresses = (settings: Settings): AddressCount => countAddresses(list(settings, 'Entry'));
export const isOpen = ({ settings }: Assessable): boolean => anybodySends(entryAddresses(settings));
/** It is for one of the tenant's own domains. */
export const isOwnEntry = ({ settings, ownDomains }: Assessable): boolean =>
  list(settings, 'Entry').some((name) => isOwn(name, ownDomains));
/** It is for a domain where anybody can open a mailbox, or for any. */
export const isAnybodys = ({ settings }: Assessable): boolean =>
  list(settings, 'Entry').some(isAnybodysDomain);
export const isAnyDomain = ({ settings }: Assessable): boolean =>
  list(settings, 'Entry').some((entry) => domainOf(entry) === '*');

/** Of an entry that is a domain, or a sender of one. */
export const domainBreadth: Measure = {
  counted: () => ({ addresses: [], domains: ['Entry'], recipients: [] }),
  noun: ['domain', 'domains'],
  everyone: isAnyDomain,
  everything: 'all mail',
};

/** What trusting a sender without a proof corresponds to. */
export const trust = [
  to.changesAndExceptions,
  to.leastPrivilege,
  to.insecureAuthentication,
  to.phishing,
] as const;
