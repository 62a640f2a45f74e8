/** A small city on a real database: two companies, a station, two lifts and a boiler, and everybody's eyes. */
import { randomBytes } from 'node:crypto'
import type { Database } from '../../src/database/database.js'
import { startDeadlines } from '../../src/dispatch/deadlines.js'
import { createPlanner } from '../../src/dispatch/plan.js'
import { createIncidents, type Incidents } from '../../src/incidents/incidents.js'
import type { Planner } from '../../src/incidents/planner.js'
import type { Finding } from '../../src/model/finding.js'
import type { Role } from '../../src/model/incident.js'
import type { Incident } from '../../src/model/incident-view.js'
import type { Viewer } from '../../src/model/viewer.js'
import { createRegistry, type Registry } from '../../src/registry/registry.js'
import { type Bus, createLocalBus } from '../../src/runtime/bus.js'
import { silentLog } from '../../src/runtime/log.js'
import { type Clock, createClock } from './clock.js'

/** 2026-11-21 14:00 in China. */
export const AFTERNOON = Date.UTC(2026, 10, 21, 6)
export const MINUTE = 60_000

export interface Desk {
  database: Database
  bus: Bus
  clock: Clock
  registry: Registry
  planner: Planner
  incidents: Incidents
  newId: () => string
}

export const ADMIN = viewer('admin')
export const DISPATCHER = viewer('dispatcher')
/** Keeps both lifts; the nearest other party is the station. */
export const KEEPER = viewer('technician', 'company-a')
export const STATION = viewer('technician', 'station-1')
export const STRANGER = viewer('technician', 'company-b')

export function viewer(role: Role, organisationId: string | null = null, districts: string[] = []): Viewer {
  const name = organisationId ? `${role} of ${organisationId}` : role
  return { userId: `user-${name}`, username: name, role, organisationId, districts }
}

/** Fills the database unless it has been filled, as after a restart. */
export async function openDesk(database: Database, clock: Clock = createClock(AFTERNOON)): Promise<Desk> {
  const bus = createLocalBus()
  let ids = 0
  const prefix = randomBytes(4).toString('hex')
  const newId = () => `${prefix}-${String(ids++).padStart(6, '0')}`
  const registry = createRegistry({ database, bus, secretKey: randomBytes(32), now: clock.now, randomBytes })
  const planner = createPlanner({ newId })
  const incidents = createIncidents({
    database,
    bus,
    now: clock.now,
    newId,
    planner,
    createProvisional: (tx, place, by) => registry.equipment.createProvisional(tx, place, by),
  })
  const desk = { database, bus, clock, registry, planner, incidents, newId }
  const known = await database.db.selectFrom('equipment').select('id').execute()
  if (known.length === 0) await fill(registry)
  return desk
}

async function fill({ organisations, equipment }: Registry): Promise<void> {
  const town = { lat: 34.62, lon: 112.45 }
  await organisations.create({ id: 'company-a', name: '豫安电梯', type: 'maintainer', location: town }, ADMIN)
  await organisations.create(
    { id: 'company-b', name: '中原电梯', type: 'maintainer', location: { lat: 34.75, lon: 112.6 } },
    ADMIN,
  )
  await organisations.create(
    { id: 'station-1', name: '西工救援站', type: 'station', location: { lat: 34.66, lon: 112.43 } },
    ADMIN,
  )
  await organisations.create({ id: 'estate-1', name: '王府井物业', type: 'use-unit' }, ADMIN)
  const kept = { maintainerId: 'company-a', useUnitId: 'estate-1', district: '西工区', location: town }
  await equipment.create({ id: 'EL1', kind: 'elevator', name: '1号梯', rescueCode: '102331', ...kept }, ADMIN)
  await equipment.create({ id: 'EL2', kind: 'elevator', name: '2号梯', rescueCode: '102332', ...kept }, ADMIN)
  await equipment.create({ id: 'BO1', kind: 'boiler', name: '1号炉', ...kept }, ADMIN)
}

/** A trap between floors, order stage, unless said otherwise. */
export function finding(change: Partial<Finding> = {}): Finding {
  return {
    id: 'EL1/L-TRAP-1/100',
    equipment: 'EL1',
    pattern: 'L-TRAP-1',
    class: 'trapped',
    priority: 'P1',
    stage: 'ordered',
    position: 100,
    shard: 3,
    since: AFTERNOON - 75_000,
    at: AFTERNOON,
    confidence: 0.98,
    evidence: [{ key: 'stopped-outside-zone', witness: 'machine', signal: 'doorZone', value: false }],
    suppressed: null,
    needsConfirmation: false,
    rulesVersion: 0,
    ...change,
  }
}

/** The clocks that a person must answer: not those that tell people above the desk how long it takes. */
export function awaited({ deadlines }: Incident): { kind: string; dueAt: number }[] {
  return deadlines
    .filter(({ kind }) => kind !== 'remind' && kind !== 'report-by')
    .map(({ kind, dueAt }) => ({ kind, dueAt }))
}

/** The only incident there is. */
export async function onlyIncident({ incidents }: Desk) {
  const { items } = await incidents.list({}, DISPATCHER)
  const [summary, ...more] = items
  if (!summary || more.length > 0) throw new Error(`${items.length} incidents, one expected`)
  return await incidents.get(summary.id, DISPATCHER)
}

/** Lets minutes go by and rings what is due in each. */
export async function pass(desk: Desk, minutes: number): Promise<void> {
  const { database, bus, planner, clock } = desk
  const running = startDeadlines({
    ...{ database, bus, planner, log: silentLog, now: clock.now },
    // Rung by hand, minute by minute.
    sleep: (_until, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) resolve()
        else signal.addEventListener('abort', () => resolve())
      }),
  })
  for (let minute = 0; minute < minutes; minute++) {
    clock.advance(MINUTE)
    await running.ringDue()
  }
  await running.close()
}

export async function kindsOfTimeline({ incidents }: Desk, id: string): Promise<string[]> {
  const { items } = await incidents.timeline(id, { limit: 500 }, DISPATCHER)
  return items.map((entry) => entry.kind)
}
