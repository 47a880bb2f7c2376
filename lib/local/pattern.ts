/**
 * EventBridge event patterns, also used as filters of queue and stream consumers, as far as the stack uses them: exact
 * values, `prefix` and `suffix`. Anything else is refused when the template is loaded: a rule that silently never matches would
 * look like a quiet day.
 */
import { isJsonObject } from '#values/json.ts';
export type Matches = (event: unknown) => boolean;

/** Compiles a pattern. Throws `Error` naming the path and operator it does not know. */
export function compilePattern(pattern: unknown, path = 'pattern'): Matches {
  if (!isJsonObject(pattern)) throw new Error(`${path} must be an object`);
  const parts = Object.entries(pattern).map(([key, wanted]): Matches => {
    const here = `${path}.${key}`;
    const inner = Array.isArray(wanted) ? anyOf(wanted, here) : compilePattern(wanted, here);
    return (event) => inner(isJsonObject(event) ? event[key] : undefined);
  });
  return (event) => parts.every((part) => part(event));
}

function anyOf(wanted: readonly unknown[], path: string): Matches {
  const tests = wanted.map((one) => compileTest(one, path));
  // A list in the event matches where any of its members does.
  return (value) =>
    (Array.isArray(value) ? value : [value]).some((member: unknown) => tests.some((test) => test(member)));
}

function compileTest(wanted: unknown, path: string): Matches {
  if (wanted === null || ['string', 'number', 'boolean'].includes(typeof wanted))
    return (value) => value === wanted;
  const [[operator, text] = [], ...rest] = isJsonObject(wanted) ? Object.entries(wanted) : [];
  if (typeof text === 'string' && rest.length === 0) {
    if (operator === 'prefix') return (value) => typeof value === 'string' && value.startsWith(text);
    if (operator === 'suffix') return (value) => typeof value === 'string' && value.endsWith(text);
  }
  throw new Error(`${path} uses ${JSON.stringify(wanted)}, which the local bus does not know`);
}
