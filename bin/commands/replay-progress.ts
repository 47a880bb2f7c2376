/** A line on the terminal that shows how far a long read has come, redrawn in place. */
import { stat } from 'node:fs/promises';

export interface ProgressLine {
  readonly advance: (bytes: number, records: number) => void;
  /** Removes the line, so that something else can be written. */
  readonly clear: () => void;
}

export interface Terminal {
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
  noun = 'records',
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
    const text = `${bar}${(done / 1e6).toFixed(1)} MB  ${records.toLocaleString('en')} ${noun}`;
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

/** Bytes in all of them; `undefined` if one is no file. */
export async function sizeOf(files: readonly string[]): Promise<number | undefined> {
  let sum = 0;
  for (const file of files) {
    const found = file === '-' ? undefined : await stat(file).catch(() => undefined);
    if (file === '-' || (found && !found.isFile() && !found.isDirectory())) return undefined;
    sum += found?.isFile() ? found.size : 0;
  }
  return sum;
}

/** Tells how much of it has passed. */
export async function* observed(
  input: AsyncIterable<Uint8Array>,
  saw: (length: number) => void,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of input) {
    saw(chunk.length);
    yield chunk;
  }
}
