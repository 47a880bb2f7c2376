import { vi } from 'vitest';
import type { Context } from 'aws-lambda';

/** What the platform passes to a function, with so much time left. */
export const contextWith = (remainingMillis = 60_000): Context =>
  ({
    functionName: 'the-function',
    functionVersion: '1',
    invokedFunctionArn: 'arn:aws:lambda:eu-central-1:000000000000:function:the-function',
    memoryLimitInMB: '512',
    awsRequestId: 'request-1',
    logGroupName: 'group',
    logStreamName: 'stream',
    getRemainingTimeInMillis: () => remainingMillis,
  }) as unknown as Context;

/** Everything written to standard output and standard error while `work` runs, which is what CloudWatch would get. */
export async function written(work: () => Promise<unknown>): Promise<string> {
  const chunks: string[] = [];
  const take = (chunk: string | Uint8Array): boolean => {
    chunks.push(String(chunk));
    return true;
  };
  const out = vi.spyOn(process.stdout, 'write').mockImplementation(take);
  const err = vi.spyOn(process.stderr, 'write').mockImplementation(take);
  const log = vi.spyOn(console, 'log').mockImplementation((...args) => chunks.push(args.join(' ') + '\n'));
  try {
    await work();
  } finally {
    out.mockRestore();
    err.mockRestore();
    log.mockRestore();
  }
  return chunks.join('');
}

/** The metrics in what was written, by name. */
export function metricsIn(output: string): Record<string, unknown> {
  return Object.assign(
    {},
    ...output
      .split('\n')
      .filter((line) => line.includes('"_aws"'))
      .map((line) => JSON.parse(line) as object),
  ) as Record<string, unknown>;
}
