/** What is entered is sealed by itself, and its export can be checked far from the database. */
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it } from 'vitest'
import { type IncidentRecord, startRecord } from '../../src/incidents/record.js'
import type { RecordCheck, StoredFault } from '../../src/incidents/record-check.js'
import type { Viewer } from '../../src/model/viewer.js'
import type { Anchor } from '../../src/record/checkpoint.js'
import { hashOfEntry } from '../../src/record/entry.js'
import { verifyRecord } from '../../src/record/verify.js'
import { verifyPeriod } from '../../src/record/verify-period.js'
import { createLog } from '../../src/runtime/log.js'
import { onEachDatabase } from '../helpers/databases.js'
import {
  ADMIN,
  AFTERNOON,
  type Desk,
  DISPATCHER,
  finding,
  KEEPER,
  MINUTE,
  onlyIncident,
  openDesk,
  STRANGER,
  viewer,
} from '../helpers/desk.js'
import { tempDir } from '../helpers/temp-dir.js'

const { privateKey, publicKey } = generateKeyPairSync('ed25519')

function recordOf(desk: Desk, anchorFile: string | null = null): IncidentRecord {
  return startRecord({
    database: desk.database,
    bus: desk.bus,
    log: createLog({ level: 'silent', room: 'record' }),
    key: privateKey,
    now: desk.clock.now,
    // Sleeps until it is closed: what is sealed here is sealed by the export.
    sleep: (_until, signal) => new Promise((resolve) => signal.addEventListener('abort', () => resolve())),
    anchorFile,
    anchorUrl: null,
    anchorMinutes: 1,
  })
}

onEachDatabase('record', ({ open }) => {
  it('an incident is exported with every entry sealed, checked by the key and the anchors', async () => {
    const desk = await openDesk(await open())
    const anchorFile = join(tempDir('anchors'), 'anchors.jsonl')
    const record = recordOf(desk, anchorFile)
    await desk.incidents.receiveFindings([finding()])
    const { id } = await onlyIncident(desk)
    await record.export(id, DISPATCHER)
    desk.clock.advance(2 * MINUTE)
    await desk.incidents.act(id, { action: 'accept', via: 'app' }, KEEPER)
    const { text } = await record.export(id, DISPATCHER)
    const anchors = readFileSync(anchorFile, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Anchor)
    const { verdict, faults, head } = verifyRecord(text, { key: publicKey, anchors })
    expect(faults).toEqual([])
    expect(verdict).toBe('intact')
    expect(head?.entries).toBe((await desk.incidents.timeline(id, {}, DISPATCHER)).items.length)
    expect(head?.checkpoints).toBeGreaterThanOrEqual(2)
    expect(anchors.length).toBeGreaterThanOrEqual(2)
    await expect(record.export(id, STRANGER)).rejects.toMatchObject({ code: 'INCIDENT_UNKNOWN' })
    await record.close()
  })

  it('two consoles that seal at once make one chain', async () => {
    const desk = await openDesk(await open())
    const consoles = [recordOf(desk), recordOf(desk)]
    await desk.incidents.receiveFindings([finding()])
    const { id } = await onlyIncident(desk)
    for (let i = 0; i < 10; i++) {
      await desk.incidents.act(id, { action: 'note', reason: `note ${i}` }, DISPATCHER)
      await Promise.all(consoles.map((one) => one.export(id, DISPATCHER)))
    }
    const checkpoints = await desk.database.db
      .selectFrom('checkpoint')
      .selectAll()
      .orderBy('counter')
      .execute()
    expect(checkpoints.map(({ counter }) => counter)).toEqual(checkpoints.map((_, i) => i + 1))
    for (const [i, { previous_hash }] of checkpoints.entries())
      if (i > 0) expect(previous_hash).toBe(checkpoints[i - 1]?.hash)
    const left = await desk.database.db.selectFrom('unsealed').selectAll().execute()
    expect(left).toEqual([])
    expect(
      verifyRecord((await consoles[0]?.export(id, DISPATCHER))?.text ?? '', { key: publicKey }).verdict,
    ).toBe('intact')
    await Promise.all(consoles.map((one) => one.close()))
  })

  it('the records of a period are one file, and only those that the viewer may see', async () => {
    const desk = await openDesk(await open())
    const record = recordOf(desk)
    await desk.incidents.receiveFindings([finding()])
    desk.clock.advance(MINUTE)
    await desk.incidents.report({ channel: 'phone', place: { text: '中州路' } }, DISPATCHER)
    desk.clock.advance(24 * 60 * MINUTE)
    await desk.incidents.report({ channel: 'phone', place: { text: '太原路' } }, DISPATCHER)
    const taken: string[] = []
    const fileOf = async (by: Viewer) => {
      const { incidents, file } = await record.exportPeriod(
        { from: AFTERNOON, to: AFTERNOON + MINUTE, taken: async (id) => void taken.push(id) },
        by,
      )
      let text = ''
      for await (const piece of file) text += piece
      const rows = text.slice(0, -1).split('\n')
      const lines = rows.map((row) => ({ text: row, ended: true }))
      return { incidents, checked: verifyPeriod(lines, { key: publicKey }) }
    }
    const whole = await fileOf(DISPATCHER)
    expect(whole).toMatchObject({ incidents: 2, checked: { verdict: 'intact', faults: [] } })
    expect(new Set(taken).size).toBe(2)
    expect(await fileOf(viewer('regulator', null, ['西工区']))).toMatchObject({
      incidents: 1,
      checked: { verdict: 'intact', head: { incidents: 1 } },
    })
    await record.close()
  })

  describe('what is stored', () => {
    /** Page by page to the end. */
    async function checked(record: IncidentRecord, incidentId?: string, limit = 3) {
      const faults: StoredFault[] = []
      let entries = 0
      let checkpoints = 0
      let cursor: string | undefined
      do {
        const page: RecordCheck = await record.check({ incidentId, limit, cursor }, ADMIN)
        expect(page.verdict).toBe(page.faultCount > 0 ? 'altered' : 'intact')
        faults.push(...page.faults)
        entries += page.entries
        checkpoints += page.checkpoints
        cursor = page.next ?? undefined
      } while (cursor !== undefined)
      return { faults, entries, checkpoints }
    }

    /** Three incidents with some entries each, sealed in several checkpoints, and an entry that waits for its seal. */
    async function lived(desk: Desk, record: IncidentRecord): Promise<string[]> {
      const ids: string[] = []
      for (const text of ['中州路', '太原路', '王城大道']) {
        const { incident } = await desk.incidents.report({ channel: 'phone', place: { text } }, DISPATCHER)
        ids.push(incident.id)
        for (let i = 0; i < 3; i++)
          await desk.incidents.act(incident.id, { action: 'note', reason: `${i}` }, DISPATCHER)
        await record.export(incident.id, DISPATCHER)
      }
      await desk.incidents.act(ids[0] ?? '', { action: 'note', reason: 'waits' }, DISPATCHER)
      return ids
    }

    /** As somebody with the database's own password could. */
    async function unlock({ database: { db, dialect } }: Desk, tables: readonly string[]): Promise<void> {
      for (const table of tables) {
        if (dialect === 'postgres') await sql.raw(`alter table ${table} disable trigger all`).execute(db)
        else
          for (const verb of ['update', 'delete'])
            await sql.raw(`drop trigger ${table}_no_${verb}`).execute(db)
      }
      if (dialect === 'sqlite') await sql`pragma foreign_keys = off`.execute(db)
    }

    it('is intact, whatever the size of a page; one incident by itself too', async () => {
      const desk = await openDesk(await open())
      const record = recordOf(desk)
      const [one = ''] = await lived(desk, record)
      const rows = await desk.database.db.selectFrom('timeline').selectAll().execute()
      const sealed = await desk.database.db.selectFrom('checkpoint').selectAll().execute()
      for (const limit of [1, 2, 3, 1000])
        expect(await checked(record, undefined, limit)).toEqual({
          faults: [],
          entries: rows.length,
          checkpoints: sealed.length,
        })
      expect(await checked(record, one)).toEqual({
        faults: [],
        entries: rows.filter((row) => row.incident_id === one).length,
        checkpoints: 1,
      })
      await expect(record.check({ incidentId: one }, STRANGER)).rejects.toMatchObject({
        code: 'INCIDENT_UNKNOWN',
      })
      await record.close()
    })

    it('an entry that was altered, left out, put in, or cut off with its seal, and a checkpoint likewise, are found', async () => {
      const desk = await openDesk(await open())
      const record = recordOf(desk)
      const [a = '', b = '', c = ''] = await lived(desk, record)
      const { db } = desk.database
      await unlock(desk, ['timeline', 'seal', 'checkpoint'])
      const faultsOf = async (incidentId?: string) => (await checked(record, incidentId)).faults
      const at = (incidentId: string, seq: number) => ({ incidentId, seq })

      await db
        .updateTable('timeline')
        .set({ reason: 'changed' })
        .where('incident_id', '=', a)
        .where('seq', '=', 2)
        .execute()
      expect(await faultsOf()).toEqual([
        { ...at(a, 2), checkpoint: null, what: 'it was altered: its hash does not fit' },
      ])
      expect(await faultsOf(b)).toEqual([])

      await db.deleteFrom('seal').where('incident_id', '=', b).where('seq', '=', 4).execute()
      await db.deleteFrom('timeline').where('incident_id', '=', b).where('seq', '=', 4).execute()
      const cut = await faultsOf(b)
      expect(cut).toContainEqual({
        ...at(b, 4),
        checkpoint: null,
        what: expect.stringContaining('the tail was cut'),
      })
      expect(cut).toContainEqual({
        ...{ incidentId: null, seq: null, checkpoint: expect.any(Number) },
        what: expect.stringContaining('entries, and'),
      })

      await db.deleteFrom('seal').where('incident_id', '=', c).execute()
      await db.deleteFrom('timeline').where('incident_id', '=', c).execute()
      expect(await faultsOf(c)).toContainEqual({
        ...at(c, 4),
        checkpoint: null,
        what: 'all 4 entries of the incident are gone',
      })

      const [last] = await db
        .selectFrom('timeline')
        .selectAll()
        .where('incident_id', '=', a)
        .orderBy('seq', 'desc')
        .execute()
      if (!last) throw new Error('no entries')
      const forged = { ...last, seq: last.seq + 1, previous_hash: last.hash, reason: 'put in' }
      await db
        .insertInto('timeline')
        .values({ ...forged, hash: hashOfEntry(forged) })
        .execute()
      const putIn = await faultsOf(a)
      expect(putIn).toContainEqual({
        ...at(a, forged.seq),
        checkpoint: null,
        what: 'it is under no checkpoint, and does not wait for one',
      })
      expect(putIn).toContainEqual({
        ...at(a, forged.seq),
        checkpoint: null,
        what: 'the incident does not know of this entry',
      })

      await db.updateTable('checkpoint').set({ at: 1 }).where('counter', '=', 2).execute()
      expect(await faultsOf()).toContainEqual({
        ...{ incidentId: null, seq: null, checkpoint: 2 },
        what: 'it was altered: its hash does not fit',
      })
      await db.deleteFrom('seal').where('counter', '=', 2).execute()
      await db.deleteFrom('checkpoint').where('counter', '=', 2).execute()
      expect(await faultsOf()).toContainEqual({
        ...{ incidentId: null, seq: null, checkpoint: 3 },
        what: 'checkpoint 3 stands where checkpoint 2 belongs',
      })
      await record.close()
    })
  })
})
