/**
 * One rescue from the alarm to its end, on a clock of its own, in a process that kills itself between two steps:
 * `node dist/test/chaos/escalation-desk.js FILE STORY [KILL_AT]`. Started again on the same file it goes on where it
 * was, as devices, crews and phones repeat what was not answered. Prints the moments around which something was written.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Database, Tx } from '../../src/database/database.js'
import { openDatabase } from '../../src/database/database.js'
import { startDeadlines } from '../../src/dispatch/deadlines.js'
import type { ActionRequest } from '../../src/incidents/action-request.js'
import type { IncidentReport } from '../../src/incidents/report.js'
import type { Finding } from '../../src/model/finding.js'
import type { Viewer } from '../../src/model/viewer.js'
import { silentLog } from '../../src/runtime/log.js'
import { createClock } from '../helpers/clock.js'
import { AFTERNOON, DISPATCHER, finding, KEEPER, MINUTE, openDesk, STATION } from '../helpers/desk.js'

type Act = { minute: number } & (
  | { finding: Partial<Finding> }
  | { report: IncidentReport }
  | { act: ActionRequest; by: Viewer }
  | { wait: true }
)

const end = (minute: number): Act[] => [
  { minute, act: { action: 'release', people: 2 }, by: DISPATCHER },
  { minute: minute + 1, act: { action: 'resolve', cause: 'door-lock' }, by: DISPATCHER },
  { minute: minute + 2, act: { action: 'review' }, by: DISPATCHER },
  { minute: minute + 3, act: { action: 'close' }, by: DISPATCHER },
]

/** What people do and leave undone; between two acts the clocks ring, minute by minute. */
const STORIES: Readonly<Record<string, readonly Act[]>> = {
  silence: [
    { minute: 0, finding: {} },
    { minute: 9, wait: true },
    { minute: 10, act: { action: 'take' }, by: DISPATCHER },
    ...end(20),
  ],
  'never-came': [
    { minute: 0, finding: { stage: 'shown' } },
    { minute: 1, finding: {} },
    { minute: 2, act: { action: 'accept' }, by: KEEPER },
    { minute: 12, act: { action: 'accept', etaMinutes: 10 }, by: STATION },
    { minute: 14, act: { action: 'depart' }, by: STATION },
    { minute: 22, act: { action: 'arrive' }, by: STATION },
    ...end(36),
  ],
  hurt: [
    { minute: 0, finding: { stage: 'shown' } },
    {
      minute: 1,
      report: { equipmentId: 'EL1', channel: 'phone', callId: 'c1', people: 2, vulnerable: ['breathing'] },
    },
    { minute: 2, act: { action: 'decline', reason: 'no crew' }, by: KEEPER },
    { minute: 3, act: { action: 'accept', etaMinutes: 50 }, by: STATION },
    { minute: 33, wait: true },
    { minute: 34, finding: { stage: 'cleared' } },
    ...end(95),
  ],
}

const [file = '', story = '', killAt = 'never'] = process.argv.slice(2)
const acts = STORIES[story]
if (!acts) throw new Error(`no story ${story}; one of ${Object.keys(STORIES).join(', ')}`)

let moments = 0
/** Those of transactions that wrote something; most find nothing to do. */
const telling: number[] = []
/** A moment between two steps. */
function moment(): void {
  if (String(moments++) === killAt) process.kill(process.pid, 'SIGKILL')
}

/** Before each transaction, before its commit and after it. */
function watched(database: Database): Database {
  return {
    ...database,
    async transaction(work) {
      const first = moments
      moment()
      const result = await database.transaction(async (tx) => {
        const before = await entries(tx)
        const done = await work(tx)
        if ((await entries(tx)) !== before) telling.push(first, first + 1, first + 2)
        moment()
        return done
      })
      moment()
      return result
    },
  }
}

async function entries(tx: Tx): Promise<number> {
  const { count } = await tx.db
    .selectFrom('timeline')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count)
}

const progressFile = `${file}.progress`
const doneActs = existsSync(progressFile) ? Number(readFileSync(progressFile, 'utf8')) : 0
const doneMinute = doneActs === 0 ? 0 : (acts[doneActs - 1]?.minute ?? 0)
const clock = createClock(AFTERNOON + doneMinute * MINUTE)
const database = watched(await openDatabase({ file }))
const desk = await openDesk(database, clock)
const { bus, planner, incidents } = desk

for (const [index, act] of acts.entries()) {
  if (index < doneActs) continue
  while (clock.now() < AFTERNOON + act.minute * MINUTE) {
    await ring()
    clock.advance(MINUTE)
  }
  await ring()
  await happen(act, index)
  writeFileSync(progressFile, String(index + 1))
}
await ring()
await database.close()
console.log(JSON.stringify(telling))

async function happen(act: Act, index: number): Promise<void> {
  if ('finding' in act) await incidents.receiveFindings([finding({ ...act.finding, at: clock.now() })])
  if ('report' in act) await incidents.report(act.report, DISPATCHER, `report-${index}`)
  if ('act' in act) {
    const { items } = await incidents.list({}, DISPATCHER)
    await incidents.act(items[0]?.id ?? '', { ...act.act, key: `act-${index}` }, act.by)
  }
}

async function ring(): Promise<void> {
  const clocks = startDeadlines({
    ...{ database, bus, planner, log: silentLog, now: clock.now },
    sleep: (_until, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) resolve()
        else signal.addEventListener('abort', () => resolve())
      }),
  })
  await clocks.ringDue()
  await clocks.close()
}
