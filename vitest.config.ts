import { defineConfig } from 'vitest/config';

/** Milliseconds. Ends what hangs; a busy machine is no reason to fail, and nothing is said about speed. */
const patience = { testTimeout: 900_000, hookTimeout: 900_000 };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/journeys/**', 'test/stack/**', 'test/register/**'],
          ...patience,
        },
      },
      { test: { name: 'register', include: ['test/register/**/*.test.ts'], ...patience } },
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
          // A deployment is several processes and threads: two files at once are enough for two cores.
          maxWorkers: 2,
          ...patience,
        },
      },
    ],
  },
});
