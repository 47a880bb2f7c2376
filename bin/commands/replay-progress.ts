/** A line on the terminal that shows how far a long read has come, redrawn in place. */
export interface ProgressLine {
  readonly advance: (bytes: number, records: number) => void;
  /** Removes the line, so that something else can be written. */
  readonly clear: () => void;
}

interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** Milliseconds between two drawings: the eye is no faster, and drawing should not take up the time. */
const pause = 100;

/** `total`: bytes to read; unknown if one of the inputs is a pipe. Draws nothing unless it is a terminal. */
export function startProgress(
  terminal: Terminal,
  total: number | undefined,
  now: () => number,
): ProgressLine {
  let done = 0;
  let drawnAt = 0;
  let drawn = false;
  const draw = (records: number): void => {
    const share = total === undefined || total === 0 ? undefined : Math.min(1, done / total);
    const bar =
      share === undefined
        ? ''
        : `[${'#'.repeat(Math.round(share * 24)).padEnd(24, '.')}] ${Math.round(share * 100)} %  `;
    const text = `${bar}${(done / 1e6).toFixed(1)} MB  ${records.toLocaleString('en')} records`;
    terminal.write(`\r\u001b[K${text.slice(0, (terminal.columns ?? 80) - 1)}`);
    drawn = true;
  };
  return {
    advance(bytes, records) {
      done += bytes;
      if (terminal.isTTY !== true || now() - drawnAt < pause) return;
      drawnAt = now();
      draw(records);
    },
    clear() {
      if (drawn) terminal.write('\r\u001b[K');
      drawn = false;
    },
  };
}
