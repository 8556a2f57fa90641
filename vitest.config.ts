import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { globalSetup: 'test/support/built.ts', include: ['test/**/*.test.ts'], testTimeout: 180_000, hookTimeout: 180_000, pool: 'threads', maxWorkers: 2 },
});
