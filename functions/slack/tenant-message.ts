/** Something about a tenant as a whole, for the fallback channel. */
import { clip } from './escape.ts';
import { createParagraph, toMarkup } from './lines.ts';
import type { Message } from './slack.ts';

/**
 * Far more than is ever written; but a name from a tenant may be long, and Slack refuses a message that is too long.
 */
const mostLines = 40;
const longestLine = 400;

export function createTenantMessage(text: string): Message {
  const lines = text
    .split('\n')
    .slice(0, mostLines)
    .map((line) => [clip(line, longestLine)]);
  return { text: toMarkup(lines[0] ?? ['']), blocks: [createParagraph(...lines)] };
}
