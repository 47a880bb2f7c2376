/** The use of an exception in words, for whoever has to decide on it: a short line for each thing there is to know. */
import { instant, momentInWords } from '#time/instant.ts';
import { windows, type Use } from './use.ts';
import type { Estimate } from './sketch.ts';
import type { Check } from './sighting.ts';
import type { Named, Tally } from './usage.ts';

/** Whether it is used; then who sends, how much of it authenticates, what became of it and what harm it did. */
export function describeUse(use: Use): readonly string[] {
  const headline = describeWhether(use);
  return use.state === 'used'
    ? [
        headline,
        describeSenders(use),
        describeChecks(use.tally),
        ...describeOutcome(use.tally),
        describeHarm(use.tally),
        ...(use.isInferred ? [inferred] : []),
        ...maybe(use),
      ]
    : [headline, ...maybe(use)];
}

/** The first of these lines. */
export function describeWhether({
  state,
  messages,
  weekly,
  last,
  silent,
  silentUntil,
  known,
  why,
}: Use): string {
  const lastUsed = last === undefined ? '' : `last used ${dayInWords(last)}`;
  switch (state) {
    case 'used': {
      const counts = windows
        .filter((_, at) => at === 0 || known > (windows[at - 1] ?? 0))
        .map((window, at) =>
          at === 0
            ? `${count(messages[window], 'message')} in ${window} days`
            : `${number(messages[window])} in ${window}`,
        );
      const gap =
        known < windows[2] ? `, of which ${count(known, 'day')} ${known === 1 ? 'is' : 'are'} known` : '';
      return `${capital(lastUsed)}: ${counts.join(', ')}${gap}  ${sparkline(weekly)}`;
    }
    case 'unused':
      return `Unused for ${count(silent, 'day')}, up to ${dayInWords(silentUntil ?? '')}${lastUsed && `; ${lastUsed}`}`;
    case 'unseen':
      return `No use was seen, but too little is known to say that there was none (${count(known, 'day')}, none of them whole)`;
    case 'unknown':
      return `Unknown whether it is used: ${why ?? 'nothing shows it'}`;
  }
}

export function describeSenders({
  tally,
  senders,
  domains,
  allDomains,
  networks,
  allNetworks,
}: Pick<Use, 'tally' | 'senders' | 'domains' | 'allDomains' | 'networks' | 'allNetworks'>): string {
  const [domain] = domains;
  const isOnly = allDomains.count === 1 && domain?.messages === tally.messages;
  const who =
    domain === undefined
      ? 'From senders whose domain is unknown'
      : isOnly
        ? `Only ${domain.name}`
        : `${capital(estimated(allDomains, 'domain'))}, most from ${shares(domains, tally)}`;
  const [network] = networks;
  const where =
    network === undefined
      ? []
      : [
          allNetworks.count === 1 && network.messages === tally.messages
            ? `from ${network.name} alone`
            : `from ${estimated(allNetworks, 'network')}`,
        ];
  return [
    `${who}${signed(tally)}`,
    ...(senders.count > 0 ? [estimated(senders, 'sender')] : []),
    ...where,
  ].join('; ');
}

const signed = ({ checked: { dkim }, messages }: Tally): string =>
  dkim.passed === messages ? ', always DKIM-signed' : dkim.failed === messages ? ', never DKIM-signed' : '';

const mostShown = 3;
const shares = (all: readonly Named[], { messages }: Tally): string =>
  all
    .slice(0, mostShown)
    .map((one) => `${one.name} (${percent(one.messages, messages)})`)
    .join(', ');

const checkNames: readonly (readonly [Check, string])[] = [
  ['spf', 'SPF'],
  ['dkim', 'DKIM'],
  ['dmarc', 'DMARC'],
  ['compauth', 'composite authentication'],
];

export function describeChecks({ checked, messages }: Pick<Tally, 'checked' | 'messages'>): string {
  const known = checkNames
    .map(([check, name]) => ({
      name,
      ...checked[check],
      told: checked[check].passed + checked[check].failed,
    }))
    .filter(({ told }) => told > 0);
  if (known.length === 0) return 'Unknown how much of it passes SPF, DKIM or DMARC';
  return `Passes ${known
    .map(
      ({ name, passed, told }) =>
        `${name} ${percent(passed, told)}${told < messages ? ` (known of ${percent(told, messages)})` : ''}`,
    )
    .join(', ')}`;
}

function describeOutcome({ became: { delivered, junked, blocked } }: Tally): readonly string[] {
  const parts = [
    ...(delivered > 0 ? [`${number(delivered)} delivered`] : []),
    ...(junked > 0 ? [`${number(junked)} to junk mail`] : []),
    ...(blocked > 0 ? [`${number(blocked)} blocked`] : []),
  ];
  return parts.length === 0 ? [] : [capital(parts.join(', '))];
}

export function describeHarm({
  judged,
  threats,
  messages,
}: Pick<Tally, 'judged' | 'threats' | 'messages'>): string {
  if (threats > 0) return `${count(threats, 'threat')} came through it`;
  if (judged === 0) return 'Unknown whether any of it was a threat';
  return judged < messages
    ? `No threat among the ${number(judged)} that were judged`
    : 'No threat was found in it';
}

const maybe = ({ possible }: Use): readonly string[] =>
  possible === 0
    ? []
    : [
        `${count(possible, 'message')} may have gone through it, for all that is known of who sent them and from where`,
      ];

const inferred =
  'An inference: nothing names it, and this came from outside, in your own name, through no connector';

const blocks = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
/** One character a week, the last one last; a dot is a week of which nothing is known. */
export function sparkline(weekly: readonly (number | undefined)[]): string {
  const most = Math.max(1, ...weekly.map((each) => each ?? 0));
  return weekly
    .map((each) =>
      each === undefined ? '·' : each === 0 ? blocks[0] : blocks[Math.max(1, Math.round((each / most) * 7))],
    )
    .join('');
}

const number = (count: number): string => count.toLocaleString('en');
const count = (many: number, one: string): string => `${number(many)} ${one}${many === 1 ? '' : 's'}`;
const estimated = ({ count: many, isExact }: Estimate, one: string): string =>
  `${isExact ? '' : 'about '}${count(many, one)}`;
const capital = (text: string): string => text.replace(/^./, (first) => first.toUpperCase());

/** All is all, and some is neither all nor none. */
const percent = (part: number, whole: number): string =>
  `${part === whole ? 100 : Math.min(99, Math.max(part === 0 ? 0 : 1, Math.round((part / whole) * 100)))} %`;

/** "20 Nov 2026", of a moment or a date. */
const dayInWords = (text: string): string => momentInWords(instant(text)).replace(/,.*/, '');
