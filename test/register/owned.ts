/** What exceptions on record share that one person owns and was told of. */
import { live, noon, observe, told } from '../lifecycle/examples.ts';
import type { Exception } from '#lifecycle/exception.ts';

const asked = live([
  [noon, observe()],
  [noon, told],
]).state;

/** Without what is each one's own. Its deadline is three days after noon. */
export const owned = (): Partial<Exception> =>
  Object.fromEntries(Object.entries(asked).filter(([field]) => !['id', 'name', 'guid'].includes(field)));
