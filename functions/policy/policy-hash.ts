import { createHash } from 'node:crypto';
import type { Policy } from './policy.ts';

/** Names a policy: two that say the same, in whatever order of their fields, have the same. 16 hexadecimal digits. */
export const policyHash = ({ hash, ...policy }: Policy): string =>
  hash ?? createHash('sha256').update(canonical(policy)).digest('hex').slice(0, 16);

/** Fields in one order; lists keep theirs, because the first rule that fits counts. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${JSON.stringify(name)}:${canonical(field)}`)
    .join(',')}}`;
}
