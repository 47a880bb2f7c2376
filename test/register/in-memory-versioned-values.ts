import type { VersionedValues } from '#register/versioned-values.ts';

/** VersionedValues notes in this process. */
export function createInMemoryVersionedValues(): VersionedValues {
  const notes = new Map<string, { value: string; revision: number }>();
  return {
    read: async (name) => {
      const note = notes.get(name);
      return Promise.resolve(note && { value: JSON.parse(note.value) as unknown, revision: note.revision });
    },
    write: async (name, value, revision) => {
      if ((notes.get(name)?.revision ?? 0) !== revision) return Promise.resolve(false);
      notes.set(name, { value: JSON.stringify(value), revision: revision + 1 });
      return Promise.resolve(true);
    },
  };
}
