import * as z from 'zod';
import { conditionsSchema } from './condition.ts';

const texts = z.union([z.string(), z.array(z.string())]).transform((one) => [one].flat());
const patterns = texts.refine((all) => !all.some((one) => one.includes('${')), {
  error: 'policy variables are not known here',
});
const shape = {
  Sid: z.string().optional(),
  Effect: z.enum(['Allow', 'Deny']),
  Action: texts,
  Condition: conditionsSchema.default([]),
};

/** A statement of a role's policy. Every other form than this is refused: a wrong guess would let too much pass. */
export const statementSchema = z.strictObject({ ...shape, Resource: patterns });
export type Statement = z.output<typeof statementSchema>;

/** The account of the local deployment: naming it leaves to its roles' own policies who may. */
export const ownAccount = 'arn:aws:iam::000000000000:root';
const everybodyOrUs = texts.refine((all) => all.every((one) => one === '*' || one === ownAccount), {
  error: `only * and ${ownAccount} are known here`,
});

/** Everybody, by either way to write it, or this account, or services by name. */
const principals = z
  .union([z.literal('*'), z.strictObject({ AWS: everybodyOrUs.optional(), Service: texts.optional() })])
  .transform((one) => (one === '*' ? ['*'] : [...(one.AWS ?? []), ...(one.Service ?? [])]));

/** A statement of a resource's own policy. Without a resource it is about the one it is attached to. */
export const resourceStatementSchema = z.strictObject({
  ...shape,
  Resource: patterns.default(['*']),
  Principal: principals,
});
export type ResourceStatement = z.output<typeof resourceStatementSchema>;
