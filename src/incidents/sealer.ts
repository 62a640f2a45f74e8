/**
 * Seals what has been entered, within about a second, and carries the newest checkpoint out of the house now and then as
 * an anchor: into a file that may lie on another machine, and to a webhook. An anchor that cannot be left is tried again
 * with the next checkpoint and counted; it never holds up a rescue.
 */
import type { Database } from '../database/database.js'
import { messageOf } from '../errors.js'
import type { Anchor, Signer } from '../record/checkpoint.js'
import type { Bus } from '../runtime/bus.js'
import type { Logger } from '../runtime/log.js'
import type { Sleep } from '../runtime/sleep.js'
import { sealEntries } from './sealing.js'

export interface SealerOptions {
  database: Database
  bus: Bus
  log: Logger
  signer: Signer
  /** ms since 1970. */
  now: () => number
  sleep: Sleep
  /** Where anchors go; each is asked to keep one, and rejects when it cannot. */
  anchorages: readonly { name: string; keep: (anchor: Anchor) => Promise<void> }[]
  /** ms between two anchors. */
  anchorEveryMs: number
}

export interface Sealer {
  /** Seals what waits now; for an export. */
  seal(): Promise<void>
  figures(): { checkpoints: number; anchored: number; anchorsFailed: number }
  close(): Promise<void>
}

const GATHER_MS = 1_000
const RETRY_MS = 5_000

export function startSealer(options: SealerOptions): Sealer {
  const { database, bus, log, signer, now, sleep, anchorages, anchorEveryMs } = options
  const closing = new AbortController()
  const counts = { checkpoints: 0, anchored: 0, anchorsFailed: 0 }
  let pause = new AbortController()
  let anchoredAt = 0
  const unsubscribe = bus.subscribe('incident', () => pause.abort())

  async function seal(): Promise<void> {
    for (;;) {
      const checkpoint = await database.transaction((tx) => sealEntries(tx, signer, now()))
      if (!checkpoint) return
      counts.checkpoints++
      const { counter, at, hash } = checkpoint
      if (at - anchoredAt < anchorEveryMs) continue
      anchoredAt = at
      await anchor({ counter, at, hash })
    }
  }

  async function anchor(newest: Anchor): Promise<void> {
    for (const { name, keep } of anchorages) {
      try {
        await keep(newest)
        counts.anchored++
      } catch (error) {
        counts.anchorsFailed++
        anchoredAt = 0
        log.warn({ anchorage: name, counter: newest.counter, error: messageOf(error) }, 'anchor not kept')
      }
    }
  }

  async function run(): Promise<void> {
    while (!closing.signal.aborted) {
      pause = new AbortController()
      let wait = 60_000
      try {
        await seal()
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'timelines not sealed, will try again')
        wait = RETRY_MS
      }
      await sleep(now() + wait, AbortSignal.any([pause.signal, closing.signal]))
      // What belongs together is mostly entered within moments.
      if (!closing.signal.aborted) await sleep(now() + GATHER_MS, closing.signal)
    }
  }
  const running = run()

  return {
    seal,
    figures: () => ({ ...counts }),
    async close() {
      unsubscribe()
      closing.abort()
      await running
    },
  }
}
