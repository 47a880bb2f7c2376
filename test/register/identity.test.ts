import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createExceptionId, type ObjectRef } from '#register/identity.ts';

const object: ObjectRef = { tenant: 'b3f6c1d2', kind: 'transport-rule', name: 'Partner newsletter' };

describe('the id of an exception', () => {
  it('follows from tenant, kind and name, and stays what it always was', () => {
    expect(createExceptionId(object)).toBe('ex-u3crdcw7pgs6kioz');
    expect(createExceptionId({ ...object, name: 'PARTNER NEWSLETTER', guid: 'whatever' })).toBe(
      createExceptionId(object),
    );
  });

  it('is the same however the letters of the name are put together', () => {
    const composed = 'Z\u00fcrich';
    const apart = 'Zu\u0308rich';
    expect(apart).not.toBe(composed);
    expect(createExceptionId({ ...object, name: apart })).toBe(
      createExceptionId({ ...object, name: composed }),
    );
  });

  it('differs by tenant, kind, name and namesake', () => {
    const ids = [
      createExceptionId(object),
      createExceptionId(object, 1),
      createExceptionId(object, 2),
      createExceptionId({ ...object, tenant: 'another' }),
      createExceptionId({ ...object, kind: 'inbound-connector' }),
      createExceptionId({ ...object, name: 'Partner newsletter 2' }),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is always ex- and sixteen small letters or digits', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (tenant, name) => {
        expect(createExceptionId({ tenant, kind: 'transport-rule', name })).toMatch(/^ex-[a-z2-7]{16}$/);
      }),
    );
  });
});
