import { expect, it } from 'vitest';
import { isMailAddress } from '#values/mail-address.ts';

it.each([
  ['ann@example.com', true],
  ['ann', false],
  ['@example.com', false],
  ['ann@', false],
  ['ann@b@example.com', false],
  ['Ann <ann@example.com>', false],
  ['<ann@example.com>', false],
])('%s is an address: %s', (text, is) => {
  expect(isMailAddress(text)).toBe(is);
});
