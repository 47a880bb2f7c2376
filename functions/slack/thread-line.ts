/** What is said below a card that is there already, in one line. The name comes first: notifications are cut off. */
import { alertsOnly } from '#lifecycle/decide/due-now.ts';
import { authorityOf } from '#policy/authority.ts';
import { isUser } from './lines.ts';
import { causes, nameOf } from './words.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Instant } from '#time/instant.ts';
import type { Policy } from '#policy/policy.ts';
import type { Line } from './lines.ts';

/** `deadline`: the one that whoever reads it is told of. */
export function describeCall(
  type: 'ask' | 'remind' | 'tell',
  exception: Exception,
  policy: Policy,
  deadline: Instant | undefined,
): Line {
  const name = `“${nameOf(exception)}”`;
  if (exception.state === 'disabled')
    return exception.cause === 'disable first'
      ? [`⛔ ${name} is off until somebody approves it.`]
      : [`⛔ ${name} is off, because ${causes[exception.cause]}.`];
  const isSafe = alertsOnly(exception, policy);
  const by: Line = deadline === undefined ? [] : [' by ', { at: deadline }];
  const on: Line = deadline === undefined ? [] : [' on ', { at: deadline }];
  if (exception.state === 'confirmed')
    return isSafe
      ? [`⏳ ${name} must be renewed`, ...by, '.']
      : [`⏳ ${name} is switched off`, ...on, ' unless somebody renews it.'];
  if (type === 'remind')
    return isSafe
      ? [`⏳ ${name} still has no answer: people are alerted`, ...on, '.']
      : [`⏳ ${name} still has no answer and will be switched off`, ...on, '.'];
  const otherwise = isSafe ? ', or people are alerted.' : ', or it is switched off.';
  return [`⏳ ${name} ${newsOf(exception)}`, ...by, otherwise];
}

function newsOf(exception: Exception): string {
  switch (exception.state === 'unconfirmed' ? exception.question : 'opened') {
    case 'opened':
      return 'needs an answer';
    case 'changed':
      return 'has changed and needs a new answer';
    case 're-enabled':
      return 'was switched on again and needs an answer';
    case 'voided':
      return 'lost its approval, which was not independent, and needs another';
  }
}

/** As many as read it as meant for them. */
const mostMentioned = 5;

/** Those in a channel who must act: nobody else can answer there. */
export const approversToMention = (exception: Exception, policy: Policy): readonly string[] =>
  authorityOf(exception, policy).approvers.filter(isUser).slice(0, mostMentioned);
