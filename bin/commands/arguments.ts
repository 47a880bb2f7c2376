import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { messageOf, Refusal } from '#lib/local/refusal.ts';
import { toPrintable } from '#lib/local/terminal.ts';
import { isDomain } from '#values/mail-address.ts';

/** Exit code for arguments that cannot be used. */
export const unusable = 2;

/**
 * Parses strictly. Throws a `Refusal` (exit code 2) for an option that it does not know, that lacks its value, or
 * whose value is empty.
 */
export function readArguments<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  help: string,
) {
  const parsed = strictly(args, options, help);
  const given = [...Object.values<unknown>(parsed.values).flat(), ...parsed.positionals];
  if (given.includes(''))
    throw new Refusal(
      'an argument is empty',
      'perhaps a shell variable is not set',
      'name what you mean, or leave it out',
      unusable,
    );
  return parsed;
}

function strictly<Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
  help: string,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    // After the first sentence, Node only explains how to escape a dash.
    const [happened = ''] = messageOf(error).split(/\. |\n/);
    throw new Refusal(happened, help.split('\n')[0] ?? '', 'see --help', unusable);
  }
}

/** Throws a `Refusal` (exit code 2) if a command that takes only options was given arguments. */
export function refusePositionals(positionals: readonly string[], command: string): void {
  if (positionals.length === 0) return;
  throw new Refusal(
    `lapse ${command} takes options only`,
    `it was given: ${positionals.join(' ')}`,
    '--help tells which',
    unusable,
  );
}

/** Throws a `Refusal` (exit code 2) if the text is not an http(s) address. */
export function parseWebAddress(option: string, text: string): string {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new Refusal(
    `${option} ${text} is no address`,
    'it must begin with http:// or https://',
    `for example ${option} http://localhost:8000`,
    unusable,
  );
}

/** Throws a `Refusal` (exit code 2) if the text is not a whole number from 0 to `most`. */
export function wholeNumber(option: string, text: string, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number <= most) return number;
  throw new Refusal(
    `${option} ${text} cannot be used`,
    `it must be a whole number up to ${most}`,
    `for example ${option} ${Math.min(most, 8365)}`,
    unusable,
  );
}

/** The domains of `--domains a,b`, which may be given several times; in lower case. */
export function readDomains(
  given: readonly string[],
): { readonly domains: readonly string[] } | { readonly refusal: string } {
  const domains = given.flatMap((some) => some.toLowerCase().split(/[,;\s]+/)).filter((one) => one !== '');
  const wrong = domains.find((one) => !isDomain(one));
  return wrong === undefined
    ? { domains }
    : { refusal: `--domains takes domains, like contoso.com,contoso.org; ${toPrintable(wrong)} is none` };
}
