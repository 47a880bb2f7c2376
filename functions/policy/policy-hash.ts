import { createHash } from 'node:crypto';
import { canonical } from '#risk/canonical.ts';
import type { Policy } from './policy.ts';

/** Names a policy: two that say the same, in whatever order of their fields, have the same; lists keep theirs, because the first rule that fits counts. 16 hexadecimal digits. */
export const policyHash = ({ hash, ...policy }: Policy): string =>
  hash ?? createHash('sha256').update(canonical(policy)).digest('hex').slice(0, 16);
