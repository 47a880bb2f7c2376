import { expect, it } from 'vitest';
import { isJsonObject, tryParseJson } from '#values/json.ts';

it.each(['', 'x', '{', '{"a":1} {'])('%j is no JSON', (text) => {
  expect(tryParseJson(text)).toBeUndefined();
});

it.each([
  ['{"a":1}', true],
  ['{}', true],
  ['[{}]', false],
  ['null', false],
  ['"{}"', false],
])('%s is an object: %s', (text, is) => {
  expect(isJsonObject(tryParseJson(text))).toBe(is);
});
