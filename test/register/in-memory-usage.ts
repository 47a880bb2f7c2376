import { fuller, type UsageDay } from '#behaviour/usage.ts';
import { compareText } from '#values/compare-text.ts';
import { createUsageNotes, type UsageStore } from '#register/usage.ts';
import { createInMemoryVersionedValues } from './in-memory-versioned-values.ts';

/** The use of exceptions, in this process. */
export function createInMemoryUsage(): UsageStore {
  const kept = new Map<string, Map<string, UsageDay>>();
  return {
    keep: async (id, day) => {
      const days = kept.get(id) ?? new Map<string, UsageDay>();
      kept.set(id, days);
      const key = `${day.date}#${day.source}`;
      const before = days.get(key);
      if (before && fuller(before, day) === before) return Promise.resolve('known');
      days.set(key, day);
      return Promise.resolve('kept');
    },
    of: async (id) =>
      Promise.resolve([...(kept.get(id) ?? [])].sort(([a], [b]) => compareText(a, b)).map(([, day]) => day)),
    ...createUsageNotes(createInMemoryVersionedValues()),
  };
}
