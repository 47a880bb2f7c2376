/** Findings of the allows of the Tenant Allow/Block List. What they weigh is this project's own judgement. */
import { anybodySends, countAddresses, describeAddresses } from '#risk/addresses.ts';
import { always, type Assessable, type Rows } from '#risk/finding-row.ts';
import { entries, isSet, list, listSome, text } from '#risk/settings.ts';
import * as to from '#risk/frameworks.ts';
import {
  entryAddresses,
  hasEntry,
  isAnybodys,
  isOpen,
  isOwnEntry,
  shownEntry,
  trust,
} from '../list-entry.ts';
import type { Settings } from '#risk/settings.ts';

/** Small letters. */
export const listType = (settings: Settings): string =>
  (text(settings, 'ListType') ?? 'sender').toLowerCase();
const isType =
  (type: string) =>
  ({ settings }: Assessable): boolean =>
    listType(settings) === type;
/** Microsoft takes the entry away on a date, or so many days after its last use. */
const ends = ({ settings }: Assessable): boolean =>
  (isSet(settings, 'ExpirationDate') && !isNever(settings)) || Number(text(settings, 'RemoveAfter') ?? 0) > 0;
/** The last year that Exchange knows stands for none. */
const isNever = (settings: Settings): boolean => /\b9999\b/.test(text(settings, 'ExpirationDate') ?? '');
const lasting = (object: Assessable): boolean => !ends(object);
const until = ({ settings }: Assessable): string =>
  isSet(settings, 'ExpirationDate') && !isNever(settings)
    ? `expires ${text(settings, 'ExpirationDate') ?? ''}`
    : isSet(settings, 'RemoveAfter')
      ? `removed ${text(settings, 'RemoveAfter') ?? ''} days after its last use`
      : 'never expires';
export const tenantAllowFindings: Rows = [
  {
    id: 'LAPSE-TA-001',
    title: 'The tenant’s list allows a sender',
    shows: (object) => hasEntry(object) && isType('sender')(object),
    weighs: [
      {
        risk: 'critical',
        if: 'one of the tenant’s own domains, without an end',
        holds: (object) => isOwnEntry(object) && lasting(object),
      },
      {
        risk: 'high',
        if: 'one of the tenant’s own domains, or a domain where anybody can open a mailbox',
        holds: (object) => isOwnEntry(object) || isAnybodys(object),
      },
      { risk: 'high', if: 'without an end', holds: lasting },
      { risk: 'medium', if: 'with an end', holds: always },
    ],
    text: ({ settings }) =>
      `Mail that claims to be from ${shownEntry(settings)} is let through as if nothing were wrong with it.`,
    engineer: (object) =>
      `Tenant Allow/Block List, Sender, ${shownEntry(object.settings)}: ${until(object)}.`,
    rests: ['Entry'],
    narrow: 'Allow one address instead of a domain, and let the entry end 45 days after its last use.',
    checks: [],
    frameworks: [...trust, to.impersonation],
  },
  {
    id: 'LAPSE-TA-002',
    title: 'The tenant’s list allows a link or a file',
    shows: (object) => hasEntry(object) && (isType('url')(object) || isType('filehash')(object)),
    weighs: [
      { risk: 'high', if: 'without an end', holds: lasting },
      { risk: 'medium', if: 'with an end', holds: always },
    ],
    text: ({ settings }) =>
      listType(settings) === 'url'
        ? `Links to ${shownEntry(settings)} are not blocked, whoever sends them.`
        : 'One file is let through, whoever sends it.',
    engineer: (object) =>
      `Tenant Allow/Block List, ${text(object.settings, 'ListType') ?? ''}, ${shownEntry(object.settings)}: ${until(object)}.`,
    rests: ['Entry', 'ListType'],
    narrow: 'Allow the exact path instead of a whole site, and let the entry end 45 days after its last use.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.phishingLink, to.phishingAttachment],
  },
  {
    id: 'LAPSE-TA-003',
    title: 'The tenant’s list allows addresses',
    shows: (object) => hasEntry(object) && isType('ip')(object),
    weighs: [
      { risk: 'critical', if: 'anybody can send from them', holds: isOpen },
      { risk: 'high', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `Mail from ${describeAddresses(entryAddresses(settings))} is let in at the door, whoever sends it from there.`,
    engineer: (object) =>
      `Tenant Allow/Block List, IP, ${shownEntry(object.settings)}: ${until(object)}; an IP allow may have no end.`,
    rests: ['Entry'],
    narrow: 'Allow single addresses, and give the entry an end.',
    checks: [],
    frameworks: [...trust, to.networkAccess],
  },
  {
    id: 'LAPSE-TA-004',
    title: 'Forged mail of a name is allowed',
    shows: (object) => hasEntry(object) && isType('spoof')(object),
    weighs: [
      {
        risk: 'critical',
        if: 'from any infrastructure, or addresses anybody can send from',
        holds: ({ settings }) =>
          list(settings, 'SendingInfrastructure').some((from) => from === '*') ||
          !isSet(settings, 'SendingInfrastructure') ||
          anybodySends(countAddresses(list(settings, 'SendingInfrastructure'))),
      },
      {
        risk: 'high',
        if: 'one of the tenant’s own domains, any domain, or SpoofType Internal',
        holds: (object) =>
          isOwnEntry(object) ||
          isAnybodys(object) ||
          /^internal$/i.test(text(object.settings, 'SpoofType') ?? ''),
      },
      { risk: 'medium', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `Mail that claims to be from ${shownEntry(settings)} is let through although its sender fails the check, if it comes from ${listSome(entries(settings, 'SendingInfrastructure')) || 'anywhere'}.`,
    engineer: ({ settings }) =>
      `Spoof pair ${shownEntry(settings)} / ${listSome(entries(settings, 'SendingInfrastructure')) || '*'} (${text(settings, 'SpoofType') ?? 'type unknown'}): never expires.`,
    rests: ['Entry', 'SendingInfrastructure'],
    narrow: 'Have the sender set up SPF and DKIM for the domain; then the pair is not needed.',
    checks: [],
    frameworks: [...trust, to.impersonation],
  },
];
