/**
 * One moment of a data directory that is written to. The parts are pinned in the order in which one may be behind the
 * next, each while the service goes on, all within a moment of each other:
 *
 *   rules ─▶ history ─▶ database ─▶ journal
 *
 * Rules and history know positions of the journal, so it must hold at least as much as they saw. The rules keep no
 * position that the database has not confirmed, so the database comes after them. And it comes before the journal: what
 * the registry told the journal and then forgot must be in the journal, and no finding may stand at a position that the
 * journal would give away again. Whoever starts from such a cut reads the journal's end once more, finds the same, and
 * changes nothing that the database knows.
 */
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { TesheError } from '../errors.js'
import { listSegments, openSegmentWhenMade } from '../journal/segment.js'
import { type PinnedSqlite, pinSqlite } from './pinned-sqlite.js'

/** A history that somebody copies beside us. */
export interface PinnedCopy {
  /** Greatest position in it. */
  position: number
  /** Resolves when the copy is complete. */
  done: Promise<void>
  /** Nobody wants it any more. */
  cancel(): void
}

/** A database that is not in the directory. */
export interface PinnedDump {
  dumpTo(path: string): Promise<void>
  release(): Promise<void>
}

export interface CutOptions {
  dataDir: string
  /** Begins to copy the embedded history; resolves once its moment is fixed. `null`: there is none. */
  pinHistory: (() => Promise<PinnedCopy>) | null
  /** `null`: the database is a file of the directory, or left out. */
  pinDatabase: (() => Promise<PinnedDump>) | null
  now: () => number
}

export interface Cut {
  /** ms since 1970: everything acknowledged before is in it. */
  moment: number
  /** Pinned files by their path in the directory, those first whose logs grow fastest. */
  pinned: { name: string; file: PinnedSqlite }[]
  /** Segments of the journal that nobody writes any more; the oldest may go before they are copied. */
  segments: { name: string; path: string }[]
  /** Files that are written once and small. */
  plain: string[]
  history: PinnedCopy | null
  database: PinnedDump | null
  positions: { rules: number; history: number; journal: number }
  release(): Promise<void>
}

const JOURNAL = 'journal'
const DATABASE = 'teshe.sqlite'
const RULES = 'rules.sqlite'
const HISTORY = 'history'
const EMBEDDED = /^history\/history\.duckdb/
const LEDGER = 'history/influx.sqlite'
/** Made at every start, or half-written. */
const NOT_KEPT = /(^|\/)(lock|pid|control\.sock|exports|[^/]*(-wal|-shm|-journal|\.new|\.lock|\.tmp))$/

/** Throws BACKUP_TORN when the parts do not fit together, and whatever the pins throw. */
export async function takeCut({ dataDir, pinHistory, pinDatabase, now }: CutOptions): Promise<Cut> {
  const pinned: Cut['pinned'] = []
  let history: PinnedCopy | null = null
  let database: PinnedDump | null = null

  function pin(name: string): PinnedSqlite | null {
    const path = join(dataDir, name)
    if (!existsSync(path)) return null
    const file = pinSqlite(path)
    pinned.unshift({ name, file })
    return file
  }

  async function release(): Promise<void> {
    for (const { file } of pinned) file.release()
    history?.cancel()
    await history?.done.catch(() => undefined)
    await database?.release()
  }

  try {
    const files = filesOf(dataDir)
    const rules = pin(RULES)
    for (const name of files) {
      if (name.endsWith('.sqlite') && name !== RULES && name !== DATABASE) pin(name)
    }
    const ledger = pinned.find(({ name }) => name === LEDGER)?.file
    history = (await pinHistory?.()) ?? null
    if (pinDatabase) database = await pinDatabase()
    pin(DATABASE)
    const moment = now()
    // The newest first: what an older segment got until then is in it when it is copied later, and nothing is between.
    const journal = join(dataDir, JOURNAL)
    const segments = existsSync(journal) ? listSegments(journal).reverse() : []
    const open = segments.find(({ path }) => isMade(path))
    const newest = open ? pinSqlite(open.path) : null
    if (open && newest) pinned.unshift({ name: nameIn(dataDir, open.path), file: newest })
    const closed = segments.slice(open ? segments.indexOf(open) + 1 : segments.length)

    const positions = {
      rules: greatest(rules, 'shard', 'select max(position) as position from shard'),
      history: Math.max(
        history?.position ?? 0,
        greatest(ledger ?? null, 'cursor', 'select max(position) as position from cursor'),
      ),
      journal: Math.max(
        open ? open.first - 1 : 0,
        greatest(newest, 'batch', 'select max(last) as position from batch'),
      ),
    }
    for (const part of ['rules', 'history'] as const) {
      if (positions[part] > positions.journal) {
        throw new TesheError('BACKUP_TORN', [part, positions[part], positions.journal])
      }
    }
    return {
      moment,
      pinned,
      segments: closed.map(({ path }) => ({ name: nameIn(dataDir, path), path })),
      plain: files.filter((name) => !name.endsWith('.sqlite') && !EMBEDDED.test(name)),
      history,
      database,
      positions,
      release,
    }
  } catch (error) {
    await release()
    throw error
  }
}

/** True for a segment that the writer has finished making. */
function isMade(path: string): boolean {
  const db = openSegmentWhenMade(path)
  db?.close()
  return db !== null
}

function greatest(file: PinnedSqlite | null, table: string, sql: string): number {
  if (!file?.hasTable(table)) return 0
  return Number(file.rows<{ position: number | null }>(sql)[0]?.position ?? 0)
}

function nameIn(dataDir: string, path: string): string {
  return path
    .slice(dataDir.length + 1)
    .split('\\')
    .join('/')
}

/** Everything but the journal, by path in the directory; another data directory inside is not ours. */
function filesOf(dataDir: string, folder = ''): string[] {
  return readdirSync(join(dataDir, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (NOT_KEPT.test(name)) return []
    if (entry.isDirectory()) {
      const foreign = existsSync(join(dataDir, name, 'lock'))
      return name === JOURNAL || foreign ? [] : filesOf(dataDir, name)
    }
    return entry.isFile() ? [name] : []
  })
}

/** Bytes that the directory takes, its logs included: more than a backup of it. */
export function bytesOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sum + bytesOf(path)
    return sum + (statSync(path, { throwIfNoEntry: false })?.size ?? 0)
  }, 0)
}

/** Whether the directory has an embedded history, and whether one of InfluxDB. */
export function historiesOf(dataDir: string): { embedded: boolean; influx: boolean } {
  return {
    embedded: existsSync(join(dataDir, HISTORY, 'history.duckdb')),
    influx: existsSync(join(dataDir, LEDGER)),
  }
}
