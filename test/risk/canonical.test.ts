import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonical } from '#risk/canonical.ts';

it('canonical text is the same whatever the order of keys, and loses nothing that JSON can hold', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(canonical(turned)).toBe(canonical(value));
      expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
