import { createHash } from 'node:crypto';
import { toCanonicalJson } from '#values/canonical-json.ts';
import type { Policy } from './policy.ts';

/**
 * Names a policy: two that say the same, with their fields in any order, have the same hash; lists keep their order,
 * because the first matching rule counts. 16 hexadecimal digits.
 */
export const hashPolicy = ({ hash, ...policy }: Policy): string =>
  hash ??
  createHash('sha256')
    .update(toCanonicalJson({ ...policy, modes: undefined }))
    .digest('hex')
    .slice(0, 16);
