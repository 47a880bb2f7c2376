import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { createManifest, run } from '../../bin/commands/slack-manifest.ts';

const url = 'https://abc.execute-api.eu-central-1.amazonaws.com';
const read = (text: string) =>
  parse(text) as { oauth_config: { scopes: { bot: string[] } }; settings: Record<string, unknown> };

it('fills in the address everywhere, and leaves nothing to fill in', () => {
  const text = createManifest(url, true, false);
  expect(text).not.toContain('slack-url.example');
  expect(text).not.toContain('#');
  expect(text.split(url)).toHaveLength(4);
});

it('asks to look into groups only where policy names some', () => {
  const scopes = (groups: boolean) => read(createManifest(url, groups, false)).oauth_config.scopes.bot;
  expect(scopes(true)).toContain('usergroups:read');
  expect(scopes(false)).toEqual(scopes(true).filter((scope) => scope !== 'usergroups:read'));
  expect(JSON.parse(createManifest(url, false, true))).toEqual(read(createManifest(url, false, false)));
});

it('says the same as the file it comes from', () => {
  const file = readFileSync(join(import.meta.dirname, '../../docs/slack-app.yaml'), 'utf8');
  expect(read(createManifest('https://slack-url.example', true, false))).toEqual(parse(file));
});

it.each([
  [[], 'no --url was given'],
  [['--url', 'abc'], 'is no address'],
  [['--url', 'http://abc.example'], 'is not https'],
  [['--url', `${url}/slack`], 'is more than an address'],
  [['--url', 'https://user:secret@abc.example'], 'is more than an address'],
  [['--url', url, 'more'], 'takes options only'],
])('refuses %j', (args, why) => {
  expect(() => run(args)).toThrow(why);
});
