import { defineConfig } from 'vitest/config'

/** Tests start real servers and compiled worker threads, so files run two at a time and waits are long but bounded. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/helpers/global-setup.ts'],
    // A promise that nobody waited for fails the run, even when every test has passed.
    dangerouslyIgnoreUnhandledErrors: false,
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 60_000,
    hookTimeout: 120_000,
  },
})
