import { createHash } from 'node:crypto';
import { foldName } from '#kinds/fold-name.ts';
import type { Kind } from '#kinds/registry.ts';

/**
 * The GUID that an entry does not have: made up, but the same for the same entry on every read, so that everything
 * that goes by GUID (aliases, comparing before an act) goes by it. RFC 9562 leaves version 8 to such ids.
 */
export function madeUpId(kind: Kind, name: string): string {
  const hex = createHash('sha256')
    .update([kind, foldName(name)].join('\n'))
    .digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
