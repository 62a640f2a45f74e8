/** A real PostgreSQL of the test's own: new cluster in a temporary directory, loopback only, gone at the end. */
import { execFileSync, spawn } from 'node:child_process'
import { chownSync } from 'node:fs'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { freePort } from './free-port.js'
import { installed } from './installed.js'
import { tempDir } from './temp-dir.js'
import { waitFor } from './wait-for.js'

export interface PostgresServer {
  /** URL of a new empty database in it. */
  newDatabase(): Promise<string>
  /** Immediate shutdown as after a crash, and start again on the same port. */
  restart(): Promise<void>
  /** SIGQUIT ends it as a crash does, SIGINT cuts every connection and shuts down in order; the data stays. */
  stop(signal?: 'SIGQUIT' | 'SIGINT'): Promise<void>
  /** Starts it again on the same port. */
  start(): Promise<void>
  close(): Promise<void>
}

/** PostgreSQL refuses to run as root; Debian brings a user for it. */
function serverUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

export async function startPostgres(): Promise<PostgresServer> {
  const binary = installed('postgres')
  if (!binary) throw new Error('postgres is not installed')
  const user = serverUser()
  const base = tempDir('postgres')
  if (user) chownSync(base, user.uid, user.gid)
  const dir = join(base, 'cluster')
  const env = { LC_ALL: 'C.UTF-8', PATH: process.env.PATH ?? '' }
  execFileSync(
    join(dirname(binary), 'initdb'),
    ['-D', dir, '-U', 'teshe', '-A', 'trust', '-E', 'UTF8', '--no-sync'],
    { stdio: 'pipe', cwd: base, env, ...user },
  )
  const port = await freePort()
  const args = ['-D', dir, '-p', String(port), '-c', 'listen_addresses=127.0.0.1']
  // No shared socket directory, and no fsync: these tests stop the server, not the machine.
  args.push('-c', 'unix_socket_directories=', '-c', 'fsync=off', '-c', 'max_connections=60')

  const start = async () => {
    const server = spawn(binary, args, { stdio: 'ignore', cwd: base, env, ...user })
    const exited = new Promise<void>((resolve) => server.once('exit', () => resolve()))
    await waitFor(
      'PostgreSQL answers',
      async () => {
        await query(port, 'select 1')
        return true
      },
      { timeoutMs: 30_000, everyMs: 50 },
    )
    return { server, exited }
  }
  let running = await start()
  let databases = 0

  async function stop(signal: 'SIGQUIT' | 'SIGINT' = 'SIGQUIT'): Promise<void> {
    running.server.kill(signal)
    await running.exited
  }

  return {
    async newDatabase() {
      const name = `test_${process.pid}_${databases++}`
      await query(port, `create database ${name}`)
      return `postgres://teshe@127.0.0.1:${port}/${name}`
    },
    async restart() {
      await stop()
      running = await start()
    },
    stop,
    async start() {
      running = await start()
    },
    close: () => stop(),
  }
}

async function query(port: number, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: `postgres://teshe@127.0.0.1:${port}/postgres` })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
