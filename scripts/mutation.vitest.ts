/** The tests that mutants of rules and prices have to get past: few and fast, as each mutant runs those that reach it. */

import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    setupFiles: ['test/support/seed.ts'],
    include: ['test/rules/**/*.test.ts', 'test/core/pricing/**/*.test.ts', 'test/core/training/schedule.test.ts'],
  },
});
