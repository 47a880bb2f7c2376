/** Text for a terminal. */

/** Names come from the tenant: a control sequence in one must not reach the screen. */
export const printable = (text: string): string => text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '�');

/** As the eye counts, near enough: code points. */
const lengthOf = (text: string): number => Array.from(text).length;

/** Columns padded to their widest cell; the last is left as it is. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows.map((row) => row.map(printable))];
  const widths = head.map((_title, column) => Math.max(...lines.map((line) => lengthOf(line[column] ?? ''))));
  return lines
    .map((line) =>
      line
        .map((cell, column) =>
          column === line.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - lengthOf(cell)),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Cuts to so many characters, with an ellipsis. */
export const short = (text: string, length: number): string =>
  lengthOf(text) > length
    ? `${Array.from(text)
        .slice(0, length - 1)
        .join('')}…`
    : text;
