import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isFlag, isSettingName, settingName, spelled } from '#risk/setting-names.ts';

const functions = join(import.meta.dirname, '../../functions');
const sources = ['risk', 'kinds'].flatMap((room) =>
  readdirSync(join(functions, room), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => readFileSync(join(functions, room, file), 'utf8')),
);
/** Every setting that is asked for by name. */
const asked = new Set(
  sources
    .flatMap((source) => [
      ...[...source.matchAll(/\b(?:flag|list|entries|text|isSet)\(\w+, '(\w+)'/g)].map(([, name]) => name),
      ...[
        ...source.matchAll(/'((?:ExceptIf)?[A-Z]\w*(?:Words|Patterns|MemberOf|Header|Ranges|Over|Is))'/g),
      ].map(([, name]) => name),
    ])
    .filter((name) => name !== undefined),
);

describe('the name of a setting', () => {
  it('has Exchange’s spelling, however it was written', () => {
    for (const name of ['setscl', 'SETSCL', 'SetScl']) expect(settingName(name)).toBe('SetSCL');
    expect(spelled({ senderipaddresses: '192.0.2.1', restrictdomainstoipaddresses: true })).toEqual({
      SenderIPAddresses: '192.0.2.1',
      RestrictDomainsToIPAddresses: true,
    });
  });
  it('that Lapse does not know stays as it is', () => {
    expect(settingName('somethingNew')).toBe('somethingNew');
    expect(isSettingName('somethingNew')).toBe(false);
    expect(isSettingName('setscl')).toBe(false);
  });
  it('tells what can only be on or off', () => {
    expect(['RejectDirectSend', 'Allow', 'WhatIf', 'SetSCL', 'Mode'].filter(isFlag)).toEqual([
      'RejectDirectSend',
      'Allow',
      'WhatIf',
    ]);
  });
  it('is known wherever one is asked for', () => {
    expect(asked.size).toBeGreaterThan(80);
    expect([...asked].filter((name) => settingName(name.toLowerCase()) !== name)).toEqual([]);
  });
});
