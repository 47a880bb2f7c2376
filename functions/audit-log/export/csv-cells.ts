/**
 * The cells of one row of CSV (RFC 4180); `undefined` if its quotes do not match or it is more than one row. A parser
 * for whole files takes many times as long for a single row, which would be most of the time that an export needs.
 */
export function splitCells(written: string, delimiter: string): readonly string[] | undefined {
  if (written === '') return undefined;
  const row = written.replace(/(?:\r\n|\n|\r)$/, '');
  const cells: string[] = [];
  for (let at = 0; ; at += delimiter.length) {
    if (row.startsWith('"', at)) {
      const end = findClosingQuote(row, at + 1);
      if (end === -1) return undefined;
      const cell = row.slice(at + 1, end);
      cells.push(cell.includes('"') ? cell.replaceAll('""', '"') : cell);
      at = end + 1;
      if (at < row.length && !row.startsWith(delimiter, at)) return undefined;
    } else {
      const next = row.indexOf(delimiter, at);
      const end = next === -1 ? row.length : next;
      const cell = row.slice(at, end);
      if (/["\r\n]/.test(cell)) return undefined;
      cells.push(cell);
      at = end;
    }
    if (at >= row.length) return cells;
  }
}

/** Two quotes in a row stand for one quote within the cell. */
function findClosingQuote(row: string, from: number): number {
  let end = row.indexOf('"', from);
  while (end !== -1 && row.startsWith('"', end + 1)) end = row.indexOf('"', end + 2);
  return end;
}
