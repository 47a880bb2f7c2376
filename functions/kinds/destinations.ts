/** Where mail is sent by settings that name recipients. */
import { entries, isOwn } from '#risk/settings.ts';
import type { Assessable } from '#risk/finding-row.ts';

/** Addresses outside the tenant among those the settings name. */
export const outsiders = (
  { settings, ownDomains }: Assessable,
  names: readonly string[],
): readonly string[] =>
  [...new Set(names.flatMap((name) => entries(settings, name)))]
    .filter((address) => address.includes('@') && !isOwn(address, ownDomains))
    .sort();

/** Names, paths and GUIDs of recipients: Exchange takes them as addresses, and nothing shows whose they are. */
export const unplaced = ({ settings }: Assessable, names: readonly string[]): readonly string[] =>
  [...new Set(names.flatMap((name) => entries(settings, name)))].filter((one) => !one.includes('@')).sort();

export const isSentOut = (object: Assessable, names: readonly string[]): boolean =>
  outsiders(object, names).length + unplaced(object, names).length > 0;
