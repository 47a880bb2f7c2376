/** The order in which a security team looks at what nobody has vouched for yet: the most dangerous first. */
import { compareDanger } from '#risk/danger.ts';
import { compareText } from '#values/compare-text.ts';
import { isApprovable } from './asked.ts';
import { presentDeadlineOf } from './due.ts';
import type { Exception } from './exception.ts';

export const isToReview = (exception: Exception): boolean => isApprovable(exception);

/** By danger, and of what is as dangerous as each other what ends first. */
export const compareForReview = (a: Exception, b: Exception): number =>
  compareDanger(a, b) || compareText(deadlineOf(a), deadlineOf(b)) || compareText(a.id, b.id);

/** What is switched off already can wait. */
const deadlineOf = (exception: Exception): string =>
  exception.state === 'unconfirmed' ? presentDeadlineOf(exception) : '9';
