/** The home tab: where people find what waits for them, and look for anything else they may see. */
import * as z from 'zod';
import { isApprover } from '#policy/authority.ts';
import { tryParseJson } from '#values/json.ts';
import { createParagraph, toPlainText } from './lines.ts';
import { bulkAnswers, mayAnswerTogether } from './bulk.ts';
import { scopes, type Query, type Reader, type Scope } from './query.ts';
import { createRow } from './row.ts';
import { clip } from './escape.ts';
import { passedOver } from './words.ts';
import type { ActionsBlock, Button, HomeView, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Page } from './find.ts';

/** Two blocks a row: as many as fit on a tab with what stands around them, and as people read. */
export const pageSize = 10;
/** More pages than anybody turns; each is read from the beginning. */
const mostPages = 100;
const longestWords = 100;

export const homeActions = {
  scope: 'home_scope',
  words: 'home_words',
  earlier: 'home_earlier',
  later: 'home_later',
} as const;

/** What a home tab shows, kept in it. */
const shownSchema = z.object({
  scope: z.enum(scopes),
  words: z.string().max(longestWords).exactOptional(),
  page: z.int().min(0).max(mostPages),
});
export type Shown = z.infer<typeof shownSchema>;

export const firstShown: Shown = { scope: 'waiting', page: 0 };

/** What was shown; for anything else, what everybody sees first. */
export const readShown = (metadata: string | null | undefined): Shown =>
  shownSchema.safeParse(tryParseJson(metadata ?? '')).data ?? firstShown;

/** A form that was opened on the tab comes back with what the tab showed, so that it can be made again. */
export const withHome = (view: ModalView, shown: Shown): ModalView => ({
  ...view,
  private_metadata: JSON.stringify({ ...asObject(view.private_metadata), home: shown }),
});

export const homeBehind = (metadata: string): Shown | undefined =>
  behindSchema.safeParse(tryParseJson(metadata)).data?.home;

const behindSchema = z.object({ home: shownSchema });

const asObject = (metadata: string | undefined): object =>
  z
    .object({})
    .loose()
    .safeParse(tryParseJson(metadata ?? '')).data ?? {};

export const toQuery = ({ scope, words }: Shown): Query => ({
  scope,
  ...(words === undefined ? {} : { words }),
});

export interface Choice {
  readonly action: string;
  readonly value: string | undefined;
}

/** After something was chosen on the tab; `undefined` if it is none of its controls. */
export function choose(shown: Shown, { action, value = '' }: Choice): Shown | undefined {
  switch (action) {
    case homeActions.scope: {
      const scope = scopes.find((one) => one === value);
      return scope && { ...shown, scope, page: 0 };
    }
    case homeActions.words: {
      const words = value.trim().slice(0, longestWords);
      return { scope: shown.scope, page: 0, ...(words === '' ? {} : { words }) };
    }
    case homeActions.earlier:
      return { ...shown, page: Math.max(shown.page - 1, 0) };
    case homeActions.later:
      return { ...shown, page: Math.min(shown.page + 1, mostPages) };
    default:
      return undefined;
  }
}

const scopeNames: Readonly<Record<Scope, string>> = {
  waiting: 'Waiting for me',
  review: 'To review',
  mine: 'Mine',
  ending: 'Ending within 14 days',
  open: 'All that are on',
  held: 'On hold',
  unreached: 'Owner not reached',
  off: 'Switched off',
  all: 'Everything',
};

/** What is said where there is none. */
export function describeNone(scope: Scope, { by, policy }: Pick<Reader, 'by' | 'policy'>): string {
  const all = isApprover(by, policy);
  switch (scope) {
    case 'waiting':
      return 'Nothing waits for you.';
    case 'review':
      return 'Nothing waits to be reviewed.';
    case 'mine':
      return 'You own none.';
    case 'ending':
      return all ? 'None ends that soon.' : 'None of yours ends that soon.';
    case 'open':
      return all ? 'No exceptions are open.' : 'You own none of the open exceptions.';
    case 'held':
      return 'None is on hold.';
    case 'unreached':
      return 'Every owner could be reached.';
    case 'off':
      return all ? 'None is switched off.' : 'None of yours is switched off.';
    case 'all':
      return all ? 'There are none.' : 'You own none.';
  }
}

/** Only approvers hear of other people's. */
const ownScopes: readonly Scope[] = ['waiting', 'mine', 'ending', 'off'];

export function createHome(
  page: Page,
  shown: Shown,
  reader: Reader,
  stopped: readonly KnownBlock[],
): HomeView {
  const { by, policy, now } = reader;
  const offered = isApprover(by, policy) ? scopes : ownScopes;
  return {
    type: 'home',
    private_metadata: JSON.stringify(shown),
    blocks: [
      { type: 'header', text: toPlainText('Ways past the mail filters', 150) },
      ...stopped,
      controls(shown, offered),
      search(shown),
      ...(page.found.length === 0
        ? [
            createParagraph([
              shown.words === undefined ? describeNone(shown.scope, reader) : noMatch(shown.words),
            ]),
          ]
        : page.found.flatMap((exception) => createRow(exception, reader))),
      ...passedOver(page.unreadable).map((line) => createParagraph(line)),
      ...(page.cut ? [createParagraph([notAllLooked])] : []),
      ...together(page, reader),
      ...pages(page),
      createParagraph(['As of ', { at: now }, '.']),
    ] satisfies KnownBlock[],
  };
}

const noMatch = (words: string): string => `Nothing here matches “${clip(words, longestWords)}”.`;

/** What a list says that did not look at everything. */
export const notAllLooked =
  'There are too many to look at all of them at once, so some may be missing here. Choose a narrower view, or run lapse list.';

function controls({ scope }: Shown, offered: readonly Scope[]): ActionsBlock {
  const option = (one: Scope): PlainTextOption => ({ text: toPlainText(scopeNames[one], 75), value: one });
  return {
    type: 'actions',
    block_id: 'home_controls',
    elements: [
      {
        type: 'static_select',
        action_id: homeActions.scope,
        options: offered.map(option),
        initial_option: option(offered.includes(scope) ? scope : 'waiting'),
      },
    ],
  };
}

const search = ({ words }: Shown): KnownBlock => ({
  type: 'input',
  block_id: homeActions.words,
  dispatch_action: true,
  optional: true,
  label: toPlainText('Search by name, kind, owner or risk', 2000),
  element: {
    type: 'plain_text_input',
    action_id: homeActions.words,
    max_length: longestWords,
    ...(words === undefined ? {} : { initial_value: words }),
  },
});

/** Answers to several at once, where more than one can take the same. */
function together({ found }: Page, reader: Reader): readonly KnownBlock[] {
  const elements = bulkAnswers.flatMap(({ action, button }): Button | [] => {
    const count = found.filter((exception) => mayAnswerTogether(action, exception, reader)).length;
    return count < 2
      ? []
      : { type: 'button', action_id: action, value: action, text: toPlainText(`${button} (${count})`, 75) };
  });
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'home_together', elements }];
}

function pages({ page, more }: Page): readonly KnownBlock[] {
  const turn = (action_id: string, text: string): Button => ({
    type: 'button',
    action_id,
    value: action_id,
    text: toPlainText(text, 75),
  });
  const elements = [
    ...(page > 0 ? [turn(homeActions.earlier, 'Previous page')] : []),
    ...(more && page < mostPages ? [turn(homeActions.later, 'Next page')] : []),
  ];
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: 'home_pages', elements }];
}

/** For people who may see nothing, with the reason. */
export const createClosedHome = (why: string): HomeView => ({
  type: 'home',
  blocks: [createParagraph([why])],
});
