import * as z from 'zod';
import type { Instant } from '#time/instant.ts';

/** A moment as the table holds it. */
export const instantSchema = z.iso.datetime({ precision: 3 }).transform((text) => text as Instant);
