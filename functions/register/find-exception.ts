/** Finds the exception that an object has or will have. All callers that know only the object ask here. */
import { createExceptionId, type ObjectRef } from './identity.ts';
import { foldName } from '#kinds/fold-name.ts';
import { UnreadableState } from '#lifecycle/unreadable-state.ts';
import type { Exception } from '#lifecycle/exception.ts';
import type { Reading } from './contract.ts';

type Found = Pick<Reading, 'find' | 'load'>;

/**
 * The id of the exception this object has or will have. The id that follows from a name may be taken by an object
 * that had the name earlier and was renamed since: `isLateNews` says whether a record under the former name is about
 * that one all the same.
 */
export async function findExceptionOf(
  reading: Found,
  object: ObjectRef,
  isLateNews: (holder: Exception) => boolean = () => false,
): Promise<string> {
  const isIts = (holder: Exception): boolean =>
    object.guid !== undefined && holder.guid !== undefined
      ? object.guid.toLowerCase() === holder.guid.toLowerCase()
      : foldName(holder.name) === foldName(object.name) || isLateNews(holder);
  const found = await reading.find(object);
  if (found !== undefined) return found;
  for (let namesake = 0; ; namesake += 1) {
    const id = createExceptionId(object, namesake);
    const holder = await reading.load(id);
    if (holder === undefined || isIts(holder)) return id;
  }
}

/** One of many: where it cannot be read whose the name is, none is found, and whatever is recorded of it fails alone. */
export async function findReadable(
  reading: Pick<Reading, 'find'>,
  object: ObjectRef,
): Promise<string | undefined> {
  try {
    return await reading.find(object);
  } catch (error) {
    if (error instanceof UnreadableState) return undefined;
    throw error;
  }
}
