/**
 * Builds at the first call and keeps the result: once per cold start, and nothing at all while a module is only
 * imported. A build that throws is tried again at the next call.
 */
export function once<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => (built ??= { value: build() }).value;
}
