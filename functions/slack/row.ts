/** One exception in a list: what it is, how it stands, and what its reader can do about it. */
import { isAskedWhileOff } from '#lifecycle/asked.ts';
import { kindOf } from '#kinds/registry.ts';
import { leftToPeople } from '#lifecycle/decide/due-now.ts';
import { isOwner } from '#policy/authority.ts';
import { modeOf } from '#policy/enforcement-mode.ts';
import { tenantName } from '#policy/policy.ts';
import { clip } from './escape.ts';
import { createParagraph } from './lines.ts';
import { createActions } from './menu.ts';
import { waitsFor } from './query.ts';
import { renewableFrom } from './renewable.ts';
import { causes, findDeadline, nameOf, spareds } from './words.ts';
import type { ActionsBlock, KnownBlock } from '@slack/types';
import type { Confirmed, Exception, Unconfirmed } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { Line } from './lines.ts';
import type { Reader } from './query.ts';

export const longestName = 60;

interface Moment {
  readonly policy: Policy;
  readonly now: Instant;
}

export const createRow = (exception: Exception, reader: Reader): readonly KnownBlock[] => [
  createParagraph(describeRow(exception, reader)),
  ...buttonsOf(exception, reader),
];

/** One line: the risk, what it is, and how it stands. */
export const describeRow = (exception: Exception, moment: Moment): Line => [
  describeSubject(exception),
  ` · ${kindOf(exception.kind).name}${tenantIn(exception, moment.policy)} · `,
  ...standing(exception, moment),
];

export const describeSubject = (exception: Exception) => ({
  bold: `${exception.risk.toUpperCase()} · ${clip(nameOf(exception), longestName)}`,
});

/** Where there are several tenants, two exceptions in a list may be called the same. */
export const tenantIn = ({ tenant }: Exception, policy: Policy): string =>
  policy.tenants.length > 1 ? ` in ${clip(tenantName(policy, tenant), 40)}` : '';

function standing(exception: Exception, { policy, now }: Moment): Line {
  const deadline = findDeadline(exception);
  const { type } = modeOf(policy, exception);
  switch (exception.state) {
    case 'unconfirmed':
      return (
        wouldHave(exception, policy) ?? [
          'answer by ',
          { at: deadline ?? exception.confirmBy },
          ...staysOn(exception, policy),
        ]
      );
    case 'confirmed':
      return (
        wouldHave(exception, policy) ??
        (now < renewableFrom(exception, policy)
          ? ['approved until ', { at: deadline ?? exception.approval.expiresAt }]
          : ['renew by ', { at: deadline ?? exception.approval.expiresAt }, ...staysOn(exception, policy)])
      );
    case 'held':
      return ['on hold until ', { at: exception.until }];
    case 'disabling':
      return type === 'live' ? ['being switched off'] : [`waits to be switched off: ${spareds[type]}`];
    case 'disabled':
      return isAskedWhileOff(exception)
        ? ['off until somebody approves it']
        : [`switched off: ${causes[exception.cause]}`];
    case 'removed':
      return ['gone from the tenant'];
  }
}

/** Its deadline has passed where Lapse might not act. */
function wouldHave(exception: Unconfirmed | Confirmed, policy: Policy): Line | undefined {
  const { type } = modeOf(policy, exception);
  return exception.spared && type !== 'live'
    ? ['would have been switched off at ', { at: exception.spared.at }, `; ${spareds[type]}`]
    : undefined;
}

/** What its date does not lead to, where Lapse may not act. */
function staysOn(exception: Unconfirmed | Confirmed, policy: Policy): Line {
  const { type } = modeOf(policy, exception);
  return type === 'live' || leftToPeople(exception, policy) ? [] : [`; ${spareds[type]}`];
}

/** As on its card, and no yes from somebody of whom none is wanted. Several rows may not share a block's id. */
const buttonsOf = (exception: Exception, reader: Reader): readonly ActionsBlock[] =>
  createActions({
    exception,
    history: [],
    policy: reader.policy,
    now: reader.now,
    ...(isOwner(exception, reader.by) ? {} : { forApprovers: true as const }),
  }).map(({ type, elements }) => ({
    type,
    elements: elements.filter(
      (one) =>
        !('action_id' in one) ||
        (one.action_id !== 'approve' && one.action_id !== 'renew') ||
        waitsFor(exception, reader),
    ),
  }));
