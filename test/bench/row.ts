/** What was measured, and what it should be. */
export interface Row {
  readonly what: string;
  readonly reached: number;
  readonly goal: Goal;
  readonly unit?: string;
  /** What else was measured with it, or why it falls short. */
  readonly note?: string;
}

export type Goal = { readonly atLeast: number } | { readonly atMost: number };

export interface Group {
  readonly name: string;
  /** It takes so long that it runs only where it is named. */
  readonly onlyNamed?: boolean;
  readonly rows: (progress: (line: string) => void) => AsyncIterable<Row>;
}

export const isReached = ({ reached, goal }: Row): boolean =>
  'atLeast' in goal ? reached >= goal.atLeast : reached <= goal.atMost;

const shown = (value: number): string =>
  Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));

/** The rows as people read them; also a table in Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const lines = rows.map((row) => {
    const { what, reached, goal, unit = '', note = '' } = row;
    const wanted = 'atLeast' in goal ? `≥ ${shown(goal.atLeast)}` : `≤ ${shown(goal.atMost)}`;
    const measured = shown(reached);
    return [what, `${wanted} ${unit}`.trim(), `${measured} ${unit}`.trim(), isReached(row) ? '' : 'no', note];
  });
  const head = ['what', 'goal', 'reached', 'short', 'note'];
  const widths = head.map((title, at) =>
    Math.max(title.length, ...lines.map((line) => (line[at] ?? '').length)),
  );
  const inLine = (cells: readonly string[]): string =>
    `| ${cells.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [head, widths.map((width) => '-'.repeat(width)), ...lines].map(inLine).join('\n');
}
