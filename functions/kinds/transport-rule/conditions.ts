/**
 * What decides to which mail a transport rule applies, and how good that is as proof. Conditions narrow together
 * (all must hold), the entries of one condition widen it (any may match): so each condition can only lower what
 * the rule lets past, and each further entry only raise it.
 */
import { anybodySends, countAddresses } from '#risk/addresses.ts';
import { isAnybodysDomain } from '#risk/open-provider.ts';
import { entries, isOwn, isSet, list, text } from '#risk/settings.ts';
import type { Settings } from '#risk/settings.ts';

/** Who a message says it is from. Anybody can write that on a message. */
export const claims = [
  'SenderDomainIs',
  'From',
  'FromAddressContainsWords',
  'FromAddressMatchesPatterns',
  'FromMemberOf',
  'SenderInRecipientList',
  'SenderADAttributeContainsWords',
  'SenderADAttributeMatchesPatterns',
] as const;

/** Conditions on recipients, content and form: they narrow, but prove nothing about the sender. */
const others = [
  'SentTo',
  'SentToMemberOf',
  'BetweenMemberOf1',
  'BetweenMemberOf2',
  'ManagerAddresses',
  'ManagerForEvaluatedUser',
  'SenderManagementRelationship',
  'ADComparisonAttribute',
  'RecipientADAttributeContainsWords',
  'RecipientADAttributeMatchesPatterns',
  'AnyOfToHeader',
  'AnyOfToHeaderMemberOf',
  'AnyOfCcHeader',
  'AnyOfCcHeaderMemberOf',
  'AnyOfToCcHeader',
  'AnyOfToCcHeaderMemberOf',
  'HasClassification',
  'SubjectContainsWords',
  'SubjectOrBodyContainsWords',
  'SubjectMatchesPatterns',
  'SubjectOrBodyMatchesPatterns',
  'AttachmentNameMatchesPatterns',
  'AttachmentExtensionMatchesWords',
  'AttachmentPropertyContainsWords',
  'ContentCharacterSetContainsWords',
  'HasSenderOverride',
  'MessageContainsDataClassifications',
  'MessageContainsAllDataClassifications',
  'SCLOver',
  'AttachmentSizeOver',
  'MessageSizeOver',
  'WithImportance',
  'MessageTypeMatches',
  'RecipientAddressContainsWords',
  'RecipientAddressMatchesPatterns',
  'RecipientInSenderList',
  'AttachmentContainsWords',
  'AttachmentMatchesPatterns',
  'AttachmentIsUnsupported',
  'AttachmentProcessingLimitExceeded',
  'AttachmentHasExecutableContent',
  'AttachmentIsPasswordProtected',
  'AnyOfRecipientAddressContainsWords',
  'AnyOfRecipientAddressMatchesPatterns',
] as const;

/** Conditions that need more than being there to prove or narrow something. */
const weighed = [
  'FromScope',
  'SentToScope',
  'SenderIpRanges',
  'RecipientDomainIs',
  'HeaderContainsMessageHeader',
  'HeaderContainsWords',
  'HeaderMatchesMessageHeader',
  'HeaderMatchesPatterns',
  'SenderAddressLocation',
] as const;
export const conditions: readonly string[] = [...claims, ...others, ...weighed];

export const claimed = (settings: Settings): readonly string[] => [
  ...new Set(claims.flatMap((name) => entries(settings, name))),
];

/** Some condition on the sender's name lists only names that are somebody's own. */
const claimsSomebody = (settings: Settings): boolean =>
  claims.some((name) => isSet(settings, name) && !list(settings, name).some(isAnybodysDomain));

export type Proof =
  /** DMARC or composite authentication passed: the domain on the message is really the sender's. */
  | 'aligned'
  /** SPF or DKIM passed, for whatever domain: not necessarily the one on the message. */
  | 'unaligned'
  | undefined;

/** A condition on the receiving service's own verdict about the sender. */
export function proof(settings: Settings): Proof {
  const found = [
    ...headerWords(settings, 'HeaderContainsMessageHeader', 'HeaderContainsWords'),
    ...headerWords(settings, 'HeaderMatchesMessageHeader', 'HeaderMatchesPatterns'),
  ];
  // Both header conditions must hold, so the better one counts; within one, the weakest entry does.
  return found.includes('aligned') ? 'aligned' : found.includes('unaligned') ? 'unaligned' : undefined;
}

const isResultHeader = (name: string): boolean => name.toLowerCase() === 'authentication-results';

/** Exchange takes words of up to 128 characters; more is no verdict. */
const longestWord = 500;
/** `bestguesspass`: SPF or DKIM passed for the sender's own domain, which has no DMARC record (Microsoft's reference of message headers). */
const alignedPass = /\b(dmarc|compauth)\W*=\W*(\w+\W+|bestguess)?pass/i;
const unalignedPass = /\b(spf|dkim|arc)\W*=\W*pass/i;
/** A verdict that is not a pass, alone or among alternatives. ("action=none" is no verdict.) */
const failed = /\b(spf|dkim|arc|dmarc|compauth)\W*=\W*[\w|()]*(none|fail|error|neutral)/i;

function headerWords(settings: Settings, header: string, words: string): readonly Proof[] {
  if (!list(settings, header).some(isResultHeader)) return [];
  const verdicts = list(settings, words).map((entry): Proof => {
    const word = entry.slice(0, longestWord);
    if (failed.test(word)) return undefined;
    const some = unalignedPass.test(word);
    // "dmarc=pass|spf=pass" asks for either, so for the weaker.
    if (alignedPass.test(word)) return some && word.includes('|') ? 'unaligned' : 'aligned';
    return some ? 'unaligned' : undefined;
  });
  if (verdicts.length === 0 || verdicts.includes(undefined)) return [undefined];
  return [verdicts.includes('unaligned') ? 'unaligned' : 'aligned'];
}

/** An exception for mail whose check failed: what has no verdict at all still passes. */
const sparesFailures = (settings: Settings): boolean =>
  (
    [
      ['ExceptIfHeaderContainsMessageHeader', 'ExceptIfHeaderContainsWords'],
      ['ExceptIfHeaderMatchesMessageHeader', 'ExceptIfHeaderMatchesPatterns'],
    ] as const
  ).some(
    ([header, words]) =>
      list(settings, header).some(isResultHeader) && list(settings, words).some((word) => /fail/i.test(word)),
  );

/** Which mail the rule is for, by the best thing that narrows it. */
export type Scope =
  | 'sender proved'
  | 'sender and addresses'
  | 'sender half proved'
  | 'addresses'
  | 'inside'
  | 'sender and content'
  | 'content'
  | 'shared addresses'
  | 'own sender'
  | 'sender claimed'
  | 'any proved sender'
  | 'all';

const nobody: readonly string[] = [];
/** Every row asks for the scope of the same object: it is worked out once. */
const worked = new WeakMap<Settings, { readonly own: readonly string[]; readonly scope: Scope }>();

export function scopeOf(settings: Settings, own: readonly string[] = nobody): Scope {
  const before = worked.get(settings);
  if (before?.own === own) return before.scope;
  const scope = workOut(settings, own);
  worked.set(settings, { own, scope });
  return scope;
}

function workOut(settings: Settings, own: readonly string[]): Scope {
  const names = claims.some((name) => isSet(settings, name));
  const proved = proof(settings);
  const addresses = list(settings, 'SenderIpRanges').length > 0;
  const open = addresses && anybodySends(countAddresses(list(settings, 'SenderIpRanges')));
  if (proved === 'aligned' && claimsSomebody(settings)) return 'sender proved';
  if (/^inorganization$/i.test(text(settings, 'FromScope') ?? '')) return 'inside';
  if (addresses && !open) return names ? 'sender and addresses' : 'addresses';
  if (names && (proved !== undefined || sparesFailures(settings))) return 'sender half proved';
  if (narrowsContent(settings, own)) return names ? 'sender and content' : 'content';
  if (names) return claimed(settings).some((entry) => isOwn(entry, own)) ? 'own sender' : 'sender claimed';
  if (open) return 'shared addresses';
  return proved === undefined ? 'all' : 'any proved sender';
}

/**
 * Scopes such as "outside the organisation" select nearly all mail and are no narrowing; nor is one of the
 * tenant's own domains as the recipient's.
 */
function narrowsContent(settings: Settings, own: readonly string[]): boolean {
  if (others.some((name) => isSet(settings, name))) return true;
  if (/^notinorganization$|^external|partner/i.test(text(settings, 'SentToScope') ?? '')) return true;
  const recipients = list(settings, 'RecipientDomainIs');
  if (recipients.length > 0 && !recipients.some((domain) => isOwn(domain, own) || domain === '*'))
    return true;
  return ['HeaderContainsMessageHeader', 'HeaderMatchesMessageHeader'].some(
    (name) => isSet(settings, name) && !list(settings, name).some(isResultHeader),
  );
}

/** Scopes that leave nobody out: nothing narrows them, or what does anybody can bring about. */
export const coversAll = (scope: Scope): boolean =>
  scope === 'all' || scope === 'shared addresses' || scope === 'any proved sender';
