/** What somebody sends with a form of checkboxes who ticks those whose text or value holds one of the words. */
import { inputsOf, listOf, type Json } from '#lib/standin/slack/shapes.ts';

export const tick = (view: Json | undefined, ...words: readonly string[]): Record<string, string> =>
  Object.fromEntries(
    inputsOf(view ?? {})
      .filter(({ element }) => element['type'] === 'checkboxes')
      .map(({ block, element }) => [
        String(block['block_id']),
        listOf(element['options'])
          .filter((option) => words.some((word) => JSON.stringify(option).includes(word)))
          .map((option) => String(option['value']))
          .join('\n'),
      ]),
  );
