import { expect, test } from 'vitest'
import { DOOR, EVENT_CODE, SERVICE_MODE } from '../../../src/model/signals.js'
import { lift, play, type Said, type SaidEvent } from '../play.js'

const devices = [lift('E1')]
const closed = (reading: Said) => reading.door === DOOR.closed || reading.door === DOOR.locked

/** Codes of the events, with their begin and end. */
const coded = (events: readonly SaidEvent[]) =>
  events.map(({ code, active }) => `${code}${active ? '+' : '-'}`)

test('trapped: stopped outside the zone, door shut, people inside, until rescuers open at a landing', () => {
  const played = play({ devices, minutes: 8, faults: ['trapped@30s+4m:E1'] })
  const [holding, over] = [played.at('holding'), played.at('over')]
  expect(holding).toBeLessThan(played.at('begun') + 60_000)
  const trapped = played.readings('E1').filter(({ ts }) => ts > holding + 5_000 && ts < holding + 4 * 60_000)
  expect(trapped.length).toBeGreaterThan(200)
  for (const reading of trapped) {
    expect(reading).toMatchObject({
      doorZone: false,
      passenger: true,
      speed: 0,
      carStatus: 0,
      safetyCircuit: false,
    })
    expect(reading).toMatchObject({ serviceMode: SERVICE_MODE.stopped })
    expect(closed(reading)).toBe(true)
  }
  const freed = played.readings('E1').find(({ ts, passenger }) => ts > holding + 4 * 60_000 && !passenger)
  expect(freed).toMatchObject({ doorZone: true, door: DOOR.open, serviceMode: SERVICE_MODE.inspection })
  const after = played.readings('E1').filter(({ ts }) => ts > over)
  expect(after.every(({ serviceMode }) => serviceMode === SERVICE_MODE.normal)).toBe(true)
})

test('trapped: the controller says code 1 and code 4, each with begin and end under one key', () => {
  const events = play({ devices, minutes: 8, faults: ['trapped@30s+4m:E1'] }).events('E1')
  for (const code of [EVENT_CODE.safetyCircuitBroken, EVENT_CODE.stoppedOutsideZone]) {
    const pair = events.filter((event) => event.code === code)
    expect(pair.map(({ active }) => active)).toEqual([true, false])
    expect(new Set(pair.map(({ key }) => key)).size).toBe(1)
  }
})

test('trapped with a car-top kit: no controller codes and no controller signals, the trap shows all the same', () => {
  const played = play({
    devices: [lift('E1', 'S1', { source: 'car-top' })],
    minutes: 3,
    faults: ['trapped@30s+4m:E1'],
  })
  expect(played.events('E1')).toEqual([])
  expect(played.readings('E1').at(-1)).toMatchObject({ doorZone: false, passenger: true, speed: 0 })
  expect(played.readings('E1').at(-1)).not.toHaveProperty('safetyCircuit')
})

test('trapped with button: the alarm button is pressed that long after the stop', () => {
  const played = play({ devices, minutes: 4, faults: ['trapped@30s+3m:E1,button=40s'] })
  const pressed = played.events('E1').filter(({ code }) => code === EVENT_CODE.alarmButton)
  expect(pressed.map(({ active }) => active)).toEqual([true, false])
  expect(((pressed[0]?.ts ?? 0) - played.at('holding')) / 1000).toBeCloseTo(40, 0)
  expect(played.readings('E1').some(({ alarmButton }) => alarmButton)).toBe(true)
})

test('trapped-at-floor: level at a landing, told to open, door stays shut, people inside', () => {
  const played = play({ devices, minutes: 5, faults: ['trapped-at-floor@30s+3m:E1'] })
  const holding = played.at('holding')
  const trapped = played.readings('E1').filter(({ ts }) => ts > holding && ts < holding + 3 * 60_000)
  expect(trapped.length).toBeGreaterThan(170)
  for (const reading of trapped) {
    expect(reading).toMatchObject({ doorZone: true, passenger: true, speed: 0, door: DOOR.closed })
  }
  expect(coded(played.events('E1'))).toContain(`${EVENT_CODE.doorOpenFault}+`)
})

test('alarm-button: code 90 begins and ends, and nothing else is wrong', () => {
  const played = play({ devices, minutes: 2, faults: ['alarm-button@30s+4s:E1'] })
  expect(coded(played.events('E1'))).toEqual(['90+', '90-'])
  const pressed = played.readings('E1').filter(({ alarmButton }) => alarmButton)
  expect(pressed.length).toBe(4)
  for (const reading of pressed) expect(reading.serviceMode).toBe(SERVICE_MODE.normal)
})

test('door-open-run: at least two readings in a row move outside the zone with the door not closed', () => {
  const played = play({ devices, minutes: 4, faults: ['door-open-run@30s+60s:E1'] })
  const open = played
    .readings('E1')
    .filter((r) => Math.abs(Number(r.speed)) >= 0.3 && r.doorZone === false && r.door === DOOR.ajar)
  expect(open.length).toBeGreaterThan(2)
  expect(open.some((r, i) => (open[i + 1]?.ts ?? 0) - r.ts === 1000)).toBe(true)
  for (const reading of open) expect(reading).toMatchObject({ safetyCircuit: true })
  const last = played.readings('E1').filter(({ ts }) => ts > played.at('over') + 5_000)
  expect(last.some((r) => r.carStatus === 1 && !closed(r))).toBe(false)
})

test('unintended-movement: the car leaves the zone with its door open, is caught, locks out, and says code 5', () => {
  const played = play({ devices, minutes: 5, faults: ['unintended-movement@30s+2m:E1'] })
  const holding = played.at('holding')
  const readings = played.readings('E1').filter(({ ts }) => ts >= holding && ts < holding + 2 * 60_000)
  const left = readings.findIndex(({ doorZone }) => doorZone === false)
  expect(left).toBeGreaterThan(-1)
  expect(readings[left]).toMatchObject({ door: DOOR.open, passenger: false })
  expect(Math.max(...readings.map(({ speed }) => Math.abs(Number(speed))))).toBeGreaterThan(0.1)
  expect(readings.at(-1)).toMatchObject({ serviceMode: SERVICE_MODE.stopped, speed: 0, doorZone: false })
  const pair = played.events('E1').filter(({ code }) => code === EVENT_CODE.unintendedMovement)
  expect(coded(pair)).toEqual(['5+', '5-'])
})

test('maintenance-visit: inspection operation with its event, and automatic operation restored at the end', () => {
  const played = play({ devices, minutes: 10, faults: ['maintenance-visit@1m+5m:E1'] })
  expect(coded(played.events('E1'))).toEqual(['43+', '43-', '40+', '40-'])
  const during = played.readings('E1').filter(({ serviceMode }) => serviceMode === SERVICE_MODE.inspection)
  expect(during.length).toBeGreaterThan(290)
})

test('maintenance-visit: a second mechanic waits for the first, and no lift in service runs with its door open', () => {
  const visits = ['maintenance-visit@1m+10m:E1,work=rides', 'maintenance-visit@3m+20m:E1,work=rides']
  const played = play({ devices, minutes: 40, faults: visits })
  const inspections = coded(played.events('E1')).filter((code) => code.startsWith('43'))
  expect(inspections).toEqual(['43+', '43-', '43+', '43-'])
  const adrift = played
    .readings('E1')
    .filter((reading) => reading.serviceMode === SERVICE_MODE.normal && !reading.doorZone && !closed(reading))
  expect(adrift).toEqual([])
})

test('power-cut: every device of the estate loses its mains at once, other estates keep theirs', () => {
  const estate = Array.from({ length: 12 }, (_, i) => lift(`E${i + 1}`, 'S1', { use: 'office' }))
  const played = play({ devices: [...estate, lift('X1', 'S2')], minutes: 8, faults: ['power-cut@4m+3m:S1'] })
  for (const { id } of estate) {
    const dark = played.readings(id).filter(({ mainsPower }) => mainsPower === false)
    expect(dark.length).toBeGreaterThan(175)
    expect(coded(played.events(id)).filter((code) => code.startsWith('41'))).toEqual(['41+', '41-'])
    expect(dark.at(-1)).toMatchObject({ speed: 0 })
  }
  const stranded = estate.filter(({ id }) =>
    played.readings(id).some((r) => !r.mainsPower && r.doorZone === false && r.passenger && r.speed === 0),
  )
  expect(stranded.length).toBeGreaterThan(0)
  expect(played.readings('X1').every(({ mainsPower }) => mainsPower === true)).toBe(true)
})

test('power-cut with a rescue battery: the car creeps to a landing on emergency power and lets people out', () => {
  const estate = Array.from({ length: 12 }, (_, i) =>
    lift(`E${i + 1}`, 'S1', { use: 'office', automaticRescue: true }),
  )
  const played = play({ devices: estate, minutes: 7, faults: ['power-cut@4m+3m:S1'] })
  for (const { id } of estate) {
    expect(
      played
        .readings(id)
        .filter(({ mainsPower }) => !mainsPower)
        .at(-1),
    ).toMatchObject({ doorZone: true, passenger: false })
  }
  const crept = played.actions.some(
    (action) => action.type === 'publish' && action.topic === 'event' && action.payload.includes('"code":46'),
  )
  expect(crept).toBe(true)
})
