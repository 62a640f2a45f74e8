/** What is entered is sealed by itself, and its export can be checked far from the database. */
import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { type IncidentRecord, startRecord } from '../../src/incidents/record.js'
import type { Anchor } from '../../src/record/checkpoint.js'
import { verifyRecord } from '../../src/record/verify.js'
import { createLog } from '../../src/runtime/log.js'
import { onEachDatabase } from '../helpers/databases.js'
import {
  type Desk,
  DISPATCHER,
  finding,
  KEEPER,
  MINUTE,
  onlyIncident,
  openDesk,
  STRANGER,
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
})
