/** What becomes of the mail that relies on an exception once it is off: the one place that says so. */
import { neverOff } from './off-effects.ts';
import { protects } from './protection.ts';
import { kindOf, type Kind } from './registry.ts';
import type { Settings } from '#risk/settings.ts';
import type { WhenOff } from './kind.ts';

export const whenOff = (of: { readonly kind: Kind; readonly settings: Settings }): WhenOff =>
  protects(of) ? neverOff() : kindOf(of.kind).whenOff(of.settings);
