import { expect, it } from 'vitest';
import { byGuid, selectObject } from '#exchange/select-object.ts';

it('an object without a proper GUID is no object to act on', () => {
  const objects = [
    { Guid: 'Partner newsletter', Name: 'Partner newsletter' },
    { Name: 'Partner newsletter' },
  ];
  expect(byGuid(objects).size).toBe(0);
  expect(selectObject(objects, { name: 'Partner newsletter' })).toEqual({ type: 'none' });
});

it('an object goes by its name in whatever spelling, as in the register', () => {
  const zoe = { Guid: '00000000-0000-4000-8000-000000000001', Name: 'Zo\u00eb allows' };
  const selection = selectObject([zoe], { name: 'ZOE\u0308 ALLOWS' });
  expect(selection).toEqual({ type: 'one', object: zoe, guid: zoe.Guid });
});
