import { defineConfig } from 'vitest/config';

/** Files that keep a process to themselves: they measure its memory, replace modules or strike at the machine. */
const ALONE = [
  'test/{attacks,bench,browser,fleet,integrations,safety}/**/*.test.ts',
  'test/api/{serve,tenants-postgres}.test.ts',
  'test/data/*.test.ts',
  'test/workspace/{executor,workers}.test.ts',
];

const EVERY = {
  setupFiles: ['test/support/seed.ts'],
  testTimeout: 180_000,
  hookTimeout: 180_000,
  // A process that dies fails its file by name, and ends nothing else: another takes the files that are left.
  pool: 'forks' as const,
  // A page on a busy machine takes seconds to show what was asked of it.
  expect: { poll: { timeout: 15_000 } },
};

export default defineConfig({
  test: {
    globalSetup: 'test/support/built.ts',
    maxWorkers: 2,
    projects: [
      { test: { ...EVERY, name: 'alone', include: ALONE } },
      // The others go through two processes, one file after another: to load the same modules took each file seconds.
      { test: { ...EVERY, name: 'together', isolate: false, include: ['test/**/*.test.ts'], exclude: ALONE } },
    ],
  },
});
