/**
 * Clocks that ran out while the service was down: after a kill and a new start each rings within two seconds of the
 * service being up, once, and brings what it was to bring.
 */

import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openDatabase } from '../../src/database/database.js'
import { freePort } from '../helpers/free-port.js'
import { leftOut } from '../helpers/installed.js'
import { type PostgresServer, startPostgres } from '../helpers/postgres.js'
import { waitFor } from '../helpers/wait-for.js'
import { SEEDER } from '../service/seed.js'
import { type Signed, signIn } from '../service/sign-in.js'
import { type Service, startService } from '../service/start-service.js'
import { DESK, openHouse, PATIENCE } from './house.js'

/** What the desk is promised (ms). */
const WITHIN_MS = 2_000
const RESCUES = 8
/** So long before the new start they ran out; not long enough to be put before a person instead. */
const OVERDUE_MS = 60_000

interface Entry {
  kind: string
  recordedAt: string
  detail: { deadline?: string; lateMs?: number }
}

for (const dialect of ['sqlite', 'postgres'] as const) {
  const skip = dialect === 'postgres' && leftOut('overdue clocks on PostgreSQL', 'postgres')
  describe.skipIf(skip)(`overdue clocks on ${dialect}`, () => {
    let server: PostgresServer | null = null
    let service: Service | null = null
    beforeAll(async () => {
      if (dialect === 'postgres') server = await startPostgres()
    })
    afterAll(async () => {
      await service?.stop()
      await server?.close()
    })

    test('SIGKILL => the answer is overdue => started again => each rings within two seconds, once, and the next is sent', async () => {
      const databaseUrl = await server?.newDatabase()
      const equipment = Array.from({ length: RESCUES }, (_, i) => ({
        id: `LIFT-${i + 1}`,
        kind: 'elevator' as const,
        name: `${i + 1}号梯`,
        maintainerId: 'company-a',
      }))
      const env = {
        ...(databaseUrl !== undefined && { TESHE_DATABASE_URL: databaseUrl }),
        // So many rescues at once are no area event here.
        TESHE_AREA_CITY_TIMES: '1000',
      }
      const house = await openHouse({
        equipment,
        env,
        ...(databaseUrl !== undefined && { databaseUrl }),
        more: async ({ organisations }) =>
          void (await organisations.create(
            { id: 'company-a', name: '豫安电梯', type: 'maintainer' },
            SEEDER,
          )),
      })
      service = house.service
      const before = await signIn(service.http, DESK.username, DESK.password)
      const ids: string[] = []
      for (const { id } of equipment)
        ids.push(
          (await before.post<{ id: string }>('/api/incidents', { equipmentId: id, channel: 'phone' })).id,
        )
      await service.kill()

      const database = await openDatabase(
        databaseUrl === undefined ? { file: join(house.dir, 'teshe.sqlite') } : { url: databaseUrl },
      )
      const { numUpdatedRows } = await database.db
        .updateTable('deadline')
        .set({ due_at: Date.now() - OVERDUE_MS })
        .where('kind', '=', 'accept-by')
        .where('status', '=', 'pending')
        .executeTakeFirstOrThrow()
      await database.close()
      expect(Number(numUpdatedRows)).toBe(RESCUES)

      const port = String(await freePort())
      const startedAt = Date.now()
      const starting = startService({ dir: house.dir, env: { ...env, TESHE_HTTP_PORT: port } })
      const upAt = await firstAnswer(`http://127.0.0.1:${port}/healthz`)
      service = await starting
      const desk = await signIn(service.http, DESK.username, DESK.password)
      const passed = await waitFor('every clock has rung', () => allPassed(desk, ids), PATIENCE)

      for (const entries of passed) expect(entries).toHaveLength(1)
      const recorded = passed.flat().map(({ recordedAt }) => Date.parse(recordedAt))
      const afterUp = Math.max(...recorded) - upAt
      console.log(
        `${dialect}: ${RESCUES} overdue clocks rang ${Math.min(...recorded) - startedAt}…${Math.max(...recorded) - startedAt} ms after the start; up after ${upAt - startedAt} ms, so the last ${afterUp} ms after that`,
      )
      expect(Math.min(...recorded)).toBeGreaterThanOrEqual(startedAt)
      expect(afterUp).toBeLessThanOrEqual(WITHIN_MS)
      for (const { detail } of passed.flat()) expect(detail.lateMs).toBeGreaterThanOrEqual(OVERDUE_MS)
      for (const id of ids) {
        const { assignments } = await desk.get<{ assignments: { level: number; status: string }[] }>(
          `/api/incidents/${id}`,
        )
        expect(assignments).toMatchObject([
          { level: 1, status: 'expired' },
          { level: 3, status: 'offered' },
        ])
      }
    })
  })
}

/**
 * When the service first answered, asked from its start on; ms since 1970. Not `/readyz`: that is not ready while a clock
 * is overdue, so it would wait for what is measured.
 */
async function firstAnswer(address: string): Promise<number> {
  return await waitFor(
    'it answers',
    async () => {
      const reply = await fetch(address).catch(() => null)
      return reply?.status === 200 && Date.now()
    },
    { ...PATIENCE, everyMs: 10 },
  )
}

/** The entries of each rescue's clock of the answer; `false` while one has none. */
async function allPassed(desk: Signed, ids: readonly string[]): Promise<Entry[][] | false> {
  const passed: Entry[][] = []
  for (const id of ids) {
    const { items } = await desk.get<{ items: Entry[] }>(`/api/incidents/${id}/timeline?limit=500`)
    passed.push(
      items.filter(({ kind, detail }) => kind === 'deadline-passed' && detail.deadline === 'accept-by'),
    )
  }
  return passed.every((entries) => entries.length > 0) && passed
}
