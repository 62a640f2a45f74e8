/** The fuzz in small and with one seed; a million packets are `npm run fuzz`. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { packageRoot } from '../../src/runtime/package-root.js'

it.each([
  ['devices', '0', '20261122'],
  ['devices and gateways', '0.4', '17'],
])(
  '%s: every packet is accounted for, and the service lives',
  { timeout: 300_000 },
  async (_who, gateways, seed) => {
    const flags = ['--packets', '10000', '--connections', '60', '--gateways', gateways, '--seed', seed]
    const printed = await new Promise<string>((resolve) => {
      const script = join(packageRoot(), 'dist/test/fuzz/main.js')
      execFile(process.execPath, [script, ...flags], (_error, stdout, stderr) => resolve(stdout + stderr))
    })
    expect(printed).toContain('every packet is accounted for, crashes 0, unhandled 0')
  },
)
