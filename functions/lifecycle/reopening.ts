/**
 * Who keeps switching on what Lapse has disabled, told from the newest times it happened: whether it was always the
 * same, how soon after the disable, and whether at the same minute of the hour. A tool that applies a configuration of
 * its own does so each time it runs. Records name no tool as such (an application appears under its id or name, a script
 * under the account it runs as), so this is an inference, and each part of it says what it rests on.
 */
import { inWords, toMillis } from '#time/instant.ts';
import { isNobody } from './changes.ts';
import type { Author, Reopening } from './exception.ts';

/** By the names under which they usually sign in; whoever set one up may have chosen another. */
const tools: readonly (readonly [named: RegExp, tool: string, where: string])[] = [
  [/m(?:icrosoft)?365dsc|\bdsc\b/i, 'Microsoft365DSC', 'its configuration (the resource of that object)'],
  [/\bcipp\b/i, 'CIPP', 'its standards and templates'],
  [/terraform|opentofu|pulumi/i, 'infrastructure as code', 'its configuration'],
  [/azure.?devops|github|gitlab|pipeline/i, 'a pipeline', 'what the pipeline applies'],
];

/** Once is a person; from then on, who and when say something. */
const telling = 2;

/** A sentence or two; `undefined` as long as it says nothing. */
export function explainReopening(times: readonly Reopening[]): string | undefined {
  const [newest] = times.toReversed();
  if (!newest || times.length < telling) return undefined;
  const named = times.filter(({ by }) => !isNobody(by));
  const [one] = named;
  const isSame = one && named.every(({ by }) => by.id.toLowerCase() === one.by.id.toLowerCase());
  const who = !one
    ? 'The log has named nobody yet'
    : isSame
      ? `It was ${authorOf(one.by)} ${named.length === times.length ? 'each time' : 'whenever the log named somebody'}`
      : `It was not always the same: ${[...new Set(named.map(({ by }) => authorOf(by)))].slice(-3).join(', ')}`;
  const tool = tools.find(([pattern]) => one && isSame && pattern.test(one.by.id));
  return `${[who, ...soonAfter(times), ...atTheSameMinute(named)].join(', ')}. ${advice(one && isSame ? one.by : undefined, tool)}`;
}

function advice(by: Author | undefined, tool: (typeof tools)[number] | undefined): string {
  if (tool) return `Its name suggests ${tool[1]}: remove it from ${tool[2]}, or approve it here.`;
  if (by?.type === 'application')
    return 'An application that applies its own configuration undoes each disable: change it there, or approve it here.';
  return 'If a tool or script runs under that account, change it there, or approve it here; until then, each side undoes the other.';
}

const authorOf = ({ type, id }: Author): string => (type === 'application' ? `the application ${id}` : id);

const minute = 60_000;

/** Within a day each time: whatever does it reacts, or runs daily. */
function soonAfter(times: readonly Reopening[]): readonly string[] {
  const longest = Math.max(...times.map(({ at, offAt }) => toMillis(at) - toMillis(offAt)));
  return longest <= 1440 * minute
    ? [`each time within ${inWords(Math.max(longest, minute))} of the disable`]
    : [];
}

/**
 * Two may agree by chance; a person’s clicks hardly ever do so three times. What only the inventory saw has its hour,
 * not that of whoever did it.
 */
function atTheSameMinute(times: readonly Reopening[]): readonly string[] {
  const minutes = times.map(({ at }) => Math.floor(toMillis(at) / minute) % 60);
  const [first = 0] = minutes;
  const isClose = minutes.every((one) => {
    const apart = Math.abs(one - first);
    return Math.min(apart, 60 - apart) <= 1;
  });
  return times.length > 2 && isClose
    ? [`always about ${first} minutes past the hour, which looks like a schedule`]
    : [];
}
