/** Reads the settings of an object as Exchange prints them, and whatever they say about it. */
import * as z from 'zod';
import { kindOfSettings } from '#kinds/form.ts';
import { kinds } from '#kinds/registry.ts';
import { spelled } from '#risk/setting-names.ts';
import type { Evidence } from './owner.ts';

const settingsSchema = z.record(z.string(), z.unknown()).transform(spelled);

/** `kind` counts if it is given. Without it, a rule is assumed unless the settings look like a connector's. */
export function readObject(
  json: unknown,
  kind: string | undefined,
): { readonly object: Evidence } | { readonly why: string } {
  const parsed = settingsSchema.safeParse(Array.isArray(json) && json.length === 1 ? json[0] : json);
  if (!parsed.success) return { why: 'it is not an object with settings' };
  const settings = parsed.data;
  const given = kinds.find((one) => one === kind);
  if (kind !== undefined && given === undefined)
    return { why: `there is no kind ${kind}: ${kinds.join(', ')}` };
  const name = settings['Name'] ?? settings['Identity'];
  return {
    object: {
      tenant: '',
      kind: given ?? kindOfSettings(settings),
      name: typeof name === 'string' ? name : '',
      settings,
      changedBy: { type: 'unknown', id: '' },
    },
  };
}
