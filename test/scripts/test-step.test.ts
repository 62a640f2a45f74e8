import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { runStep } from '../../scripts/test-step.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'

const sh = (script: string, limitMs = 20_000) => ({
  name: 'sh',
  command: 'sh',
  args: ['-c', script],
  limitMs,
})

it.each([
  ['passed', 'exit 0'],
  ['failed', 'exit 3'],
])('a step has %s by its exit code', async (outcome, script) => {
  expect(await runStep(sh(script), tempDir())).toMatchObject({ outcome })
})

it('a command that is not there fails and does not hang', async () => {
  const step = { name: 'none', command: '/no/such/command', args: [], limitMs: 20_000 }
  expect(await runStep(step, tempDir())).toMatchObject({ outcome: 'failed' })
})

it('at its limit a step ends with everything it started', async () => {
  const dir = tempDir()
  // The child outlives its shell unless the whole group is killed; then it would write the file.
  const script = 'touch begun; (sleep 2; touch outlived) & wait'
  const result = await runStep(sh(script, 500), dir)
  expect(result.outcome).toBe('timed out')
  expect(existsSync(join(dir, 'begun'))).toBe(true)
  await expect(
    waitFor('the child outlived', () => existsSync(join(dir, 'outlived')), { timeoutMs: 2_500 }),
  ).rejects.toThrow('still not true')
})
