/** Files named on the command line. */
import { readFileSync } from 'node:fs';
import { Refusal } from '#lib/local/refusal.ts';
import { unusable } from './arguments.ts';

/** Why a file cannot be read, and what to do. Other errors are thrown: they must not look like a bad file. */
export function describeReadingFailure(error: unknown): { readonly why: string; readonly what: string } {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return { why: 'there is no such file', what: 'check the path' };
    case 'EISDIR':
      return { why: 'it is a folder', what: 'name the files in it' };
    case 'EACCES':
    case 'EPERM':
      return { why: 'this user may not read it', what: 'check its permissions' };
    default:
      if (typeof code !== 'string') throw error;
      return { why: `reading failed (${code})`, what: 'copy or export it again' };
  }
}

/** The text of a file; `called` is how a sentence about it begins. Throws a `Refusal` (exit code 2). */
export function readTextFile(file: string, called = file): string {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    const { why, what } = describeReadingFailure(error);
    throw new Refusal(`${called} cannot be read`, why, what, unusable);
  }
  const text = decoded(bytes);
  if (text === undefined)
    throw new Refusal(`${called} cannot be read`, 'it is not text in UTF-8', 'check the path', unusable);
  if (text.trim() === '')
    throw new Refusal(`${called} is empty`, 'nothing is in it', 'check the path', unusable);
  return text;
}

function decoded(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
