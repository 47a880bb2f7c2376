import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { splitLines } from '#audit-log/export/lines.ts';

it('what was read of a line over the bound is let go of while the rest is still coming', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage = runInNewContext('gc') as () => void;
  const held: boolean[] = [];
  async function* endless(): AsyncGenerator<Uint8Array, void> {
    const given: WeakRef<ArrayBufferLike>[] = [];
    for (let piece = 0; piece < 10; piece += 1) {
      const bytes = new Uint8Array(10_000).fill(120);
      given.push(new WeakRef(bytes.buffer));
      yield bytes;
      await turn();
    }
    collectGarbage();
    // The newest may still be in somebody's hand.
    held.push(...given.slice(0, -2).map((one) => one.deref() !== undefined));
  }
  const lines = await Array.fromAsync(splitLines(endless(), 1_000), (piece) => [...piece]);
  expect(lines.flat()).toEqual([{ number: 1, bytes: undefined }]);
  expect(held).toEqual(held.map(() => false));
});
