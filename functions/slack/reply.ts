/** What is returned to Slack over HTTP, within its three seconds. */
import { createParagraph, toMarkup, toPlainText } from './lines.ts';
import type { ModalView } from '@slack/types';
import type { Line } from './lines.ts';
import type { Message } from './slack.ts';

export interface Reply {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

const json = (status: number, value: unknown): Reply => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
});

/** Received; for a form it also means "close". */
export const done: Reply = { status: 200 };

/** Slack shows people none of this: it is for whoever reads the caller's logs. */
export const refuse = (status: 400 | 401 | 404 | 405 | 503, error: string): Reply => json(status, { error });

export const answerChallenge = (text: string): Reply => json(200, { challenge: text });

/** Errors beside the fields of a form: block id → sentence. Slack shows them as plain text. */
export const showFieldErrors = (errors: Readonly<Record<string, string>>): Reply =>
  json(200, { response_action: 'errors', errors });

/** Replaces the form with something to read. */
export const replaceForm = (view: ModalView): Reply => json(200, { response_action: 'update', view });

/** An answer to a slash command that only the person who typed it sees. */
export const createWhisper = ({ text, blocks }: Message): Reply =>
  json(200, { response_type: 'ephemeral', text, blocks });

export const createNote = (...lines: readonly Line[]): Message => ({
  text: toMarkup(lines.flatMap((line, index) => (index === 0 ? line : ['\n', ...line]))),
  blocks: [createParagraph(...lines)],
});

/** Something to read in the place of a form. */
export const createNotice = (heading: string, ...lines: readonly Line[]): ModalView => ({
  type: 'modal',
  title: toPlainText(heading, 24),
  close: toPlainText('Close', 24),
  blocks: [createParagraph(...lines)],
});
