/** Parameter values arrive as text, numbers, booleans or lists of them. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? value.map(asText).join(';') : '';
}

/** True, "True" and "$true". */
export const isOn = (value: unknown): boolean => /^\$?true$/i.test(asText(value));
