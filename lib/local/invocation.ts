/** What goes between the local deployment and the thread of a function. */
export interface WorkerData {
  readonly folder: string;
  readonly handler: string;
  readonly name: string;
  readonly memoryMb: number;
  readonly offset: SharedArrayBuffer;
  readonly advancing?: SharedArrayBuffer;
}

export interface Invocation {
  readonly id: string;
  readonly event: unknown;
  readonly timeoutMs: number;
}

export type WorkerAnswer =
  | { readonly ready: true }
  | { readonly id: string; readonly result: string | undefined }
  | { readonly id: string; readonly error: string };
