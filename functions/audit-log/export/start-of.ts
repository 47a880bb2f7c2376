/** A look at how a stream begins, without losing it. */
export interface Started {
  /** Up to `length` bytes; fewer only where the stream is shorter or breaks earlier. */
  readonly start: Buffer;
  /** The whole stream again, `start` included. An error met while looking comes at its own place. */
  readonly whole: AsyncGenerator<Uint8Array, void>;
}

export async function startOf(input: AsyncIterable<Uint8Array>, length: number): Promise<Started> {
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
      // Whoever stops reading early closes the file behind the stream.
      if (!ended && !failure) await iterator.return?.();
    }
  }
  return { start: Buffer.concat(chunks).subarray(0, length), whole: whole() };
}
