/**
 * What a backup says of itself: every file with its size and checksum, and where in the journal its parts stand. It is
 * written last, so a directory without it is no backup.
 */
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { TesheError } from '../errors.js'
import { syncDirectory } from '../runtime/sync-directory.js'

const FORMAT = 1
const NAME = 'manifest.json'

const FileSchema = Type.Object({
  /** From the backup's directory, with slashes. */
  path: Type.String({ pattern: '^(?!/)(?!.*\\.\\.)[^\\\\]+$' }),
  bytes: Type.Integer({ minimum: 0 }),
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  /** Permission bits. */
  mode: Type.Integer({ minimum: 0, maximum: 0o777 }),
})
const ManifestSchema = Type.Object({
  product: Type.Literal('teshe'),
  format: Type.Literal(FORMAT),
  version: Type.String(),
  /** ISO 8601: everything acknowledged before it is in the backup. */
  moment: Type.String(),
  /** `sqlite` and `postgres` are in the backup; `apart` was left to the operator. */
  database: Type.Union([Type.Literal('sqlite'), Type.Literal('postgres'), Type.Literal('apart')]),
  /** `influx`: the points themselves are in InfluxDB. */
  history: Type.Union([Type.Literal('embedded'), Type.Literal('influx'), Type.Literal('none')]),
  /** The newest of each: no part stands beyond the journal. */
  positions: Type.Object({
    rules: Type.Integer(),
    history: Type.Integer(),
    journal: Type.Integer(),
  }),
  files: Type.Array(FileSchema),
})
export type Manifest = Static<typeof ManifestSchema>
export type BackupFile = Static<typeof FileSchema>

/** Writes it so that after a loss of power it is there as a whole or not at all. */
export function writeManifest(dir: string, parts: Omit<Manifest, 'format' | 'product'>): Manifest {
  const manifest: Manifest = { product: 'teshe', format: FORMAT, ...parts }
  const aside = join(dir, `${NAME}.new`)
  const handle = openSync(aside, 'w', 0o600)
  writeSync(handle, `${JSON.stringify(manifest, null, 2)}\n`)
  fsyncSync(handle)
  closeSync(handle)
  renameSync(aside, join(dir, NAME))
  syncDirectory(dir)
  return manifest
}

/** Throws BACKUP_UNFINISHED, BACKUP_NEWER, BACKUP_DAMAGED. `version` is ours. */
export function readManifest(dir: string, version: string): Manifest {
  const path = join(dir, NAME)
  if (!existsSync(path)) throw new TesheError('BACKUP_UNFINISHED', [dir])
  let json: unknown
  try {
    json = JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    throw new TesheError('BACKUP_DAMAGED', [dir, `${NAME} is not JSON`])
  }
  const said = json as { format?: unknown; version?: unknown }
  const format = Number(said?.format ?? 0)
  const made = String(said?.version ?? '')
  if (format > FORMAT || isNewer(made, version)) {
    throw new TesheError('BACKUP_NEWER', [dir, made, format, version, FORMAT])
  }
  if (!Value.Check(ManifestSchema, json)) {
    const [fault] = Value.Errors(ManifestSchema, json)
    throw new TesheError('BACKUP_DAMAGED', [dir, `${NAME}: ${fault?.message ?? 'not one of ours'}`])
  }
  return json
}

/** `1.10.0` is newer than `1.9.3`. */
function isNewer(version: string, than: string): boolean {
  const [theirs, ours] = [version, than].map((text) => text.split(/[.+-]/).slice(0, 3).map(Number))
  for (const [i, part] of (theirs ?? []).entries()) {
    const own = ours?.[i] ?? 0
    if (part !== own) return part > own
  }
  return false
}
