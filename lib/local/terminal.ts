/** Text for a terminal. */
import columns from 'string-width';

/** Names come from the tenant: a control sequence in one must not reach the screen. */
export const toPrintable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');

/** Columns padded to their widest cell; the last is left as it is. */
export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows.map((row) => row.map(toPrintable))];
  const widths = head.map((_title, column) => Math.max(...lines.map((line) => columns(line[column] ?? ''))));
  return lines
    .map((line) =>
      line
        .map((cell, column) => (column === line.length - 1 ? cell : padded(cell, widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Cuts to so many columns, with an ellipsis. */
export function shorten(text: string, width: number): string {
  if (columns(text) <= width) return text;
  let kept = '';
  for (const character of text) {
    if (columns(kept + character) > width - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - columns(text)));

/** Exactly so many columns. */
export const fit = (text: string, width: number): string => padded(shorten(text, width), width);

/** Lines of at most so many columns, broken at spaces; a word that is too long for the first line is cut. */
export function wrapText(text: string, width: number, first: string, later: string): string[] {
  const lines: string[] = [];
  let line = first;
  let empty = true;
  for (const word of text.split(' ')) {
    if (!empty && columns(line) + 1 + columns(word) > width) {
      lines.push(line);
      line = later;
      empty = true;
    }
    line += empty ? shorten(word, Math.max(1, width - columns(line))) : ` ${word}`;
    empty = false;
  }
  return [...lines, line];
}
