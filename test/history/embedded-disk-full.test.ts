import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { openEmbedded } from '../../src/history/embedded.js'
import type { HistoryStore } from '../../src/history/history.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'
import { blockOf } from './block-of.js'
import { T0 } from './contract.js'

const ROWS = 20_000
const MIB = 1024 * 1024

/** A disk of its own, where this process may mount one; elsewhere the suite is left out. */
function smallDisk(mib: number): string | null {
  const dir = tempDir('disk')
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${mib}m`, 'tmpfs', dir], { stdio: 'ignore' })
    return dir
  } catch {
    return null
  }
}

const disk = smallDisk(64)

describe.skipIf(disk === null)('a disk that is full', () => {
  const dir = disk ?? ''
  const ballast = join(dir, 'ballast')
  let store: HistoryStore
  afterAll(async () => {
    await store?.close()
    if (disk) execFileSync('umount', ['-l', dir])
  })

  const block = (from: number) =>
    blockOf({
      from,
      readings: Array.from({ length: ROWS }, (_, i) => ({
        equipment: `FULL-${i % 5}`,
        ts: T0 + from + i,
        position: from + i + 1,
        // Nothing that compresses.
        values: {
          load: Math.random(),
          speed: Math.random(),
          motorTemp: Math.random(),
          levelError: Math.random(),
        },
      })),
    })

  async function count(): Promise<number> {
    let rows = 0
    for (let i = 0; i < 5; i++) {
      const range = { kind: 'elevator', equipment: `FULL-${i}`, from: T0, to: T0 + 1e8 } as const
      rows += (await store.series({ ...range, signals: ['load'], points: 'raw' })).load?.length ?? 0
    }
    return rows
  }

  async function writeUntilFull(): Promise<number> {
    for (let from = Math.max(...store.cursor()); ; from += ROWS) {
      try {
        await store.write(block(from))
      } catch (error) {
        expect(error).toMatchObject({ code: 'HISTORY_UNAVAILABLE' })
        return from
      }
    }
  }

  test('writing fails whole and moves nothing; with room again the same block goes in, every row once', async () => {
    writeFileSync(ballast, Buffer.alloc(24 * MIB))
    store = await openEmbedded({ dir: join(dir, 'history'), retention: DEFAULT_RETENTION })
    const head = await writeUntilFull()
    expect(head).toBeGreaterThan(0)
    expect(Math.max(...store.cursor())).toBe(head)
    // It stays full: each try fails, none breaks anything.
    for (let i = 0; i < 3; i++) {
      await expect(store.write(block(head))).rejects.toMatchObject({ code: 'HISTORY_UNAVAILABLE' })
    }
    // Nor do queries at the same time: whoever comes first opens the file anew, for all.
    const outcomes = await Promise.allSettled([count(), store.write(block(head)), count()])
    const reasons = outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason : null))
    expect(reasons[1]).toMatchObject({ code: 'HISTORY_UNAVAILABLE' })
    for (const why of reasons) expect(why).not.toMatchObject({ code: 'HISTORY_IN_USE' })
    expect(await count()).toBe(head)
    await store.maintain({ now: T0 + 3 * 3_600_000, drop: true }).catch(() => undefined)

    rmSync(ballast)
    await store.write(block(head))
    expect(Math.max(...store.cursor())).toBe(head + ROWS)
    expect(await count()).toBe(head + ROWS)
    await store.maintain({ now: T0 + 3 * 3_600_000, drop: true })
    expect(await count()).toBe(head + ROWS)
  })

  test('full again, closed and opened: what was stored is there, and with room it goes on', async () => {
    const before = Math.max(...store.cursor())
    writeFileSync(ballast, Buffer.alloc(8 * MIB))
    const head = await writeUntilFull()
    expect(head).toBeGreaterThanOrEqual(before)
    await store.close()
    rmSync(ballast)
    store = await waitFor('opened', () =>
      openEmbedded({ dir: join(dir, 'history'), retention: DEFAULT_RETENTION }),
    )
    expect(Math.max(...store.cursor())).toBe(head)
    expect(await count()).toBe(head)
  })
})
