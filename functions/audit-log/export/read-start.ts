/** Looks at the beginning of a stream without consuming it. */
export interface Started {
  /** Up to `length` bytes; fewer only if the stream is shorter or breaks off before. */
  readonly start: Buffer;
  /** The whole stream, including `start`. An error that occurred while looking is thrown where it belongs. */
  readonly whole: AsyncGenerator<Uint8Array, void>;
}

export async function readStart(input: AsyncIterable<Uint8Array>, length: number): Promise<Started> {
  const iterator = input[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  let size = 0;
  let failure: { readonly error: unknown } | undefined;
  let ended = false;
  try {
    while (size < length) {
      const next = await iterator.next();
      if (next.done === true) {
        ended = true;
        break;
      }
      chunks.push(next.value);
      size += next.value.length;
    }
  } catch (error) {
    failure = { error };
  }

  async function* whole(): AsyncGenerator<Uint8Array, void> {
    try {
      for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) yield chunk;
      if (failure) throw failure.error;
      while (!ended) {
        const next = await iterator.next();
        if (next.done === true) ended = true;
        else yield next.value;
      }
    } finally {
      // If reading stops early, the file behind the stream is closed.
      if (!ended && !failure) await iterator.return?.();
    }
  }
  return { start: Buffer.concat(chunks).subarray(0, length), whole: whole() };
}
