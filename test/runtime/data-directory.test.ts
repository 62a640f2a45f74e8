import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDataDirectory } from '../../src/runtime/data-directory.js'
import { deriveKey, secretKeyOf } from '../../src/runtime/keys.js'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'teshe-data-'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('data directory', () => {
  it('lets one in at a time, and the next when the first has gone', () => {
    const first = openDataDirectory({ dir: join(root, 'd'), demo: false })
    expect(() => openDataDirectory({ dir: join(root, 'd'), demo: false })).toThrow(
      new RegExp(`used by process ${process.pid}`),
    )
    first.close()
    openDataDirectory({ dir: join(root, 'd'), demo: false }).close()
  })

  it('of a demo is refused to the service, and open to the demo', () => {
    openDataDirectory({ dir: root, demo: true }).close()
    expect(() => openDataDirectory({ dir: root, demo: false })).toThrow(/belongs to a demo/)
    openDataDirectory({ dir: root, demo: true }).close()
  })

  it('keeps a generated secret for its owner alone, the same at every start', () => {
    const data = openDataDirectory({ dir: root, demo: false })
    const key = secretKeyOf(data, undefined)
    expect(secretKeyOf(data, undefined)).toEqual(key)
    expect(statSync(data.file('secret-key')).mode & 0o777).toBe(0o600)
    expect(secretKeyOf(data, 'given by a setting')).not.toEqual(key)
    expect(deriveKey(key, 'teshe device secrets')).not.toEqual(key)
    data.close()
  })
})
