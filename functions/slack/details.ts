/** Everything that is known of an exception, for whoever opens Details. Pure, and within Slack's limits for a view. */
import { firstChange, lastChange } from '#lifecycle/changes.ts';
import { cutSettings, describeCut } from '#risk/cut-setting.ts';
import { tenantName } from '#policy/policy.ts';
import { whenOff } from '#kinds/when-off.ts';
import { title } from '#kinds/title.ts';
import { describeChange, settingsInWords } from './change.ts';
import { clip } from './escape.ts';
import { createBullets, createParagraph, toPlainText } from './lines.ts';
import { describeOutcome, describeRenewalsSoFar } from './outcome.ts';
import { describeEvent } from './trail-line.ts';
import { describeWhoMay } from './who-may.ts';
import { isApprovable } from '#lifecycle/asked.ts';
import { authorName, describeProposals, nameOf, unreadEntries } from './words.ts';
import type { ActionsBlock, Button, KnownBlock, ModalView, RichTextBlock } from '@slack/types';
import type { Event } from '#lifecycle/events.ts';
import type { Change, Exception } from '#lifecycle/exception.ts';
import type { Policy } from '#policy/policy.ts';
import type { Dependants } from './dependants.ts';
import type { Line } from './lines.ts';

export interface DetailsContent {
  readonly exception: Exception;
  /** Oldest first. */
  readonly history: readonly Event[];
  readonly policy: Policy;
  /** Of the trail: the newest entries are page 0. */
  readonly page?: number;
  /** Entries of the trail that cannot be read, by version. */
  readonly unread?: readonly number[];
  /** What else of its tenant rests on it; absent where that was not looked up. */
  readonly dependants?: Dependants;
}

/** A view may have 250 kB, but nobody reads that much. */
const mostFindings = 20;
const mostSettings = 30;
const mostDependants = 8;
const pageSize = 15;

/** Until the trail has been read, or Slack has said who asks. */
export const createDetailsWait = (): ModalView => ({
  type: 'modal',
  callback_id: 'details',
  title: toPlainText('Details', 24),
  close: toPlainText('Close', 24),
  blocks: [createParagraph(['One moment, please.'])],
});

export function createDetails(content: DetailsContent): ModalView {
  const { exception, policy, history } = content;
  const asks = exception.state === 'confirmed' || isApprovable(exception);
  return {
    ...createDetailsWait(),
    blocks: [
      { type: 'header', text: toPlainText(nameOf(exception), 150) },
      identity(exception, policy),
      titled('Where it stands', describeOutcome(exception, history, policy)),
      ...(asks ? [titled('Who may keep it', describeWhoMay(exception, policy))] : []),
      risky(exception),
      ...(canBeOff(exception) ? [ifOff(content)] : []),
      changes(exception, history),
      settings(exception),
      titled('How exact this is', [
        ['The audit log can be an hour or more late: changes in the tenant happened before this message.'],
        ['Exchange may take more than 30 minutes to apply a change to mail.'],
        ...(exception.complete
          ? []
          : [
              ['Exchange could not be read: the settings come from the audit log, which shows only changes.'],
            ]),
      ]),
      ...trail(content),
    ] satisfies KnownBlock[],
  };
}

const titled = (heading: string, lines: readonly Line[]): RichTextBlock => createBullets(heading, lines);

function identity(exception: Exception, policy: Policy): RichTextBlock {
  const { tenant, breadth, evidence, renewals, owner } = exception;
  const name = tenantName(policy, tenant);
  return createParagraph(
    [`${title(exception.kind)} · ${exception.risk} risk · ${exception.id}`],
    [`Tenant: ${clip(name, 80)}${name === tenant ? '' : ` (${clip(tenant, 80)})`}`],
    [
      owner.type === 'person'
        ? `Owner: ${clip(owner.address, 200)}`
        : owner.channel === undefined
          ? `Owner: nobody yet, because ${clip(owner.why, 200)}`
          : `Owner: the people in ${clip(owner.channel, 80)}`,
    ],
    ...(breadth ? [[`Lets past: ${clip(breadth.text, 200)}`]] : []),
    ...(evidence ? [[`Evidence: ${evidence.grade}. ${clip(evidence.why, 200)}`]] : []),
    [describeRenewalsSoFar(renewals)],
    ...describeProposals(exception),
  );
}

function risky({ findings }: Exception): RichTextBlock {
  const lines = findings
    .slice(0, mostFindings)
    .map((finding): Line => [{ bold: `${finding.risk}: ` }, clip(finding.text, 400)]);
  const more = findings.length - mostFindings;
  return createBullets(
    'Why it is risky',
    lines.length === 0
      ? [['Nothing in its settings as far as they are known.']]
      : more > 0
        ? [...lines, [`… and ${more} more`]]
        : lines,
  );
}

const canBeOff = ({ state, remedy }: Exception): boolean =>
  (state === 'unconfirmed' || state === 'confirmed' || state === 'held') && remedy !== 'escalate';

/** For whoever thinks of disabling it. */
function ifOff({ exception, dependants }: DetailsContent): RichTextBlock {
  const { found = [], hidden = 0, cut = false } = dependants ?? {};
  const more = found.length - mostDependants;
  return createBullets('If it is disabled', [
    [whenOff(exception).text],
    ...found.slice(0, mostDependants).map((one): Line => [clip(one, 400)]),
    ...(more > 0 ? [[`… and ${more} more`]] : []),
    ...(hidden > 0
      ? [[`Others that you may not see rest on it too (${hidden}): an approver sees which.`]]
      : []),
    ...(dependants && found.length + hidden === 0 ? [['Nothing else that Lapse knows of rests on it.']] : []),
    ...(cut ? [['Its tenant has more exceptions than were looked at: there may be more.']] : []),
    // The one place where its use stands once mail statistics are kept.
    ['Mail through it: not known.'],
  ]);
}

/** Who made it and who changed it last, each with their own time; and what the newest change that counts changed. */
function changes(exception: Exception, history: readonly Event[]): RichTextBlock {
  const [made, changed] = [firstChange(exception), lastChange(exception)];
  const said = (what: string, { by, at, operation }: Change): Line => [
    `${what}${operation === '' ? '' : ` (${clip(operation, 80)})`}: by ${clip(authorName(by), 300)} at `,
    { at },
    '.',
  ];
  const first = said(made.created ? 'Made' : 'First known change', made);
  const isSame = made.at === changed.at && made.by.id === changed.by.id;
  const seen = describeChange(history, exception.kind);
  return createBullets('What changed', [
    first,
    ...(isSame ? [] : [said('Last changed', changed)]),
    ...(seen ? [[`Compared with before: ${seen.differs}.`]] : []),
    ...(seen && seen.more > 0 ? [[`… and ${seen.more} more settings`]] : []),
  ]);
}

function settings(exception: Exception): RichTextBlock {
  const lines = settingsInWords(exception.settings);
  const more = lines.length - mostSettings;
  return createBullets('Settings', [
    ...(lines.length === 0 ? [['None that count are known.']] : lines.slice(0, mostSettings)),
    ...(more > 0 ? [[`… and ${more} more`]] : []),
    ...cutSettings(exception.settings)
      .slice(0, mostSettings)
      .map((one): Line => [`${clip(describeCut(one), 300)}.`]),
  ]);
}

function trail({ exception, history, page = 0, unread = [] }: DetailsContent): readonly KnownBlock[] {
  const newestFirst = history.toReversed();
  const last = Math.max(0, Math.ceil(newestFirst.length / pageSize) - 1);
  const present = Math.min(Math.max(page, 0), last);
  const shown = newestFirst.slice(present * pageSize, (present + 1) * pageSize);
  const turn = (to: number, text: string, action_id: string): Button => ({
    type: 'button',
    action_id,
    text: toPlainText(text, 75),
    value: JSON.stringify({ id: exception.id, version: exception.asOf, page: to }),
  });
  const buttons = [
    ...(present > 0 ? [turn(present - 1, 'Newer', 'trail_newer')] : []),
    ...(present < last ? [turn(present + 1, 'Older', 'trail_older')] : []),
  ];
  const pages = last === 0 ? '' : `, page ${present + 1} of ${last + 1}`;
  return [
    createBullets(`History${pages}, newest first`, [
      ...(shown.length === 0 ? [['Nothing of it can be read.']] : shown.map(describeEvent)),
      ...unreadEntries(unread),
    ]),
    ...(buttons.length === 0
      ? []
      : [{ type: 'actions', block_id: 'trail', elements: buttons } satisfies ActionsBlock]),
  ];
}
