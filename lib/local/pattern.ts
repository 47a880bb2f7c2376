/**
 * EventBridge event patterns, also used as filters of queue and stream consumers: exact values, `prefix`,
 * `suffix`, `equals-ignore-case`, `exists`, `anything-but`, `numeric`, and `$or`. Anything else is refused when
 * the template is loaded: a rule that silently never matches would look like a quiet day.
 */
export type Matches = (event: unknown) => boolean;

type Test = (value: unknown, present: boolean) => boolean;

/** Compiles a pattern. Throws `Error` naming the path and operator it does not know. */
export function compilePattern(pattern: unknown, path = 'pattern'): Matches {
  if (!isObject(pattern)) throw new Error(`${path} must be an object`);
  const parts = Object.entries(pattern).map(([key, wanted]): Matches => {
    const here = `${path}.${key}`;
    if (key === '$or') {
      if (!Array.isArray(wanted)) throw new Error(`${here} must be a list of patterns`);
      const choices = wanted.map((choice, index) => compilePattern(choice, `${here}[${index}]`));
      return (event) => choices.some((choice) => choice(event));
    }
    if (Array.isArray(wanted)) {
      const tests = wanted.map((one) => compileTest(one, here));
      return (event) => {
        const value = isObject(event) ? event[key] : undefined;
        // A list in the event matches where any of its members does.
        if (Array.isArray(value) && value.length > 0)
          return value.some((member: unknown) => tests.some((test) => test(member, true)));
        return tests.some((test) => test(value, value !== undefined));
      };
    }
    const inner = compilePattern(wanted, here);
    return (event) => inner(isObject(event) ? event[key] : undefined);
  });
  return (event) => parts.every((part) => part(event));
}

function compileTest(wanted: unknown, path: string): Test {
  if (wanted === null || ['string', 'number', 'boolean'].includes(typeof wanted))
    return (value, present) => present && value === wanted;
  const [operator, argument] = isObject(wanted) ? (Object.entries(wanted)[0] ?? []) : [];
  switch (operator) {
    case 'prefix':
      return onText(argument, path, operator, (value, text) => value.startsWith(text));
    case 'suffix':
      return onText(argument, path, operator, (value, text) => value.endsWith(text));
    case 'equals-ignore-case':
      return onText(argument, path, operator, (value, text) => value.toLowerCase() === text.toLowerCase());
    case 'exists':
      return (_value, present) => present === (argument === true);
    case 'anything-but': {
      const tests = (Array.isArray(argument) ? argument : [argument]).map((one) => compileTest(one, path));
      return (value, present) => present && !tests.some((test) => test(value, true));
    }
    case 'numeric':
      return compileNumeric(argument, path);
    default:
      throw new Error(`${path} uses ${JSON.stringify(wanted)}, which the local bus does not know`);
  }
}

function onText(
  argument: unknown,
  path: string,
  operator: string,
  test: (value: string, text: string) => boolean,
): Test {
  if (typeof argument !== 'string') throw new Error(`${path}: ${operator} needs a text`);
  return (value) => typeof value === 'string' && test(value, argument);
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '=': (a, b) => a === b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
};

function compileNumeric(argument: unknown, path: string): Test {
  const tests: ((value: number) => boolean)[] = [];
  if (!Array.isArray(argument) || argument.length === 0 || argument.length % 2 !== 0)
    throw new Error(`${path}: numeric needs pairs of a comparison and a number`);
  for (let at = 0; at < argument.length; at += 2) {
    const compare = comparisons[String(argument[at])];
    const bound: unknown = argument[at + 1];
    if (!compare || typeof bound !== 'number')
      throw new Error(`${path}: numeric needs one of ${Object.keys(comparisons).join(' ')} and a number`);
    tests.push((value) => compare(value, bound));
  }
  return (value) => typeof value === 'number' && tests.every((test) => test(value));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
