import { defineConfig } from 'vitest/config'

/** Tests start real servers and compiled worker threads, so files run two at a time and waits are long but bounded. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
