/** What must hold of the kinds together, and no type can say. */
import { describe, expect, expectTypeOf, it } from 'vitest';
import { isObject } from '#kinds/form.ts';
import { watchedKinds } from '#kinds/protection.ts';
import { kindOf, kinds } from '#kinds/registry.ts';
import type { KindOfException } from '#kinds/kind.ts';

const all = kinds.map(kindOf);

it('a kind without a cmdlet or without a finding does not compile', () => {
  expectTypeOf<readonly []>().not.toExtend<KindOfException['log']['operations']>();
  expectTypeOf<readonly []>().not.toExtend<KindOfException['findings']>();
});

describe('the kinds of exception', () => {
  it('are called differently', () => {
    expect(new Set(all.map(({ name }) => name)).size).toBe(kinds.length);
  });

  it('share no cmdlet that makes, changes or ends one object: a record is of one kind', () => {
    const operations = kinds.filter(isObject).flatMap((kind) => kindOf(kind).log.operations);
    expect(new Set(operations).size).toBe(operations.length);
  });

  it('are listed without a change to anything', () => {
    for (const { exchange } of all)
      for (const { cmdlet } of exchange.list) expect(cmdlet).toMatch(/^Get-\w+$/);
  });

  it('that protect and can be removed have a finding of their own for that', () => {
    for (const { protection, findings } of all)
      if (protection?.removed !== undefined)
        expect(findings.map(({ id }) => id)).toContain(protection.removed);
  });

  it('that are watched keep their notes apart', () => {
    const names = watchedKinds.map(({ watched }) => watched.notedAs);
    expect(new Set(names).size).toBe(names.length);
    // Beside the notes of all kinds.
    for (const name of names)
      expect(['imported', 'missing', 'accepted', 'administrators', 'alertedAt']).not.toContain(name);
  });
});
