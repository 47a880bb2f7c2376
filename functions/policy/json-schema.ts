/** The policy's shape for editors, which check and complete as one types. Generated from the schema that decides. */
import * as z from 'zod';
import { policySchema } from './policy-schema.ts';

export function policyJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...shape } = z.toJSONSchema(policySchema, {
    io: 'input',
    target: 'draft-7',
    reused: 'ref',
  });
  return {
    $schema,
    title: 'Policy of Lapse',
    description:
      'Made by `lapse policy schema`. An editor cannot see everything that `lapse policy check` does.',
    ...shape,
  };
}
