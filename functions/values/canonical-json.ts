/**
 * A value as JSON text that is the same wherever it is made: keys sorted, no white space, nothing undefined. Hashes
 * are taken over this text, and the text itself is what is stored, so nothing can change between the two.
 */
import { compareText } from './compare-text.ts';
export function toCanonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => compareText(a, b)))
      : inner,
  );
}
