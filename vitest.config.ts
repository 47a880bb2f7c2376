import { defineConfig } from 'vitest/config';

/** Milliseconds. Ends what hangs; a busy machine is no reason to fail, and nothing is said about speed. */
const hang = 900_000;
const patience = { testTimeout: hang, hookTimeout: hang };
/** A process or a journey does in an hour what it does at all, however busy the machine is. */
const longPatience = {
  testTimeout: 3_600_000,
  hookTimeout: 3_600_000,
  expect: { poll: { timeout: hang } },
};

export default defineConfig({
  test: {
    // All cores, and the same for every project: Vitest would keep one free, and of two that is half of the time.
    maxWorkers: '100%',
    projects: [
      {
        // In this process alone: nothing is spawned, and nothing is waited for. Files share what they import, which
        // halves the time: none of them leaves anything behind.
        test: {
          name: 'unit',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.process.test.ts', 'test/journeys/**', 'test/stack/**', 'test/register/**'],
          ...patience,
        },
      },
      {
        // Processes and threads, as people and the local deployment start them.
        test: {
          name: 'processes',
          include: ['test/**/*.process.test.ts'],
          ...longPatience,
        },
      },
      {
        // On the DynamoDB engine, which is the only process they start.
        test: { name: 'register', isolate: false, include: ['test/register/**/*.test.ts'], ...patience },
      },
      {
        test: {
          name: 'stack',
          include: ['test/stack/**/*.test.ts'],
          ...patience,
        },
      },
      {
        test: {
          name: 'journeys',
          include: ['test/journeys/**/*.test.ts'],
          globalSetup: ['test/journeys/synthesize.ts'],
          ...longPatience,
        },
      },
    ],
  },
});
