/** Directories that a test fills and the test run clears away at its end. */
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A new empty directory; `name` helps to tell whose it is. */
export function tempDir(name = 'dir'): string {
  return mkdtempSync(join(process.env.TEST_TEMP_ROOT ?? tmpdir(), `${name}-`))
}
