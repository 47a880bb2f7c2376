/** One exception in a list: what it is, when it ends, and what its reader can do about it. */
import { isApprovable } from '#lifecycle/asked.ts';
import { title } from '#kinds/title.ts';
import { clip } from './escape.ts';
import { createParagraph, toPlainText } from './lines.ts';
import { waitsFor } from './query.ts';
import { findDeadline, nameOf } from './words.ts';
import type { ActionsBlock, Button, KnownBlock } from '@slack/types';
import type { Exception } from '#lifecycle/exception.ts';
import type { Line } from './lines.ts';
import type { Reader } from './query.ts';

export const createRow = (exception: Exception, reader: Reader): readonly KnownBlock[] => [
  createParagraph(lineOf(exception)),
  ...buttonsOf(exception, reader),
];

export function lineOf(exception: Exception): Line {
  const deadline = findDeadline(exception);
  return [
    { bold: nameOf(exception) },
    ` · ${title(exception.kind)} · ${exception.risk} · ${exception.state}`,
    ...(deadline === undefined
      ? []
      : [exception.state === 'unconfirmed' ? ' · answer by ' : ' · renew by ', { at: deadline }]),
  ];
}

function buttonsOf(exception: Exception, reader: Reader): readonly ActionsBlock[] {
  if (!waitsFor(exception, reader)) return [];
  const [action_id, text] = isApprovable(exception) ? ['approve', 'Approve'] : ['renew', 'Renew'];
  const answer: Button = {
    type: 'button',
    action_id,
    text: toPlainText(text, 75),
    style: 'primary',
    value: JSON.stringify({ id: exception.id, version: exception.asOf }),
    accessibility_label: clip(`${text}: ${nameOf(exception)}`, 75),
  };
  return [{ type: 'actions', elements: [answer] }];
}
