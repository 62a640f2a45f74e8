/**
 * The database as PostgreSQL's own tool dumps it, at a moment that we fix: the dump sees exactly what a transaction of
 * ours sees, so the journal can be cut right after it.
 */
import { spawn } from 'node:child_process'
import pg from 'pg'
import { messageOf, TesheError } from '../errors.js'

export interface PinnedPostgres {
  /** Writes the dump; `pg_restore` reads it. */
  dumpTo(path: string): Promise<void>
  release(): Promise<void>
}

/** Throws BACKUP_DATABASE_UNREACHED. */
export async function pinPostgres(url: string): Promise<PinnedPostgres> {
  const client = new pg.Client({ connectionString: url })
  let snapshot = ''
  try {
    await client.connect()
    await client.query('begin isolation level repeatable read read only')
    const { rows } = await client.query<{ name: string }>('select pg_export_snapshot() as name')
    snapshot = rows[0]?.name ?? ''
  } catch (error) {
    await client.end().catch(() => undefined)
    throw new TesheError('BACKUP_DATABASE_UNREACHED', [messageOf(error)], { cause: error })
  }

  return {
    dumpTo: (path) => runDump(url, ['--format=custom', `--snapshot=${snapshot}`, `--file=${path}`]),
    release: () => client.end(),
  }
}

function runDump(url: string, flags: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (why: string) => reject(new TesheError('BACKUP_DATABASE_UNREACHED', [why]))
    // The address goes by the environment: arguments can be read by every user of the machine.
    const child = spawn('pg_dump', flags, {
      env: { ...process.env, ...environmentOf(url) },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    let said = ''
    child.stderr.on('data', (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-2000)
    })
    child.once('error', (error) => failed(`pg_dump cannot be run: ${error.message}`))
    child.once('close', (code) =>
      code === 0 ? resolve() : failed(`pg_dump ended with ${code}: ${said.trim()}`),
    )
  })
}

/** What libpq reads; the parameters of a URL have names of their own there. */
function environmentOf(url: string): Record<string, string> {
  const { hostname, port, username, password, pathname, searchParams } = new URL(url)
  const parts: Record<string, string> = {
    PGHOST: searchParams.get('host') ?? decodeURIComponent(hostname).replace(/^\[|\]$/g, ''),
    PGPORT: port,
    PGUSER: decodeURIComponent(username),
    PGPASSWORD: decodeURIComponent(password),
    PGDATABASE: decodeURIComponent(pathname.slice(1)),
    PGSSLMODE: searchParams.get('sslmode') ?? '',
    PGSSLROOTCERT: searchParams.get('sslrootcert') ?? '',
    PGSSLCERT: searchParams.get('sslcert') ?? '',
    PGSSLKEY: searchParams.get('sslkey') ?? '',
  }
  return Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== ''))
}
