/**
 * If disabling an object would let in more mail, or have less mail inspected, Lapse never disables it, whatever else it
 * lets past, and even if nobody answers. People must act.
 */
import { kindOf, kinds, type Kind } from './registry.ts';
import type { Assessable } from '#risk/finding-row.ts';
import type { Finding } from '#risk/finding.ts';
import type { Settings } from '#risk/settings.ts';
import type { Watched } from './kind.ts';

/** Disabling it would remove protection, were it switched on. */
export const protects = ({ kind, settings }: { readonly kind: Kind; readonly settings: Settings }): boolean =>
  kindOf(kind).protection?.protects(settings) === true;

/** The settings by which an object of the kind protects, or may protect together with others. */
export const guardsIn = (kind: Kind, settings: Settings): readonly string[] =>
  kindOf(kind).protection?.guards(settings) ?? [];

/** Nobody has seen yet whether it protects. */
export const mayProtect = (object: Assessable & { readonly kind: Kind }): boolean =>
  kindOf(object.kind).protection?.mayProtect(object) === true;

const removed: ReadonlySet<string> = new Set(kinds.flatMap((kind) => kindOf(kind).protection?.removed ?? []));

/** What protected was removed, and is still on record, for people to see to. */
export const isFoundGone = ({
  state,
  findings,
}: {
  readonly state: string;
  readonly findings: readonly Finding[];
}): boolean => state !== 'removed' && findings.some(({ id }) => removed.has(id));

export interface WatchedKind {
  readonly kind: Kind;
  readonly watched: Watched;
}

/** Kinds on which the inventory keeps an eye, since what protects can be weakened. */
export const watchedKinds: readonly WatchedKind[] = kinds.flatMap((kind) => {
  const watched = kindOf(kind).protection?.watched;
  return watched === undefined ? [] : [{ kind, watched }];
});
