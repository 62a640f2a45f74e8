/**
 * Where the rule workers stood: state of each equipment and position of each shard, so that a restart goes on from
 * there. A position is written only after the database has confirmed every finding up to it; the whole file can be
 * thrown away and is rebuilt as far back as the journal reaches.
 */
import { TesheError } from '../errors.js'
import { type Cursor, createCursor } from '../model/cursor.js'
import type { RuleSet } from '../model/rule-set.js'
import { openDurableSqlite } from '../runtime/durable-sqlite.js'

const SNAPSHOT_FORMAT = 1

export interface EquipmentSnapshot {
  equipment: string
  shard: number
  /** As the engine wrote it; begins with a format version of its own. */
  state: string
  /** Latest values for screens, as `LiveFrames` wrote them. */
  latest: string
}

export interface ShardSnapshot {
  shard: number
  position: number
  state: string
}

export interface Snapshots {
  /** Positions of the shards; 0 where there is no snapshot. */
  cursor(): Cursor
  shards(): ShardSnapshot[]
  /** Calls `each` for every equipment of these shards. */
  load(shards: readonly number[], each: (snapshot: EquipmentSnapshot) => void): void
  /** Every rule set that a shard's state may name. */
  ruleSets(): RuleSet[]
  /** Stores what changed, in one transaction. */
  save(snapshot: {
    shards: readonly ShardSnapshot[]
    equipment: readonly EquipmentSnapshot[]
    rules: readonly RuleSet[]
  }): void
  close(): void
}

/** Several workers may have the same file open: each writes its own shards. */
export function openSnapshots(path: string): Snapshots {
  const db = openDurableSqlite(path)
  const format = Number(db.pragma('user_version', { simple: true }))
  if (format > SNAPSHOT_FORMAT) {
    db.close()
    throw new TesheError('SNAPSHOT_FORMAT_NEWER', [path, format, SNAPSHOT_FORMAT])
  }
  db.exec(`
    create table if not exists shard (
      shard integer primary key, position integer not null, state text not null
    );
    create table if not exists equipment (
      id text primary key, shard integer not null, state text not null, latest text not null
    ) without rowid;
    create table if not exists rule_set (version integer primary key, state text not null);
    create index if not exists equipment_by_shard on equipment (shard);
    pragma user_version = ${SNAPSHOT_FORMAT};
  `)
  const putShard = db.prepare(
    'insert or replace into shard (shard, position, state) values (@shard, @position, @state)',
  )
  const putEquipment = db.prepare(
    'insert or replace into equipment (id, shard, state, latest) values (@equipment, @shard, @state, @latest)',
  )
  const ofShard = db.prepare('select id as equipment, shard, state, latest from equipment where shard = ?')
  const putRules = db.prepare('insert or replace into rule_set (version, state) values (?, ?)')
  const rulesStored = new Set<number>()
  const saveAll = db.transaction(({ shards, equipment, rules }: Parameters<Snapshots['save']>[0]) => {
    for (const snapshot of equipment) putEquipment.run(snapshot)
    for (const snapshot of shards) putShard.run(snapshot)
    for (const set of rules) if (!rulesStored.has(set.version)) putRules.run(set.version, JSON.stringify(set))
  })

  function shards(): ShardSnapshot[] {
    return db.prepare('select shard, position, state from shard').all() as ShardSnapshot[]
  }

  return {
    shards,
    cursor() {
      const cursor = createCursor()
      for (const { shard, position } of shards()) cursor[shard] = position
      return cursor
    },
    load(wanted, each) {
      for (const shard of wanted) {
        for (const row of ofShard.iterate(shard) as Iterable<EquipmentSnapshot>) each(row)
      }
    },
    ruleSets() {
      const rows = db.prepare('select state from rule_set').all() as { state: string }[]
      return rows.map(({ state }) => JSON.parse(state) as RuleSet)
    },
    save(snapshot) {
      saveAll.immediate(snapshot)
      for (const { version } of snapshot.rules) rulesStored.add(version)
    },
    close: () => void db.close(),
  }
}
