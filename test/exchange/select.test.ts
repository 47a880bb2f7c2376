import { expect, it } from 'vitest';
import { byGuid, select } from '#exchange/select.ts';

it('an object without a proper GUID is no object to act on', () => {
  const objects = [
    { Guid: 'Partner newsletter', Name: 'Partner newsletter' },
    { Name: 'Partner newsletter' },
  ];
  expect(byGuid(objects).size).toBe(0);
  expect(select(objects, { name: 'Partner newsletter' })).toEqual({ type: 'none' });
});
