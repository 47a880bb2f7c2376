/** Every guard there is. Whoever writes one puts it into the list, by the room its file is in. */
import type { Guard } from '../guard.ts';
import { domain } from './domain.ts';
import { slack } from './slack.ts';

export const guards: readonly Guard[] = [...domain, ...slack];
