import { defineConfig } from 'vitest/config';

const browserTest = { testTimeout: 120_000, hookTimeout: 120_000, fileParallelism: false };

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 180_000 } },
      { test: { name: 'server', include: ['test/server/**/*.test.ts'], testTimeout: 30_000 } },
      { test: { name: 'chromium', include: ['test/chromium/**/*.test.ts'], ...browserTest } },
      { test: { name: 'firefox', include: ['test/firefox/**/*.test.ts'], ...browserTest } },
    ],
  },
});
