/**
 * A setting too long to be kept whole: some of its entries, and one that says how many there were and what they came
 * to. Another list has another digest, so a change is noticed all the same.
 */
import { list, type Settings } from './settings.ts';

/** As it stands at the end of what was kept. */
const remainder = (of: number, digest: string): string => `… of ${of} entries, sha256 ${digest}`;
const written = /^… of (\d+) entries, sha256 \S+$/i;

export const cutList = (kept: readonly string[], of: number, digest: string): readonly string[] => [
  ...kept,
  remainder(of, digest),
];

export interface CutSetting {
  readonly name: string;
  readonly kept: number;
  readonly of: number;
}

/** The settings of which only a part is kept. */
export const cutSettings = (settings: Settings): readonly CutSetting[] =>
  Object.keys(settings).flatMap((name) => {
    const all = list(settings, name);
    const of = all.map((entry) => written.exec(entry)?.[1]).find((count) => count !== undefined);
    return of === undefined ? [] : [{ name, kept: all.length - 1, of: Number(of) }];
  });

export const describeCut = ({ name, kept, of }: CutSetting): string =>
  `${name} is too long to be kept whole: Lapse keeps ${kept} of ${of} entries, and of the rest only a digest, which shows that something changed but not what`;
