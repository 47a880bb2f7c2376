/**
 * Whom the makers chose. A second pair of eyes picked by the first sees what the first wants seen: anybody named in
 * the object's comment (only makers write it), anybody a maker hands it to in Slack, anybody these hand it to, and
 * their backups. Once chosen, always chosen: another comment, another owner or a new ladder takes nobody off.
 */
import { namedIn, noteIn } from './comment.ts';
import { namesOf } from './owner.ts';
import { makersOf } from './makers.ts';
import { compareText } from '#values/compare-text.ts';
import type { Chosen, Exception, Maker, Rung } from '#lifecycle/exception.ts';
import type { Policy } from './policy.ts';
import type { Settings } from '#risk/settings.ts';

type Known = Pick<Exception, 'chosen' | 'ladder'>;

/** Everybody named so far; items stored before they were kept only know those on the ladder. */
export const chosenOf = ({ chosen, ladder = [] }: Known): readonly Chosen[] => chosen ?? onLadder(ladder);

/** A backup stands in for the person before it. */
function onLadder(ladder: readonly Rung[]): readonly Chosen[] {
  let from: Rung['from'] = 'fallback';
  return ladder.flatMap((rung) => {
    if (rung.from !== 'backup') from = rung.from;
    return from === 'comment' || from === 'reassigned' ? chosen(rung) : [];
  });
}

/**
 * Whom a comment names for the first time, as owner or in any other way: addresses or Slack users, with their
 * backups.
 */
export function findNewlyNamed(
  state: Known | undefined,
  settings: Settings,
  policy: Policy,
): readonly string[] {
  const { owner } = noteIn(settings);
  const people = [...(owner === undefined ? [] : [owner]), ...namedIn(settings)];
  const known = new Set(
    (state ? chosenOf(state) : []).filter(({ by }) => by === undefined).map(({ id }) => id),
  );
  const named = people.flatMap((one) => namesOf(one, policy));
  return [...new Set(named)].filter((id) => !known.has(id.toLowerCase()));
}

export const chosenByComment = (names: readonly string[] = []): readonly Chosen[] =>
  names.map((name) => entry(name));

/** Handed over in Slack: the person, and their backup. */
export const chosenByHandover = (ladder: readonly Rung[], by: string): readonly Chosen[] =>
  ladder.flatMap(chosen).map((one) => ({ ...one, by }));

const chosen = ({ owner }: Rung): readonly Chosen[] =>
  owner.type === 'person'
    ? [{ ...entry(owner.address), ...(owner.slackUser && known(owner.slackUser)) }]
    : [];

const entry = (name: string): Chosen => ({
  id: name.toLowerCase(),
  ...(name.includes('@') ? {} : known(name)),
});

const known = (slackUser: string) => ({ slackUser, sought: true }) as const;

/** All of these, each once, however often the same person named them. */
export function addChosen(all: readonly Chosen[], more: readonly Chosen[]): readonly Chosen[] {
  const byKey = new Map<string, Chosen>();
  for (const one of [...all, ...more]) {
    const key = `${one.id}\n${one.by ?? ''}`;
    byKey.set(key, { ...byKey.get(key), ...one });
  }
  return [...byKey].sort(([a], [b]) => compareText(a, b)).map(([, one]) => one);
}

/** Those whom the makers chose, directly or indirectly. */
export function chosenByMakers(state: Known & Pick<Exception, 'makers' | 'changedBy'>): readonly Chosen[] {
  const hands = new Set(makersOf(state).map(({ slackUser }) => slackUser));
  const found = new Set<Chosen>();
  const all = chosenOf(state);
  for (let before = -1; before < found.size;) {
    before = found.size;
    for (const one of all)
      if (one.by === undefined || hands.has(one.by)) {
        found.add(one);
        hands.add(one.slackUser);
      }
  }
  return [...found];
}

/** Makers and chosen, with the Slack users behind them. Whoever made another change meanwhile is not forgotten. */
export function addIdentified(
  state: Known & Pick<Exception, 'makers' | 'changedBy'>,
  found: readonly Maker[],
): Required<Pick<Exception, 'makers' | 'chosen'>> {
  const now = <One extends Maker>(one: One): One => ({ ...one, ...found.find(({ id }) => id === one.id) });
  return { makers: makersOf(state).map(now), chosen: chosenOf(state).map(now) };
}
