import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { openEmbedded } from '../../src/history/embedded.js'
import { SHARDS, shardOf } from '../../src/model/equipment.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { tempDir } from '../helpers/temp-dir.js'
import { T0 } from './contract.js'

const WRITER = fileURLToPath(new URL('../../dist/test/history/crashing-writer.js', import.meta.url))
const EQUIPMENT = 8

test('killed in the middle of writing, three times: the rows are those up to the cursor, and writing goes on', async () => {
  const dir = tempDir('crash')
  let before = 0
  for (let round = 0; round < 3; round++) {
    const child = fork(WRITER, [dir, String(EQUIPMENT)])
    // Not at a boundary of writes: the child says when one begins, and goes on by itself.
    for (let writes = 0; writes < 12 + round; writes++) await once(child, 'message')
    child.kill('SIGKILL')
    await once(child, 'exit')

    const store = await openEmbedded({ dir, retention: DEFAULT_RETENTION })
    const cursor = store.cursor()
    const head = Math.max(...cursor)
    expect(Math.min(...cursor)).toBe(head)
    expect(head).toBeGreaterThan(before)
    before = head
    const found = new Set<number>()
    for (let i = 0; i < EQUIPMENT; i++) {
      const range = { kind: 'elevator', equipment: `CRASH-${i}`, signals: ['load'], points: 'raw' } as const
      const { load = [] } = await store.series({ ...range, signals: ['load'], from: T0, to: T0 + 1e9 })
      for (const [, value] of load) {
        expect(found.has(Number(value))).toBe(false)
        found.add(Number(value))
      }
    }
    expect(found.size).toBe(head)
    expect(Math.max(...found)).toBe(head)
    // Rolled up or not yet: an hour says the same as its values, before and after the next upkeep.
    for (const after of [false, true]) {
      if (after) await store.maintain({ now: T0 + 5 * 3_600_000, drop: true })
      const bounds = await Promise.all(
        Array.from({ length: EQUIPMENT }, async (_, i) => {
          const range = {
            kind: 'elevator',
            equipment: `CRASH-${i}`,
            signals: ['load'],
            points: 'hour',
          } as const
          const { load = [] } = await store.series({ ...range, signals: ['load'], from: T0, to: T0 + 1e9 })
          return load.flatMap(([, , min, max]) => [Number(min), Number(max)])
        }),
      )
      expect(Math.min(...bounds.flat())).toBe(Math.min(...found))
      expect(Math.max(...bounds.flat())).toBe(head)
    }
    await store.close()
  }
  expect(shardOf('CRASH-0')).toBeLessThan(SHARDS)
})

test('a second opening is refused, in this process and in another, and the file is free after closing', async () => {
  const dir = tempDir('twice')
  const store = await openEmbedded({ dir, retention: DEFAULT_RETENTION })
  await expect(openEmbedded({ dir, retention: DEFAULT_RETENTION })).rejects.toMatchObject({
    code: 'HISTORY_IN_USE',
  })
  const child = fork(WRITER, [dir, '1'], { silent: true })
  const [code] = await once(child, 'exit')
  expect(code).not.toBe(0)
  await store.close()
  const again = await openEmbedded({ dir, retention: DEFAULT_RETENTION })
  await again.close()
  expect(join(dir, 'history.duckdb')).toContain(dir)
})
