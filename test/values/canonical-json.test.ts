import fc from 'fast-check';
import { expect, it } from 'vitest';
import { toCanonicalJson } from '#values/canonical-json.ts';

it('canonical text is the same whatever the order of keys, and loses nothing that JSON can hold', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const turned = Object.fromEntries(Object.entries(value).reverse());
      expect(toCanonicalJson(turned)).toBe(toCanonicalJson(value));
      expect(JSON.parse(toCanonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});
