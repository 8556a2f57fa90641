import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    globalSetup: 'test/support/built.ts',
    setupFiles: ['test/support/seed.ts'],
    include: ['test/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // A process each: one that dies fails its file by name, and ends nothing else.
    pool: 'forks',
    maxWorkers: 2,
    // A page on a busy machine takes seconds to show what was asked of it.
    expect: { poll: { timeout: 15_000 } },
  },
});
