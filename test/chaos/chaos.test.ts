/** The harness in small, so that it cannot rot; the long runs are for the hands that change the journal or the rules. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import { packageRoot } from '../../src/runtime/package-root.js'
import { leftOut } from '../helpers/installed.js'

const run = promisify(execFile)

async function harness(script: string, ...flags: string[]): Promise<string> {
  const { stdout } = await run(process.execPath, [join(packageRoot(), 'dist/test/chaos', script), ...flags])
  return stdout
}

describe('killed at the worst moments', () => {
  it('loses nothing that was acknowledged and rescues nobody twice', { timeout: 300_000 }, async () => {
    const moments = 'finding-posted,finding-committed,closed-in-the-tail,random'
    const printed = await harness(
      'kill.js',
      '--kills',
      '4',
      '--rate',
      '500',
      '--connections',
      '20',
      '--moments',
      moments,
    )
    expect(printed).toContain('lost 0, doubled 0')
  })
})

describe.skipIf(leftOut('loss of power', 'strace'))('loss of power', () => {
  it('finds every acknowledged message on disk', { timeout: 300_000 }, async () => {
    const printed = await harness('power-loss.js', '--rate', '40', '--seconds', '2')
    expect(printed).toContain('no PUBACK was early, nothing acknowledged is missing')
  })
})
