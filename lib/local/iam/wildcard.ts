/** As they were compiled before: there are few, and every request is held against many of them. */
const compiled = new Map<string, RegExp>();

/** `*` is any text and `?` any character, as in a policy. */
export function like(pattern: string, text: string): boolean {
  let known = compiled.get(pattern);
  if (known === undefined) {
    const source = pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.');
    known = new RegExp(`^${source}$`, 's');
    compiled.set(pattern, known);
  }
  return known.test(text);
}

/** The six parts of an ARN each by itself: a `*` in one does not reach into the next. */
export function likeArn(pattern: string, text: string): boolean {
  const wanted = partsOf(pattern);
  const given = partsOf(text);
  return wanted.length === given.length && wanted.every((part, index) => like(part, given[index] ?? ''));
}

function partsOf(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length < 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
