/** Reads a policy file: the policy, or every mistake in it with its line. */
import type { Policy } from './policy.ts';
import { isNode, LineCounter, parseDocument } from 'yaml';
import type { Document } from 'yaml';
import type * as z from 'zod';
import { findDangers, findPlaceholders, type Remark } from './dangers.ts';
import { policySchema } from './policy-schema.ts';

export interface Mistake {
  /** Counted from 1. */
  readonly line: number;
  /** As `risk.high.confirmWithin`; empty for the file as a whole. */
  readonly field: string;
  readonly found: string;
  readonly expected: string;
}

export type ParsedPolicy =
  | {
      readonly policy: Policy;
      /** Values that quietly disable a safeguard. */
      readonly warnings: readonly Mistake[];
      /** Placeholders: such a policy may be tried, but not deployed. */
      readonly placeholders: readonly Mistake[];
    }
  | { readonly mistakes: readonly Mistake[] };

export function parsePolicy(yamlText: string): ParsedPolicy {
  const lines = new LineCounter();
  const document = parseDocument(yamlText, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return {
      mistakes: document.errors.map((error) => ({
        line: lines.linePos(error.pos[0]).line,
        field: '',
        found: firstLine(error.message),
        expected: 'well-formed YAML',
      })),
    };
  }
  const plain = plainOf(document);
  if (plain === undefined)
    return {
      mistakes: [{ line: 1, field: '', found: 'an alias (*name)', expected: 'every value written out' }],
    };
  const parsed = policySchema.safeParse(plain, { reportInput: true });
  if (parsed.success) {
    const inFile = ({ path, found, expected }: Remark): Mistake => ({
      line: lineOf(path, document, lines),
      field: path.join('.'),
      found: shown(found),
      expected,
    });
    const policy = parsed.data;
    return {
      policy,
      warnings: findDangers(policy).map(inFile),
      placeholders: findPlaceholders(policy).map(inFile),
    };
  }
  return { mistakes: parsed.error.issues.flatMap((issue) => mistakesOf(issue, document, lines)) };
}

/** Aliases could blow up a small file to any size, and a policy has no use for them: `undefined` if there are any. */
function plainOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch {
    return undefined;
  }
}

/** One line for people: "policy.yaml:12: risk.high.confirmWithin: found "3 days", expected …". */
export const describeMistake = (file: string, { line, field, found, expected }: Mistake): string =>
  `${file}:${line}: ${field === '' ? '' : `${field}: `}found ${found}, expected ${expected}`;

function mistakesOf(issue: z.core.$ZodIssue, document: Document, lines: LineCounter): Mistake[] {
  const at = (path: readonly PropertyKey[]) => lineOf(path, document, lines);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      line: at([...issue.path, key]),
      field: [...issue.path, key].join('.'),
      found: 'a field of that name',
      expected: 'only fields that exist: see policy.yaml of the project',
    }));
  }
  return [
    {
      line: at(issue.path),
      field: issue.path.join('.'),
      found: issue.input === undefined ? 'nothing' : shown(issue.input),
      expected: expectation(issue),
    },
  ];
}

const shown = (value: unknown): string =>
  ((JSON.stringify(value) as string | undefined) ?? typeof value).slice(0, 80);

function expectation(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return issue.expected === 'object'
        ? 'a block of fields'
        : issue.expected === 'array'
          ? 'a list'
          : `a ${issue.expected}`;
    case 'invalid_value':
      return `one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return 'at least one entry';
    default:
      return issue.message;
  }
}

/** The line of a field, or of the nearest block around it if the field itself is missing. */
function lineOf(path: readonly PropertyKey[], document: Document, lines: LineCounter): number {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

const firstLine = (text: string): string => text.split('\n', 1)[0] ?? '';
