/** Once before all tests: `dist` is current, for threads run from there; once after all: the temporary files are gone. */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compileServer } from '../../scripts/compile.mjs'

export default async function setup(): Promise<() => void> {
  const faults = await compileServer()
  for (const fault of faults) console.error(`not compiled, its last output is used: ${fault}`)

  const tempRoot = mkdtempSync(join(tmpdir(), 'teshe-test-'))
  // Servers that run as another user must get through to the directories below.
  chmodSync(tempRoot, 0o755)
  process.env.TEST_TEMP_ROOT = tempRoot
  return () => rmSync(tempRoot, { recursive: true, force: true, maxRetries: 3 })
}
