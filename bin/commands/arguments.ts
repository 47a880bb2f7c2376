import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { messageOf, Refusal } from '#lib/local/refusal.ts';

/** Exit code for arguments that cannot be used. */
export const unusable = 2;

/** Parses strictly. Throws a `Refusal` (exit code 2) for an option it does not know or that lacks its value. */
export function readArguments<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  help: string,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new Refusal(messageOf(error), help.split('\n')[0] ?? '', '--help tells more', unusable);
  }
}

/** Throws a `Refusal` (exit code 2) where the text is no http(s) address. */
export function webAddress(option: string, text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new Refusal(
    `${option} ${text} is no address`,
    'it must be a whole one',
    `for example ${option} http://localhost:8000`,
    unusable,
  );
}
