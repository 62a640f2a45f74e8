/** Readings of a lift and of a boiler with fourteen signals each, as the load sends them: at work, and nothing wrong. */
import { DOOR } from '../../src/model/signals.js'

/** Readings of a trip: under way to a floor seven away, then doors that open and shut. */
const TRIP = 40
const RIDE = 28
const FLOORS_A_TRIP = 7

/** `step` counts the readings of one equipment from 0; `ts` in ms since 1970. */
export function liftReading(ts: number, step: number, withSeq = false): string {
  const trip = Math.floor(step / TRIP)
  const at = step % TRIP
  const moving = at < RIDE
  const speed = moving ? Math.min(at + 1, RIDE - at, 14) * 0.125 : 0
  const seq = withSeq ? `,"seq":${step + 1}` : ''
  return (
    `{"ts":${ts}${seq},"serviceMode":1,"carStatus":${moving ? 1 : 0},"direction":${moving ? wayOf(trip) : 0},` +
    `"doorZone":${!moving || at % 4 === 0},"floor":${floorAt(step)},"door":${doorAt(at)},"passenger":true,` +
    `"speed":${speed.toFixed(2)},"load":${300 + ((trip * 37) % 400)},"safetyCircuit":true,"mainsPower":true,` +
    `"motorTemp":${40 + (step % 20)}.5,"machineRoomTemp":28.1,"runs":${trip + (moving ? 0 : 1)}}`
  )
}

/** Up and down twenty-nine floors: a number that leaps is a lift that has lost itself. */
export function floorAt(step: number): number {
  const trip = Math.floor(step / TRIP)
  const passed = Math.min(FLOORS_A_TRIP, Math.floor((step % TRIP) / 4))
  return 1 + FLOORS_A_TRIP * landingOf(trip) + (wayOf(trip) === 1 ? passed : -passed)
}

/** Where a trip begins: 0 to 4 and back. */
function landingOf(trip: number): number {
  return 4 - Math.abs((trip % 8) - 4)
}

function wayOf(trip: number): 1 | 2 {
  return landingOf(trip + 1) > landingOf(trip) ? 1 : 2
}

function doorAt(at: number): number {
  if (at < RIDE || at > 36) return DOOR.closed
  if (at === RIDE) return DOOR.opening
  return at === 36 ? DOOR.closing : DOOR.open
}

/** A boiler's reading with fourteen signals, burning steadily. */
export function boilerReading(ts: number, step: number): string {
  const sway = Math.sin(step / 30)
  return (
    `{"ts":${ts},"boilerState":3,"waterLevel":${(sway * 15).toFixed(1)},"pressure":${(1.1 + sway * 0.02).toFixed(3)},` +
    `"steamFlow":${(3 + sway * 0.2).toFixed(2)},"feedwaterFlow":${(3.1 + sway * 0.2).toFixed(2)},"feedPump":true,` +
    `"fuelValve":true,"flame":true,"fuelPressure":${(12 + sway * 0.3).toFixed(2)},"furnacePressure":${(-20 + sway * 5).toFixed(1)},` +
    `"exhaustTemp":${(150 + sway * 4).toFixed(1)},"o2":${(3.1 + sway * 0.2).toFixed(2)},"forcedDraftFan":true,"inducedDraftFan":true}`
  )
}
