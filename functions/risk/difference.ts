/**
 * What changed between two looks at an object, in words: "3 addresses added, now 259; certificate requirement
 * dropped". Whether a part matters is what the fingerprint says of it, so nothing matters exactly where the
 * fingerprints are equal, and only what matters asks the owner again.
 */
import {
  addressesBeyond,
  countAddresses,
  holdsAddresses,
  parseAddresses,
  describeAddresses,
} from './addresses.ts';
import { defaults, materialSettings, type Material } from './fingerprint.ts';
import { flag, list, plainEntry, listSome, text } from './settings.ts';
import type { Settings } from './settings.ts';

export interface Difference {
  /** A part of a sentence, without a full stop. */
  readonly text: string;
  readonly matters: boolean;
}

/**
 * What matters first, each in the order of Exchange's names. `[]`: nothing that people would call a change. `addressed`:
 * settings that hold addresses in objects of this kind, beside those that always do.
 */
export function difference(
  before: Settings,
  after: Settings,
  addressed: readonly string[],
): readonly Difference[] {
  const main = new Set([...mainAddresses, ...addressed.map((name) => name.toLowerCase())]);
  const [was, is] = [materialSettings(before), materialSettings(after)];
  const keys = [...new Set([...was.keys(), ...is.keys()])].sort();
  const changed = keys.flatMap((key) => {
    const [old, now] = [was.get(key), is.get(key)];
    if (JSON.stringify(old?.values) === JSON.stringify(now?.values)) return [];
    return [{ text: say(key, old, now, before, after, main), matters: true }];
  });
  return [...changed, ...respelled(before, after), ...remarks(before, after)];
}

function say(
  key: string,
  old: Material | undefined,
  now: Material | undefined,
  before: Settings,
  after: Settings,
  main: ReadonlySet<string>,
): string {
  const name = now?.name ?? old?.name ?? key;
  const [values, former] = [now?.values ?? [], old?.values ?? []];
  const word = switches.get(key);
  if (word) {
    const [held, holds] = [word.on(former), word.on(values)];
    if (held !== holds) return holds ? word.set : word.cleared;
  }
  if (holdsAddresses(key) || main.has(key)) {
    const [given, held] = [raw(before, key), raw(after, key)];
    const said = sayAddressChange(given, held);
    if (said === undefined) return sayList(undefined, name, given, held);
    return main.has(key) ? said : `${name}: ${said}`;
  }
  const noun = nouns.get(key);
  if (noun || former.length > 1 || values.length > 1) return sayList(noun, name, former, values);
  if (flag(after, name) === true && former.length === 0) return `${name} switched on`;
  if (flag(before, name) === true && values.length === 0) return `${name} switched off`;
  return `${name} changed from ${shown(former, key)} to ${shown(values, key)}`;
}

/** All values under the name, however it is capitalised, not yet brought into one spelling. */
const raw = (settings: Settings, key: string): readonly string[] =>
  Object.keys(settings)
    .filter((name) => name.toLowerCase() === key)
    .flatMap((name) => list(settings, name).map(plainEntry));

const longest = 60;
const cut = (value: string): string => (value.length <= longest ? value : `${value.slice(0, longest - 1)}…`);
const shown = (values: readonly string[], key: string): string =>
  values.length > 0 ? listSome(values.map(cut)) : (defaults.get(key) ?? 'not set');

/** Settings whose addresses need no name beside them. */
const mainAddresses = new Set(['senderipranges', 'senderipaddresses', 'ipallowlist']);

function sayAddressChange(before: readonly string[], after: readonly string[]): string | undefined {
  const [was, is] = [before, after].map((entries) => entries.flatMap((entry) => parseAddresses(entry) ?? []));
  const count = countAddresses(after);
  const old = countAddresses(before);
  // IPv6 networks are too large to count: there, only entries are compared.
  if (!was || !is || [count, old].some((one) => one.networks6 > 0 || one.unread > 0)) return undefined;
  const [more, fewer] = [addressesBeyond(is, was), addressesBeyond(was, is)];
  const now =
    count.addresses === 0
      ? 'now none'
      : `now ${describeAddresses(count).replace(/^([\d,]+) address(es)?/, '$1')}`;
  const parts = [...addresses(more, 'added'), ...addresses(fewer, 'removed')];
  return parts.length === 0 ? undefined : `${parts.join(', ')}, ${now}`;
}
const addresses = (count: number, what: string): readonly string[] =>
  count === 0 ? [] : [`${count.toLocaleString('en-US')} ${count === 1 ? 'address' : 'addresses'} ${what}`];

function sayList(
  noun: readonly [one: string, many: string] | undefined,
  name: string,
  before: readonly string[],
  after: readonly string[],
): string {
  const part = (values: readonly string[], what: string): readonly string[] => {
    if (values.length === 0) return [];
    const [one, many] = noun ?? ['entry', 'entries'];
    return [`${values.length} ${values.length === 1 ? one : many} ${what} (${listSome(values.map(cut))})`];
  };
  const parts = [
    ...part(
      after.filter((value) => !before.includes(value)),
      'added',
    ),
    ...part(
      before.filter((value) => !after.includes(value)),
      'removed',
    ),
  ];
  return `${noun ? '' : `${name}: `}${parts.join(', ')}, now ${after.length === 0 ? 'none' : String(after.length)}`;
}

/** Lists with a word of their own for an entry. */
const nouns: ReadonlyMap<string, readonly [one: string, many: string]> = new Map(
  Object.entries({
    senderdomainis: ['sender domain', 'sender domains'],
    senderdomains: ['sender domain', 'sender domains'],
    recipientdomains: ['recipient domain', 'recipient domains'],
    recipientdomainis: ['recipient domain', 'recipient domains'],
    smarthosts: ['smart host', 'smart hosts'],
    from: ['sender', 'senders'],
    sentto: ['recipient', 'recipients'],
    redirectmessageto: ['address to redirect to', 'addresses to redirect to'],
    blindcopyto: ['hidden copy', 'hidden copies'],
    copyto: ['copy', 'copies'],
    domains: ['domain', 'domains'],
  } as const),
);

interface Switch {
  readonly on: (values: readonly string[]) => boolean;
  readonly set: string;
  readonly cleared: string;
}
const toggled = (what: string): Switch => ({
  on: (values) => values.includes('true'),
  set: `${what} added`,
  cleared: `${what} dropped`,
});
const turned = (set: string, cleared: string): Switch => ({
  on: (values) => values.includes('true'),
  set,
  cleared,
});

/** Settings that say more in words than by their name and value. */
const switches: ReadonlyMap<string, Switch> = new Map(
  Object.entries({
    restrictdomainstocertificate: toggled('certificate requirement'),
    restrictdomainstoipaddresses: toggled('address requirement'),
    requiretls: toggled('encryption requirement'),
    routemessageoutboundrequiretls: toggled('encryption requirement'),
    treatmessagesasinternal: turned('mail now counts as internal', 'mail no longer counts as internal'),
    cloudservicesmailenabled: turned(
      'headers of the other side now believed',
      'headers of the other side no longer believed',
    ),
    stopruleprocessing: turned('later rules no longer applied', 'later rules applied again'),
    deletemessage: turned('mail now deleted', 'mail no longer deleted'),
    istransportrulescoped: turned(
      'rules may now send mail through it',
      'rules may no longer send mail through it',
    ),
    enablesafelist: turned('bought list of senders now trusted', 'bought list of senders no longer trusted'),
    rejectdirectsend: turned('Direct Send now rejected', 'Direct Send no longer rejected'),
    setscl: {
      on: (values) => values.includes('-1'),
      set: 'bypass of spam filtering added',
      cleared: 'bypass of spam filtering dropped',
    },
  } satisfies Record<string, Switch>),
);

/** The same addresses, written differently: worth a word, since the raw values differ. */
const respelled = (before: Settings, after: Settings): readonly Difference[] =>
  Object.keys(after)
    .filter((name) => {
      const key = name.toLowerCase();
      const [old, now] = [raw(before, key), raw(after, key)].map((values) =>
        JSON.stringify([...new Set(values)].sort()),
      );
      const [was, is] = [materialSettings(before).get(key), materialSettings(after).get(key)];
      return holdsAddresses(key) && old !== now && JSON.stringify(was?.values) === JSON.stringify(is?.values);
    })
    .map((name) => ({ text: `${name}: the same addresses, written differently`, matters: false }));

/** Settings that people notice although an approval does not depend on them. */
const noticed: Readonly<Record<string, string>> = {
  Comments: 'comment',
  Comment: 'comment',
  Name: 'name',
  Priority: 'priority',
  State: 'state',
  Enabled: 'enabled',
  ActivationDate: 'start',
  ExpiryDate: 'end in Exchange',
};

const remarks = (before: Settings, after: Settings): readonly Difference[] =>
  Object.entries(noticed).flatMap(([name, noun]) => {
    const [old, now] = [text(before, name), text(after, name)];
    if (old === now) return [];
    // Notes can be long and personal; that they changed is enough.
    if (noun === 'comment')
      return [{ text: now === undefined ? 'comment removed' : 'comment changed', matters: false }];
    return [
      { text: `${noun} changed from ${cut(old ?? 'not set')} to ${cut(now ?? 'not set')}`, matters: false },
    ];
  });
