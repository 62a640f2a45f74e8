import { afterAll, expect, test } from 'vitest'
import { openDatabase } from '../../src/database/database.js'
import { startWindowFeed } from '../../src/incidents/window-feed.js'
import { type KeptWindow, keptSpans } from '../../src/model/retention.js'
import { silentLog } from '../../src/runtime/log.js'
import { createSleep } from '../../src/runtime/sleep.js'
import { DISPATCHER, MINUTE, openDesk } from '../helpers/desk.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'

const HOUR = 60 * MINUTE
const database = await openDatabase({ file: `${tempDir('windows')}/teshe.sqlite` })
afterAll(() => database.close())

test.each([
  ['open', 0, null, [[-30 * MINUTE, 12 * HOUR]]],
  ['short', 0, 20 * MINUTE, [[-30 * MINUTE, 50 * MINUTE]]],
  ['within a minute', 10_000, 70_000, [[-30 * MINUTE, 32 * MINUTE]]],
  [
    'a week long',
    0,
    168 * HOUR,
    [
      [-30 * MINUTE, 12 * HOUR],
      [156 * HOUR, 168.5 * HOUR],
    ],
  ],
] as const)('an incident that is %s', (_, opened, ended, spans) => {
  expect(keptSpans(opened, ended)).toEqual(spans.map(([from, to]) => ({ from, to })))
})

test('all incidents are told at the start, then each change; what fails is told again', async () => {
  const desk = await openDesk(database)
  const [lift] = await database.db
    .selectFrom('equipment')
    .select('id')
    .where('kind', '=', 'elevator')
    .execute()
  const report = { equipmentId: lift?.id ?? '', class: 'trapped', channel: 'phone' } as const
  const { incident } = await desk.incidents.report(report, DISPATCHER)
  const opened = desk.clock.now()

  const told = new Map<string, KeptWindow>()
  let known = 0
  let failures = 1
  const feed = startWindowFeed({
    database,
    bus: desk.bus,
    keep(windows) {
      if (failures-- > 0) return Promise.reject(new Error('away'))
      for (const window of windows) told.set(window.incident, window)
      return Promise.resolve()
    },
    onKnown: () => void known++,
    log: silentLog,
    now: Date.now,
    sleep: (until, signal) => createSleep(Date.now)(Math.min(until, Date.now() + 1), signal),
  })
  await waitFor('all told', () => known === 1)
  expect(told.get(incident.id)).toEqual({
    incident: incident.id,
    equipment: lift?.id,
    spans: keptSpans(opened, null),
  })

  desk.clock.advance(20 * MINUTE)
  await desk.incidents.act(
    incident.id,
    { action: 'release', via: 'app', outcome: 'self-released' },
    DISPATCHER,
  )
  await waitFor(
    'the end told',
    () => told.get(incident.id)?.spans[0]?.to === keptSpans(opened, opened + 20 * MINUTE)[0]?.to,
  )
  expect(known).toBe(1)
  await feed.close()
})
