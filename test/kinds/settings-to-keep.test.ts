import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { assess } from '#kinds/assess.ts';
import { settingsToKeep } from '#kinds/settings-to-keep.ts';
import { cutSettings, describeCut } from '#risk/cut-setting.ts';
import { fingerprint } from '#risk/fingerprint.ts';
import type { Settings } from '#risk/settings.ts';

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
const keep = (settings: Settings): Settings => settingsToKeep('transport-rule', settings, digest);
const many = Array.from({ length: 20_000 }, (_, index) => `partner${index}.example`);
const rule = (more: Settings = {}): Settings => ({ SetSCL: -1, SenderDomainIs: many, ...more });
const lengthOf = (settings: Settings): number => JSON.stringify(settings).length;

describe('what is kept of the settings', () => {
  it('is all of them, untouched, where they are of any usual length', () => {
    const usual = rule({ SenderDomainIs: many.slice(0, 2_000) });
    expect(keep(usual)).toBe(usual);
  });

  it('is short however long they are, and says what is missing', () => {
    const kept = keep(rule({ Comments: 'x'.repeat(500_000) }));
    expect(lengthOf(kept)).toBeLessThan(110_000);
    expect(kept).toMatchObject({ SetSCL: -1 });
    expect(cutSettings(kept).map(describeCut)).toEqual([
      expect.stringMatching(/^SenderDomainIs .* keeps 100 of 20000 entries/) as unknown,
      expect.stringMatching(/^Comments .* keeps 1 of 1 entries/) as unknown,
    ]);
  });

  it('is no less dangerous than the whole, wherever in it the danger is', () => {
    const own = Array.from({ length: 8_000 }, (_, index) => `10.${100 + (index >> 8)}.${index & 255}.20`);
    // Anybody with a mailbox at Microsoft sends from there.
    const hidden = [...own.slice(0, 6_000), '40.107.0.0/16', ...own.slice(6_000)];
    const partner = (SenderIPAddresses: readonly string[], more: Settings = {}): Settings => ({
      ...{ ConnectorType: 'Partner', SenderDomains: 'tailspin.example', SenderIPAddresses },
      ...more,
    });
    const found = (settings: Settings) =>
      assess({ kind: 'inbound-connector', settings }).findings.map(({ id, risk }) => [id, risk]);
    const kept = (settings: Settings) => settingsToKeep('inbound-connector', settings, digest);
    expect(found(partner(hidden))).not.toEqual(found(partner(own)));
    for (const whole of [partner(hidden), partner(own, { EFSkipIPs: own })]) {
      expect(found(kept(whole))).toEqual(found(whole));
      expect(lengthOf(kept(whole))).toBeLessThan(120_000);
    }
    // Not one of them matters, but that they are more than a thousand.
    expect(found(partner(own, { EFSkipIPs: own }))).not.toEqual(
      found(partner(own, { EFSkipIPs: own.slice(0, 100) })),
    );
  });

  it('differs if anything of it differs, and not by how it is written down', () => {
    const other = rule({ SenderDomainIs: [...many.slice(1), 'another.example'] });
    const [one, two] = [keep(rule()), keep(other)];
    expect(fingerprint({ settings: one })).not.toBe(fingerprint({ settings: two }));
    const told = keep(rule({ SenderDomainIs: many.toReversed().join(';') }));
    expect(fingerprint({ settings: told })).toBe(fingerprint({ settings: one }));
  });

  it('is the same if it is made again', () => {
    const kept = keep(rule());
    expect(keep(kept)).toBe(kept);
  });
});
