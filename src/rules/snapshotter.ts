/**
 * When a snapshot may be written: what the engine knew at a position is kept aside until the database has confirmed
 * every finding up to that position, so that a restart never skips one.
 */
import type { EquipmentDirectory } from '../codecs/directory.js'
import { type Cursor, createCursor } from '../model/cursor.js'
import type { RuleSet } from '../model/rule-set.js'
import { isDiskFault } from '../runtime/durable-sqlite.js'
import type { Engine } from './engine.js'
import type { LiveFrames } from './live-frames.js'
import type { EquipmentSnapshot, ShardSnapshot, Snapshots } from './snapshots.js'

export interface Snapshotter {
  /** Brings engine and frames back to where the snapshots stand; returns that position. */
  restore(): Cursor
  /**
   * Takes the state at `cursor`; it is written once findings up to `batch` are confirmed. While one waits for them, or
   * for a disk that is full, no other is taken.
   */
  take(cursor: Cursor, batch: number): void
  /** The database holds every finding up to `batch`. */
  confirm(batch: number): void
  /** Resolves when nothing waits any more, or only for the disk: then the next start begins where the file stands. */
  settled(): Promise<void>
  /** How far the snapshots are. */
  readonly saved: Cursor
}

interface Waiting {
  batch: number
  cursor: Cursor
  shards: ShardSnapshot[]
  equipment: EquipmentSnapshot[]
  rules: RuleSet[]
}

export function createSnapshotter(options: {
  engine: Engine
  frames: LiveFrames
  directory: EquipmentDirectory
  snapshots: Snapshots
  shards: readonly number[]
}): Snapshotter {
  const { engine, frames, directory, snapshots, shards } = options
  const saved = createCursor()
  let confirmed = 0
  let waiting: Waiting | null = null
  let onSettled: (() => void) | null = null
  let diskRefuses = false

  function equipmentSnapshots(): EquipmentSnapshot[] {
    const changed: EquipmentSnapshot[] = []
    for (const equipment of engine.changed) {
      const entry = directory.get(equipment)
      if (!entry) continue
      const state = engine.snapshot(equipment)
      changed.push({ equipment, shard: entry.shard, state, latest: frames.snapshot(entry) })
    }
    engine.changed.clear()
    return changed
  }

  function writeIfConfirmed(): void {
    if (waiting && confirmed >= waiting.batch) {
      try {
        snapshots.save(waiting)
        saved.set(waiting.cursor)
        waiting = null
        diskRefuses = false
      } catch (error) {
        // The rules go on without it, for only a start reads it; the journal keeps what lies behind it.
        if (!isDiskFault(error)) throw error
        diskRefuses = true
      }
    }
    if (!waiting || diskRefuses) onSettled?.()
  }

  return {
    saved,
    restore() {
      const cursor = snapshots.cursor()
      for (const set of snapshots.ruleSets()) engine.learnRules(set)
      for (const { shard, state } of snapshots.shards()) {
        if (shards.includes(shard)) engine.restoreShard(shard, state)
      }
      snapshots.load(shards, ({ equipment, state, latest }) => {
        engine.restore(state)
        const entry = directory.get(equipment)
        if (entry) frames.restore(entry, latest)
      })
      saved.set(cursor)
      return cursor
    },
    take(cursor, batch) {
      if (waiting) return void (diskRefuses && writeIfConfirmed())
      const shardStates = shards.map((shard) => ({
        shard,
        position: cursor[shard] ?? 0,
        state: engine.snapshotShard(shard),
      }))
      const equipment = equipmentSnapshots()
      waiting = {
        batch,
        cursor: createCursor(cursor),
        shards: shardStates,
        equipment,
        rules: engine.ruleSets(),
      }
      writeIfConfirmed()
    },
    confirm(batch) {
      confirmed = Math.max(confirmed, batch)
      writeIfConfirmed()
    },
    settled() {
      if (!waiting || diskRefuses) return Promise.resolve()
      return new Promise((resolve) => {
        onSettled = resolve
      })
    },
  }
}
