/**
 * What an observation of the inventory has instead of a cmdlet and an author: it sees what exists, not who did it.
 */
import type { Author } from './exception.ts';

export const inventory = 'Inventory';
export const nobody: Author = { type: 'unknown', id: 'unknown' };
