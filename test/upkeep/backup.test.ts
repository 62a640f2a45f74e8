import { execFile } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { TesheError } from '../../src/errors.js'
import { openDataDirectory } from '../../src/runtime/data-directory.js'
import { packageRoot } from '../../src/runtime/package-root.js'
import { restoreBackup } from '../../src/upkeep/restore.js'
import { tallyJournal } from '../chaos/tally.js'
import { tallyEmbedded } from '../chaos/tally-history.js'
import { tallyRescues } from '../chaos/tally-rescues.js'
import { startVictims } from '../chaos/victims.js'
import { leftOut } from '../helpers/installed.js'
import { startPostgres } from '../helpers/postgres.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'
import { startLoad } from '../load/start.js'
import { lifts, SEEDER, seedDataDirectory } from '../service/seed.js'
import { type Service, startService } from '../service/start-service.js'

/** Messages a second. */
const RATE = 400
/** The machine may be busy with other tests. */
const LONG = { timeout: 240_000 }
const PATIENCE = { timeoutMs: 60_000, everyMs: 100 }

interface Ended {
  code: number
  said: string
}

/** A command as an operator runs it. */
function run(script: string, args: readonly string[], env: Record<string, string> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(packageRoot(), 'dist/scripts', `${script}.js`), ...args],
      { env: { ...process.env, ...env } },
      (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
    )
  })
}

async function drained(service: Service): Promise<void> {
  await waitFor(
    'rules and history have read everything',
    async () => {
      const text = await (await fetch(`${service.http}/readyz`)).text()
      const behind = [...text.matchAll(/"behind":(\d+)/g)].map(([, records]) => Number(records))
      // Ticks go on, so a reader is never quite at the head.
      return behind.length === 2 && behind.every((records) => records < 100)
    },
    PATIENCE,
  )
}

test(
  'a backup under load, restored elsewhere, holds everything acknowledged before it, once, and one rescue for each alarm',
  LONG,
  async () => {
    const [dir, backup, restored] = [
      tempDir('origin'),
      join(tempDir('backup'), 'b'),
      join(tempDir('restored'), 'r'),
    ]
    const equipment = lifts(26)
    const { passwordById } = await seedDataDirectory({
      dir,
      equipment,
      more: async (registry) => {
        const { id } = await registry.organisations.create({ name: 'Rescuers', type: 'maintainer' }, SEEDER)
        for (const lift of equipment) lift.maintainerId = id
      },
    })
    const ids = equipment.flatMap(({ id }) => id ?? [])
    const service = await startService({ dir })
    const load = startLoad()
    const sending = ids.slice(0, 20)
    await load.connect({
      host: '127.0.0.1',
      port: service.mqttPort,
      ids: sending,
      passwords: sending.map((id) => passwordById.get(id) ?? ''),
      window: 50,
      rate: RATE,
      reconnectMs: 0,
      withSeq: true,
    })
    const victims = startVictims({ port: service.mqttPort, ids: ids.slice(20), passwordById })
    load.go(RATE)
    await Promise.all([victims.press(), victims.press(), victims.press()])
    await waitFor(
      'it flows',
      async () => ((await load.report()).report.E00001?.acknowledged.length ?? 0) > 50,
      PATIENCE,
    )

    const { report } = await load.report()
    const alarms = [...victims.acknowledged]
    const backingUp = run('backup', ['--data', dir, '--to', backup])
    // These come at any moment of it: found or not found in the backup, but never twice.
    await Promise.all([victims.press(), victims.press(), victims.press()])
    const { code, said } = await backingUp
    expect({ code, said }).toMatchObject({ code: 0 })
    const figures = await load.stop()
    await load.end()
    await victims.close()
    await service.kill()

    expect(await run('restore', ['--from', backup, '--data', restored])).toMatchObject({ code: 0 })
    const second = await startService({ dir: restored })
    await drained(second)
    // By the running service, and it changes nothing that was right.
    expect(await run('rebuild-history', ['--data', restored])).toMatchObject({
      code: 0,
      said: expect.stringMatching(/[1-9]\d* rows are as the journal says/),
    })
    expect(await second.stop()).toBe(0)
    const journal = tallyJournal(restored, report)
    const history = await tallyEmbedded(restored, report)
    expect(journal).toMatchObject({ lost: 0, doubled: 0 })
    expect(history).toMatchObject({ lost: 0, doubled: 0, stored: journal.stored })
    expect(await tallyRescues(restored, alarms)).toMatchObject({ missing: 0, doubled: 0 })
    const { acknowledged, stored } = journal
    console.log(
      `backup under load: acknowledged before ${acknowledged}, in the backup ${stored}, lost 0, doubled 0; PUBACK p99 meanwhile ${figures.p99} ms`,
    )
    // Secrets are its owner's alone.
    for (const name of readdirSync(backup)) expect(statSync(join(backup, name)).mode & 0o077, name).toBe(0)
    expect(statSync(join(restored, 'secret-key')).mode & 0o777).toBe(0o600)
  },
)

describe('what is refused', () => {
  let dir: string
  let backup: string
  beforeAll(async () => {
    dir = tempDir('stopped')
    await seedDataDirectory({ dir, equipment: lifts(2) })
    backup = join(tempDir('backup'), 'b')
    // It was there already, and open to all.
    mkdirSync(backup, { mode: 0o755 })
    expect(await run('backup', ['--data', dir, '--to', backup])).toMatchObject({ code: 0 })
  })

  /** Code of the error with which a restore ends. */
  function refusalOf(from: string, dataDir: string): string {
    try {
      const { signal } = new AbortController()
      const pace = { moved: () => undefined }
      restoreBackup({ from, dataDir, version: '0.1.0', pace, onStep: () => undefined, signal })
      return 'it was restored'
    } catch (error) {
      return error instanceof TesheError ? error.code : String(error)
    }
  }

  function copyOf(change: (copy: string) => void): string {
    const copy = join(tempDir('changed'), 'b')
    cpSync(backup, copy, { recursive: true })
    change(copy)
    return copy
  }

  function edited(change: (manifest: Record<string, unknown>) => void): string {
    return copyOf((copy) => {
      const manifest = JSON.parse(readFileSync(join(copy, 'manifest.json'), 'utf8'))
      change(manifest)
      writeFileSync(join(copy, 'manifest.json'), JSON.stringify(manifest))
    })
  }

  test.each([
    {
      name: 'a byte has changed',
      error: 'BACKUP_DAMAGED',
      make: () =>
        copyOf((copy) => {
          const bytes = readFileSync(join(copy, 'teshe.sqlite'))
          bytes[5000] = (bytes[5000] ?? 0) ^ 1
          writeFileSync(join(copy, 'teshe.sqlite'), bytes)
        }),
    },
    {
      name: 'a file is cut off',
      error: 'BACKUP_DAMAGED',
      make: () => copyOf((copy) => truncateSync(join(copy, 'teshe.sqlite'), 4096)),
    },
    {
      name: 'a file is missing',
      error: 'BACKUP_DAMAGED',
      make: () => copyOf((copy) => rmSync(join(copy, 'secret-key'))),
    },
    {
      name: 'the manifest leads out of the backup',
      error: 'BACKUP_DAMAGED',
      make: () =>
        edited((manifest) => {
          const [first] = manifest.files as { path: string }[]
          if (first) first.path = '../../escaped'
        }),
    },
    {
      name: 'it was not finished',
      error: 'BACKUP_UNFINISHED',
      make: () => copyOf((copy) => rmSync(join(copy, 'manifest.json'))),
    },
    {
      name: 'a newer version made it',
      error: 'BACKUP_NEWER',
      make: () => edited((manifest) => Object.assign(manifest, { version: '99.0.0' })),
    },
    {
      name: 'its format is newer',
      error: 'BACKUP_NEWER',
      make: () => edited((manifest) => Object.assign(manifest, { format: 2 })),
    },
  ])('$name => nothing is restored', ({ error, make }) => {
    const target = join(tempDir('target'), 'r')
    expect(refusalOf(make(), target)).toBe(error)
    expect(existsSync(target)).toBe(false)
  })

  test('what is backed up or restored into a directory that was open to all is its owner’s alone', async () => {
    const target = tempDir('open')
    chmodSync(target, 0o755)
    expect(await run('restore', ['--from', backup, '--data', target])).toMatchObject({ code: 0 })
    for (const top of [backup, target]) {
      const names = readdirSync(top, { recursive: true }).map(String)
      expect(names.length).toBeGreaterThan(1)
      for (const name of ['.', ...names]) expect(statSync(join(top, name)).mode & 0o077, name).toBe(0)
    }
  })

  test('a directory that is not empty, in use, or half restored', async () => {
    const filled = tempDir('filled')
    writeFileSync(join(filled, 'notes.txt'), 'mine')
    expect(refusalOf(backup, filled)).toBe('RESTORE_TARGET_UNUSABLE')
    expect(readdirSync(filled)).toEqual(['notes.txt'])

    const lock = openDataDirectory({ dir, demo: false })
    const refusals: [string[], string][] = [
      [['--data', join(dir, 'nowhere'), '--to', join(filled, 'b')], 'DATA_DIR_MISSING'],
      // Somebody has it open who does not listen: it may be a service that only just starts.
      [['--data', dir, '--to', join(filled, 'b')], 'DATA_DIR_IN_USE'],
    ]
    for (const [args, error] of refusals) {
      expect(await run('backup', args)).toMatchObject({ code: 2, said: expect.stringContaining(`${error}:`) })
    }
    lock.close()
    for (const to of [filled, join(dir, 'inside')]) {
      const { code, said } = await run('backup', ['--data', dir, '--to', to])
      expect({ code, said }).toMatchObject({
        code: 2,
        said: expect.stringContaining('BACKUP_TARGET_UNUSABLE:'),
      })
    }

    const half = tempDir('half')
    writeFileSync(join(half, 'restoring'), '')
    expect(refusalOf(backup, half)).toBe('RESTORE_TARGET_UNUSABLE')
    expect(() => openDataDirectory({ dir: half, demo: false })).toThrow(/did not come to its end/)
  })
})

describe.skipIf(leftOut('backup with PostgreSQL', 'postgres'))('with PostgreSQL', () => {
  let server: Awaited<ReturnType<typeof startPostgres>>
  beforeAll(async () => {
    server = await startPostgres()
  })
  afterAll(() => server?.close())

  test('the dump belongs to the same moment, and pg_restore brings it back', LONG, async () => {
    const [dir, backup, restored] = [
      tempDir('pg'),
      join(tempDir('backup'), 'b'),
      join(tempDir('restored'), 'r'),
    ]
    const databaseUrl = await server.newDatabase()
    const { passwordById } = await seedDataDirectory({ dir, databaseUrl, equipment: lifts(2) })
    const service = await startService({ dir, env: { TESHE_DATABASE_URL: databaseUrl } })
    const victims = startVictims({ port: service.mqttPort, ids: ['E00001', 'E00002'], passwordById })
    await victims.press()
    const without = await run('backup', ['--data', dir, '--to', backup])
    expect(without).toMatchObject({ code: 2, said: expect.stringContaining('BACKUP_DATABASE_UNREACHED') })
    const env = { TESHE_DATABASE_URL: databaseUrl }
    expect(await run('backup', ['--data', dir, '--to', backup], env)).toMatchObject({ code: 0 })
    await victims.close()
    await service.kill()

    const { code, said } = await run('restore', ['--from', backup, '--data', restored])
    expect(code).toBe(0)
    const command = /first the database: (pg_restore .*)/.exec(said)?.[1] ?? ''
    const other = await server.newDatabase()
    const restoring = await new Promise<string>((resolve, reject) => {
      const [program = '', ...args] = command.replace('ADDRESS', other).split(' ')
      execFile(program, args, (error, _, stderr) => (error ? reject(error) : resolve(stderr)))
    })
    expect(restoring).toBe('')
    const second = await startService({ dir: restored, env: { TESHE_DATABASE_URL: other } })
    await drained(second)
    const client = new pg.Client(other)
    await client.connect()
    await waitFor('the alarm is an incident, one', async () => {
      const { rows } = await client.query('select equipment_id from incident')
      return rows.length === 1 && rows[0]?.equipment_id === 'E00001'
    })
    await client.end()
    expect(await second.stop()).toBe(0)
  })
})
