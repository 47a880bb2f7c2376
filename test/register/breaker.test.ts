/** Who has stopped something is found again, whoever asks. */
import { expect, it } from 'vitest';
import { createBreakers } from '#register/breaker.ts';
import { noon } from '../lifecycle/examples.ts';
import { createInMemoryVersionedValues } from './in-memory-versioned-values.ts';

const stopped = { passed: [], tripped: { at: noon, why: 'too many', waiting: 30, on: 'ex-1' } };

it('knows every tenant in which something was stopped, also two at once', async () => {
  const breakers = createBreakers(createInMemoryVersionedValues());
  await Promise.all([
    breakers.save('one', 'lapses', stopped, 0),
    breakers.save('another', 'policy', stopped, 0),
    breakers.save('quiet', 'lapses', { passed: [{ at: noon, count: 1 }] }, 0),
  ]);
  expect(await breakers.tenants()).toEqual(['another', 'one']);
});

it('stops nothing that could not be found again', async () => {
  const values = createInMemoryVersionedValues();
  const refusing = createBreakers({ ...values, write: () => Promise.resolve(false) });
  await expect(refusing.save('one', 'lapses', stopped, 0)).rejects.toThrow('could not note');
  const breakers = createBreakers(values);
  expect((await breakers.load('one', 'lapses')).breaker).not.toHaveProperty('tripped');
});
