/**
 * The form with which an approver lets lapse what a breaker holds back. Nothing is ticked beforehand: a tick is what has
 * something switched off, so each is somebody's own.
 */
import * as z from 'zod';
import { breakerTypes, type Breaker, type BreakerType } from '#lifecycle/breaker.ts';
import { whenOff } from '#kinds/when-off.ts';
import { tenantName, type Policy } from '#policy/policy.ts';
import { instant, parseInstant, type Instant } from '#time/instant.ts';
import { tryParseJson } from '#values/json.ts';
import { clip } from './escape.ts';
import { createParagraph, toPlainText } from './lines.ts';
import { isId } from './payloads.ts';
import { describeWaiting, type WaitingHere } from './waiting.ts';
import { nameOf } from './words.ts';
import type { ActionsBlock, InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types';
import type { Brought } from '#lifecycle/events.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Line } from './lines.ts';

export const releaseForm = 'release_waiting';
/** The button that opens it. */
export const releaseAction = 'release';

/** What somebody looks at: the stop, not whatever the breaker holds back later. */
const stopSchema = z.object({
  tenant: z.string().min(1).max(255),
  of: z.enum(breakerTypes),
  at: z
    .string()
    .refine((text) => parseInstant(text) !== undefined)
    .transform(instant),
});
export type StopRef = z.infer<typeof stopSchema>;

/** What a button names: whatever holds something back there when it is pressed. */
const placeSchema = stopSchema.pick({ tenant: true, of: true });
export type StopPlace = z.infer<typeof placeSchema>;

export const readPlace = (text: string | null | undefined): StopPlace | undefined =>
  placeSchema.safeParse(tryParseJson(text ?? '')).data;

export const readStop = (text: string | null | undefined): StopRef | undefined =>
  stopSchema.safeParse(tryParseJson(text ?? '')).data;

export interface Stopped {
  readonly tenant: string;
  readonly of: BreakerType;
  readonly breaker: Breaker;
  readonly tripped: NonNullable<Breaker['tripped']>;
}

const refOf = ({ tenant, of, tripped: { at } }: Stopped): StopRef => ({ tenant, of, at });

/** Opens the form. */
export const createReleaseButton = ({ tenant, of }: StopPlace): ActionsBlock => ({
  type: 'actions',
  elements: [
    {
      type: 'button',
      action_id: releaseAction,
      text: toPlainText('Review and release', 75),
      value: JSON.stringify({ tenant, of } satisfies StopPlace),
    },
  ],
});

/** Slack shows no more checkboxes in one field. */
const mostTogether = 10;
/** As many as a person weighs at one time. The others come once these are dealt with. */
const mostListed = 50;
const field = 'which';

const modal = (stopped: Stopped, submit: string, blocks: readonly KnownBlock[]): ModalView => ({
  type: 'modal',
  callback_id: releaseForm,
  private_metadata: JSON.stringify(refOf(stopped)),
  title: toPlainText('Review and release', 24),
  submit: toPlainText(submit, 24),
  close: toPlainText('Cancel', 24),
  blocks: [...blocks],
});

interface Moment {
  readonly policy: Policy;
  readonly now: Instant;
}

/** Of lapses: each is listed with a box. */
export function createReleaseForm(stopped: Stopped, waiting: WaitingHere, moment: Moment): ModalView {
  const { tenant, tripped } = stopped;
  const name = { bold: `${clip(tenantName(moment.policy, tenant), 80)}: ` };
  if (waiting.found.length === 0 && !waiting.cut)
    return modal(stopped, 'Lift the stop', [
      createParagraph(
        [name, `${clip(tripped.why, 300)}.`],
        ['Nothing waits there any more. Lift the stop, and what comes due from now on lapses again.'],
      ),
    ]);
  const listed = waiting.found.slice(0, mostListed);
  const more = waiting.found.length - listed.length;
  return modal(stopped, 'Release what is ticked', [
    createParagraph(
      [name, `${clip(tripped.why, 300)}.`],
      [
        'Tick what may be switched off now. What you leave stays on, held back and overdue, until somebody renews it, holds it or switches it off, or it is released later.',
      ],
    ),
    ...groupsOf(listed).flatMap((group, index) => fieldsOf(group, index * mostTogether, moment)),
    ...(more > 0 || waiting.cut
      ? [
          createParagraph([
            `${more > 0 ? `${more}${waiting.cut ? ' or more' : ''} others wait` : 'Others may wait'} that are less dangerous. They stay held back, and are listed here once these are dealt with.`,
          ]),
        ]
      : []),
  ]);
}

const groupsOf = (all: readonly Exception[]): readonly (readonly Exception[])[] =>
  Array.from({ length: Math.ceil(all.length / mostTogether) }, (_, index) =>
    all.slice(index * mostTogether, (index + 1) * mostTogether),
  );

function fieldsOf(group: readonly Exception[], before: number, moment: Moment): readonly KnownBlock[] {
  const options = group.map((exception, index): PlainTextOption => ({
    text: toPlainText(`${before + index + 1}. ${nameOf(exception)}`, 75),
    value: exception.id,
    ...(whenOff(exception).mayStop && { description: toPlainText('Mail may stop', 75) }),
  }));
  return [
    createParagraph(
      ...group.map((exception, index): Line => [
        `${before + index + 1}. `,
        ...describeWaiting(exception, moment),
      ]),
    ),
    {
      type: 'input',
      block_id: `${field}_${before}`,
      optional: true,
      label: toPlainText('May be switched off', 2000),
      element: { type: 'checkboxes', action_id: field, options },
    } satisfies InputBlock,
  ];
}

/** Of a new policy's nearer deadlines: a policy holds for all of them or for none, so there is nothing to tick. */
export function createPolicyReleaseForm(
  stopped: Stopped,
  soonest: readonly Brought[],
  { policy }: Moment,
): ModalView {
  const { tenant, tripped } = stopped;
  return modal(stopped, 'Release all', [
    createParagraph(
      [{ bold: `${clip(tenantName(policy, tenant), 80)}: ` }, `${clip(tripped.why, 300)}.`],
      ...soonest.map(({ name, from, to }): Line => [
        clip(name, 150),
        ': ',
        { at: to },
        ' instead of ',
        { at: from },
      ]),
      [
        `${tripped.waiting} deadlines wait; lapse policy diff lists them all. The policy is put into force for all of them or for none: to leave some out, deploy a policy that does. Each owner gets full notice of a deadline that comes nearer.`,
      ],
    ),
  ]);
}

const tickedSchema = z.array(z.object({ value: z.string().refine(isId) })).max(mostTogether);

/** The ids that were ticked. */
export const readTicked = (
  values: Readonly<Record<string, Readonly<Record<string, { readonly selected_options?: unknown }>>>>,
): readonly string[] => [
  ...new Set(
    Object.values(values).flatMap((block) =>
      (tickedSchema.safeParse(block[field]?.selected_options ?? []).data ?? []).map(({ value }) => value),
    ),
  ),
];

/** Where an error is shown: at the first field, if there is one. */
export const firstField = (values: Readonly<Record<string, unknown>>): string | undefined =>
  Object.keys(values)[0];
