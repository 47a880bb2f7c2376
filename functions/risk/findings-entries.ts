/**
 * Findings of exceptions that are an entry of a list or a switch (their settings: see `finding-row.ts`). Meaning:
 * Microsoft's references of the filter policies and Set-OrganizationConfig; what they weigh is this project's own
 * judgement.
 */
import { anybodySends, countAddresses, sayAddresses } from './addresses.ts';
import { always, type Assessable, type Row } from './finding-row.ts';
import { anybodysDomain } from './rule-conditions.ts';
import { entries, flag, isOwn, isSet, list, some, text } from './settings.ts';
import * as to from './frameworks.ts';
import type { Settings } from './settings.ts';

const entry = (settings: Settings): string => some(entries(settings, 'Entry'));
const has = ({ settings }: Assessable): boolean => isSet(settings, 'Entry');
const count = (settings: Settings, name = 'Entry') => countAddresses(list(settings, name));
const open = ({ settings }: Assessable): boolean => anybodySends(count(settings));
const own = ({ settings, ownDomains }: Assessable): boolean =>
  list(settings, 'Entry').some((name) => isOwn(name, ownDomains));
const anybodys = ({ settings }: Assessable): boolean => list(settings, 'Entry').some(anybodysDomain);

const listType = (settings: Settings): string => (text(settings, 'ListType') ?? 'sender').toLowerCase();
const isType =
  (type: string) =>
  ({ settings }: Assessable): boolean =>
    listType(settings) === type;
/** Microsoft takes the entry away on a date, or so many days after its last use. */
const ends = ({ settings }: Assessable): boolean =>
  isSet(settings, 'ExpirationDate') || Number(text(settings, 'RemoveAfter') ?? 0) > 0;
const lasting = (object: Assessable): boolean => !ends(object);
const until = ({ settings }: Assessable): string =>
  isSet(settings, 'ExpirationDate')
    ? `expires ${text(settings, 'ExpirationDate') ?? ''}`
    : isSet(settings, 'RemoveAfter')
      ? `removed ${text(settings, 'RemoveAfter') ?? ''} days after its last use`
      : 'never expires';
const policy = (settings: Settings): string => text(settings, 'Policy') ?? 'unknown';

const trust = [to.changesAndExceptions, to.leastPrivilege, to.insecureAuthentication, to.phishing] as const;

export const ipAllowFindings: readonly Row[] = [
  {
    id: 'LAPSE-IP-001',
    title: 'Addresses are on the allow list',
    shows: has,
    weighs: [
      {
        risk: 'critical',
        if: 'anybody can send from them (Microsoft’s shared ones, or most of the internet)',
        holds: open,
      },
      { risk: 'high', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `Mail from ${sayAddresses(count(settings))} skips spam filtering and the check of its sender, whoever sends it from there.`,
    engineer: ({ settings }) =>
      `IPAllowList entry ${entry(settings)}: stamped IPV:CAL, no spam filtering, SPF and DMARC failures are let through.`,
    rests: ['Entry'],
    narrow:
      'List single addresses, and only while a rule with an authentication result cannot take their place.',
    checks: [to.orca('ORCA-114'), to.cis('2.1.12'), to.scuba('MS.SECURITYSUITE.8.1v1')],
    frameworks: [...trust, to.networkAccess],
  },
];

export const safeListFindings: readonly Row[] = [
  {
    id: 'LAPSE-SL-001',
    title: 'A bought list of senders is trusted',
    shows: ({ settings }) => flag(settings, 'EnableSafeList') === true,
    weighs: [{ risk: 'high', if: 'always', holds: always }],
    text: () =>
      'Mail from senders on a list that Microsoft buys skips spam filtering, and nobody here can see who is on it.',
    engineer: () =>
      'EnableSafeList: the connection filter skips filtering for a third-party list that changes without notice.',
    rests: ['EnableSafeList'],
    narrow: 'Switch it off, and allow by name whoever is missed.',
    checks: [to.cis('2.1.13'), to.scuba('MS.SECURITYSUITE.8.2v1')],
    frameworks: [...trust, to.thirdParty],
  },
];

export const allowedSenderFindings: readonly Row[] = [
  {
    id: 'LAPSE-AS-001',
    title: 'A sender is allowed by address',
    shows: has,
    weighs: [
      { risk: 'critical', if: 'the address is in one of the tenant’s own domains', holds: own },
      { risk: 'high', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `Mail that claims to be from ${entry(settings)} skips spam filtering, and anybody can write that address on a message.`,
    engineer: ({ settings }) =>
      `AllowedSenders of policy ${policy(settings)}: stamped SFV:SKA on the From address, without asking for SPF, DKIM or DMARC.`,
    rests: ['Entry'],
    narrow: 'Use an entry of the Tenant Allow/Block List with an end, or a rule that requires dmarc=pass.',
    checks: [to.orca('ORCA-109')],
    frameworks: [...trust, to.impersonation],
  },
];

export const allowedDomainFindings: readonly Row[] = [
  {
    id: 'LAPSE-AD-001',
    title: 'A domain is allowed',
    shows: has,
    weighs: [
      { risk: 'critical', if: 'one of the tenant’s own domains', holds: own },
      { risk: 'critical', if: 'a domain where anybody can open a mailbox, or any domain', holds: anybodys },
      { risk: 'high', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `Mail that claims to be from anybody at ${entry(settings)} skips spam filtering, and anybody can write that on a message.`,
    engineer: ({ settings }) =>
      `AllowedSenderDomains of policy ${policy(settings)}: stamped SFV:SKA on the From domain, without asking for SPF, DKIM or DMARC.`,
    rests: ['Entry'],
    narrow: 'Use an entry of the Tenant Allow/Block List with an end, or a rule that requires dmarc=pass.',
    checks: [
      to.orca('ORCA-118-1'),
      to.orca('ORCA-118-3'),
      to.cis('2.1.14'),
      to.scuba('MS.SECURITYSUITE.6.2v1'),
    ],
    frameworks: [...trust, to.impersonation],
  },
];

export const tenantAllowFindings: readonly Row[] = [
  {
    id: 'LAPSE-TA-001',
    title: 'The tenant’s list allows a sender',
    shows: (object) => has(object) && isType('sender')(object),
    weighs: [
      {
        risk: 'critical',
        if: 'one of the tenant’s own domains, without an end',
        holds: (object) => own(object) && lasting(object),
      },
      {
        risk: 'high',
        if: 'one of the tenant’s own domains, or a domain where anybody can open a mailbox',
        holds: (object) => own(object) || anybodys(object),
      },
      { risk: 'high', if: 'without an end', holds: lasting },
      { risk: 'medium', if: 'with an end', holds: always },
    ],
    text: ({ settings }) =>
      `Mail that claims to be from ${entry(settings)} is let through as if nothing were wrong with it.`,
    engineer: (object) => `Tenant Allow/Block List, Sender, ${entry(object.settings)}: ${until(object)}.`,
    rests: ['Entry'],
    narrow: 'Allow one address instead of a domain, and let the entry end 45 days after its last use.',
    checks: [],
    frameworks: [...trust, to.impersonation],
  },
  {
    id: 'LAPSE-TA-002',
    title: 'The tenant’s list allows a link or a file',
    shows: (object) => has(object) && (isType('url')(object) || isType('filehash')(object)),
    weighs: [
      { risk: 'high', if: 'without an end', holds: lasting },
      { risk: 'medium', if: 'with an end', holds: always },
    ],
    text: ({ settings }) =>
      listType(settings) === 'url'
        ? `Links to ${entry(settings)} are not blocked, whoever sends them.`
        : 'One file is let through, whoever sends it.',
    engineer: (object) =>
      `Tenant Allow/Block List, ${text(object.settings, 'ListType') ?? ''}, ${entry(object.settings)}: ${until(object)}.`,
    rests: ['Entry', 'ListType'],
    narrow: 'Allow the exact path instead of a whole site, and let the entry end 45 days after its last use.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.phishingLink, to.phishingAttachment],
  },
  {
    id: 'LAPSE-TA-003',
    title: 'The tenant’s list allows addresses',
    shows: (object) => has(object) && isType('ip')(object),
    weighs: [
      { risk: 'critical', if: 'anybody can send from them', holds: open },
      { risk: 'high', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `Mail from ${sayAddresses(count(settings))} is let in at the door, whoever sends it from there.`,
    engineer: (object) =>
      `Tenant Allow/Block List, IP, ${entry(object.settings)}: ${until(object)}; an IP allow may be made without an end.`,
    rests: ['Entry'],
    narrow: 'Allow single addresses, and give the entry an end.',
    checks: [],
    frameworks: [...trust, to.networkAccess],
  },
  {
    id: 'LAPSE-TA-004',
    title: 'Forged mail of a name is allowed',
    shows: (object) => has(object) && isType('spoof')(object),
    weighs: [
      {
        risk: 'critical',
        if: 'from any infrastructure, or addresses anybody can send from',
        holds: ({ settings }) =>
          list(settings, 'SendingInfrastructure').some((from) => from === '*') ||
          !isSet(settings, 'SendingInfrastructure') ||
          anybodySends(count(settings, 'SendingInfrastructure')),
      },
      {
        risk: 'high',
        if: 'one of the tenant’s own domains, any domain, or SpoofType Internal',
        holds: (object) =>
          own(object) || anybodys(object) || /^internal$/i.test(text(object.settings, 'SpoofType') ?? ''),
      },
      { risk: 'medium', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `Mail that claims to be from ${entry(settings)} is let through although its sender fails the check, if it comes from ${some(entries(settings, 'SendingInfrastructure')) || 'anywhere'}.`,
    engineer: ({ settings }) =>
      `Spoof pair ${entry(settings)} / ${some(entries(settings, 'SendingInfrastructure')) || '*'} (${text(settings, 'SpoofType') ?? 'type unknown'}): never expires.`,
    rests: ['Entry', 'SendingInfrastructure'],
    narrow: 'Have the sender set up SPF and DKIM for the domain; then the pair is not needed.',
    checks: [],
    frameworks: [...trust, to.impersonation],
  },
];

export const arcSealerFindings: readonly Row[] = [
  {
    id: 'LAPSE-AR-001',
    title: 'Another service’s word about senders is believed',
    shows: has,
    weighs: [
      { risk: 'high', if: 'a domain where anybody can open a mailbox', holds: anybodys },
      { risk: 'medium', if: 'otherwise', holds: always },
    ],
    text: ({ settings }) =>
      `If ${entry(settings)} says that a sender was checked, that is believed, even where the check fails here.`,
    engineer: ({ settings }) =>
      `ArcTrustedSealers holds ${entry(settings)}: its ARC seal overrides failed SPF, DKIM and DMARC (compauth reason 130).`,
    rests: ['Entry'],
    narrow: 'Keep only the domains that the gateways in front of the tenant seal with.',
    checks: [to.orca('ORCA-243')],
    frameworks: [to.changesAndExceptions, to.providers, to.thirdParty, to.impersonation],
  },
];

const simulators = (settings: Settings) => countAddresses(list(settings, 'SenderIpRanges'));
export const phishingSimulationFindings: readonly Row[] = [
  {
    id: 'LAPSE-PS-001',
    title: 'Simulated phishing is let through',
    shows: ({ settings }) => isSet(settings, 'Domains') || isSet(settings, 'SenderIpRanges'),
    weighs: [
      {
        risk: 'critical',
        if: 'without addresses, or from addresses that anybody can send from',
        holds: ({ settings }) => !isSet(settings, 'SenderIpRanges') || anybodySends(simulators(settings)),
      },
      { risk: 'high', if: 'without a domain', holds: ({ settings }) => !isSet(settings, 'Domains') },
      { risk: 'medium', if: 'a domain and addresses', holds: always },
    ],
    text: ({ settings }) =>
      `Mail of ${isSet(settings, 'Domains') ? some(entries(settings, 'Domains')) : 'any domain'} from ${isSet(settings, 'SenderIpRanges') ? sayAddresses(simulators(settings)) : 'anywhere'} is never stopped, even if it is phishing.`,
    engineer: () =>
      'The advanced delivery override switches off filtering, Safe Links and Safe Attachments for what matches domain and address.',
    rests: ['SenderIpRanges', 'Domains'],
    narrow: 'Keep it only while a campaign runs, with the vendor’s own domain and addresses.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.providers, to.thirdParty, to.phishing],
  },
];

export const secopsMailboxFindings: readonly Row[] = [
  {
    id: 'LAPSE-SO-001',
    title: 'A mailbox gets mail unfiltered',
    shows: has,
    weighs: [{ risk: 'medium', if: 'always', holds: always }],
    // Where the rule does not repeat the mailboxes, the entry is the policy's name.
    text: ({ settings }) =>
      `${entry(settings).includes('@') ? `The mailbox ${entry(settings)} gets` : `The mailboxes of ${entry(settings)} get`} all mail unfiltered: whoever works there meets live malware.`,
    engineer: ({ settings }) =>
      `SecOps override for ${entry(settings)}: everything but malware by attachment type is delivered.`,
    rests: ['Entry'],
    narrow: 'Let only the mailbox where people report phishing have it.',
    checks: [],
    frameworks: [to.changesAndExceptions, to.configuration, to.phishing],
  },
];

export const directSendFindings: readonly Row[] = [
  {
    id: 'LAPSE-DS-001',
    title: 'Anybody can send as you without signing in',
    // Off is Microsoft's default, so absence means the door is open.
    shows: ({ settings }) => flag(settings, 'RejectDirectSend') !== true,
    weighs: [{ risk: 'high', if: 'always', holds: always }],
    text: () =>
      'Anybody on the internet can hand in mail that claims to be from your own organisation, without signing in.',
    engineer: () =>
      'RejectDirectSend is off: anonymous mail with an accepted domain in MAIL FROM is taken. Switching it on closes this door only: mail that ignores the MX record needs a restrictive partner connector.',
    rests: ['RejectDirectSend'],
    narrow:
      'Give printers and applications a connector bound to a certificate, then switch RejectDirectSend on.',
    checks: [to.cis('6.5.5'), to.maester('MT.1062')],
    frameworks: [to.changesAndExceptions, to.networkAccess, to.impersonation, to.internalPhishing],
  },
];
