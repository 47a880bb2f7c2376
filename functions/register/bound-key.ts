import { createHash } from 'node:crypto';

/** `text` as part of a key: what is longer than DynamoDB takes (`mostBytes`) is replaced by its hash. */
export const boundKey = (text: string, mostBytes: number): string =>
  Buffer.byteLength(text) <= mostBytes ? text : `sha256:${createHash('sha256').update(text).digest('hex')}`;
