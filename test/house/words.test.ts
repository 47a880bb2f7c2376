import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
const glossary = /^## Words\n([^]*?)^## /m.exec(page)?.[1] ?? '';
const code = readdirSync(join(root, 'functions'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(root, 'functions', file), 'utf8'))
  .join('\n');

it('the glossary calls everything as the code does', () => {
  const names = [...glossary.matchAll(/`([\w-]+)`/g)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(code))).toEqual([]);
});

it('the glossary explains each word once', () => {
  const words = [...glossary.matchAll(/\*\*([\w ]+)\*\*/g)].map(([, word = '']) => word);
  expect(words.length).toBeGreaterThan(30);
  expect(words.filter((word, at) => words.indexOf(word) !== at)).toEqual([]);
});
