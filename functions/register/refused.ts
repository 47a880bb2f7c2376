/**
 * Who was refused lately what only approvers may do for a whole tenant: people hear of it, but one person does not fill
 * a channel with it.
 */
import * as z from 'zod';
import { duration, minus, plus, type Instant } from '#time/instant.ts';
import { instantSchema } from './instant-schema.ts';
import { noteNames } from './partitions.ts';
import type { VersionedValues } from './versioned-values.ts';

const most = 3;
const within = duration('PT1H');
const mostTries = 3;

const noteSchema = z.array(instantSchema);

/** Whether people may be told of this person once more. */
export async function noteRefused(values: VersionedValues, person: string, now: Instant): Promise<boolean> {
  const name = `${noteNames.refused}${person}`;
  for (let tries = mostTries; tries > 0; tries -= 1) {
    const kept = await values.read(name);
    const lately = (noteSchema.safeParse(kept?.value).data ?? []).filter((at) => at > minus(now, within));
    if (lately.length >= most) return false;
    if (await values.write(name, [...lately, now], kept?.revision ?? 0, plus(now, within))) return true;
  }
  return false;
}
