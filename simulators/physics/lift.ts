/**
 * A simulated traction lift: passengers, controller, car and door on a clock of its own. Pure: the same seed and the
 * same steps give the same samples and events.
 */
import { DOOR, SERVICE_MODE } from '../../src/model/signals.js'
import { createRandom } from '../random.js'
import {
  type ControllerEvent,
  clamp,
  localHour,
  rounded,
  type Sample,
  SLOW_SIGNALS_MS,
  TICK_MS,
} from './device.js'
import { callFrom, controlCar } from './lift-control.js'
import { watchController } from './lift-events.js'
import { moveCar, moveDoor } from './lift-motion.js'
import { createLiftState, floorOf, inZone, type LiftDesign, type LiftState, massOf } from './lift-state.js'
import { arrivalInSecond } from './lift-traffic.js'

export interface Lift {
  readonly kind: 'elevator'
  readonly design: LiftDesign
  /** For fault scripts and tests; readings follow from it. */
  readonly state: LiftState
  /** Moves the simulated clock by whole ticks of 100 ms. */
  step(dtMs: number): void
  /** What the sensors see now. The slow signals are in it once a minute, those of a run after each stop. */
  sample(): Sample
  /** Events since the last call. */
  takeEvents(): ControllerEvent[]
}

export function createLift(options: { design: LiftDesign; seed: string; startMs: number }): Lift {
  const { design } = options
  const random = createRandom(options.seed)
  const state = createLiftState(design, options.startMs, random)

  function tick(): void {
    state.nowMs += TICK_MS
    moveCar(state, design, random)
    moveDoor(state)
    controlCar(state, design, random)
    watchController(state, design)
    if (state.nowMs % 1000 === 0) second()
  }

  function second(): void {
    const passenger = arrivalInSecond({
      use: design.use,
      floors: design.floors,
      nowMs: state.nowMs,
      random,
    })
    if (passenger && state.mode === 'automatic') callFrom(state, passenger)
    // A motor that heats up to 60 K over the room in steady use and cools in a quarter of an hour.
    const heating = state.motion === 'run' ? 0.07 : 0
    state.motorTemp += heating - (state.motorTemp - state.roomTemp) / 900
    state.roomTemp = 26 + 4 * Math.sin(((localHour(state.nowMs) - 9) / 24) * 2 * Math.PI)
  }

  return {
    kind: 'elevator',
    design,
    state,
    step: (dtMs) => {
      for (let left = dtMs; left >= TICK_MS; left -= TICK_MS) tick()
    },
    sample: () => sampleOf(state, design),
    takeEvents: () => (state.events.length === 0 ? [] : state.events.splice(0)),
  }
}

function sampleOf(state: LiftState, design: LiftDesign): Sample {
  const moving = state.motion !== 'rest'
  const sample: Sample = {
    serviceMode: serviceModeOf(state),
    carStatus: moving ? 1 : 0,
    direction: !moving ? 0 : state.speed > 0 ? 1 : state.speed < 0 ? 2 : 0,
    doorZone: inZone(state, design),
    floor: floorOf(state, design),
    door: doorCode(state),
    passenger: state.riders.length > 0,
    peopleCount: state.riders.length,
    speed: rounded(state.speed, 2),
    mainsPower: !state.causes.mainsLost,
    alarmButton: state.alarmUntil > state.nowMs,
  }
  if (design.source === 'controller') {
    sample.load = clamp(massOf(state.riders), 0, 20_000)
    sample.safetyCircuit = !state.causes.safetyCircuitOpen
    sample.brakeReleased = moving && state.motion !== 'brake' && state.motion !== 'slip'
  }
  if (state.arrived) addRun(sample, state)
  if (state.nowMs - state.slowSaidAt >= SLOW_SIGNALS_MS) addSlow(sample, state)
  return sample
}

function addRun(sample: Sample, state: LiftState): void {
  state.arrived = false
  sample.levelError = rounded(state.levelError, 1)
  sample.vibrationX = rounded(state.vibration[0], 3)
  sample.vibrationY = rounded(state.vibration[1], 3)
  sample.vibrationZ = rounded(state.vibration[2], 3)
  sample.runs = state.runs
  sample.doorCycles = state.doorCycles
}

function addSlow(sample: Sample, state: LiftState): void {
  state.slowSaidAt = state.nowMs
  sample.motorTemp = rounded(state.motorTemp, 1)
  sample.machineRoomTemp = rounded(state.roomTemp, 1)
  sample.runHours = rounded(state.runSeconds / 3600, 2)
}

function serviceModeOf({ mode, causes }: LiftState): number {
  switch (mode) {
    case 'locked-out':
      return SERVICE_MODE.stopped
    case 'inspection':
      return SERVICE_MODE.inspection
    case 'evacuation':
      return SERVICE_MODE.emergencyPower
    case 'automatic':
      return causes.mainsLost || causes.safetyCircuitOpen ? SERVICE_MODE.stopped : SERVICE_MODE.normal
  }
}

function doorCode(state: LiftState): number {
  if (state.doorMoving > 0) return DOOR.opening
  if (state.doorMoving < 0) return DOOR.closing
  if (state.door === 1) return DOOR.open
  if (state.door > 0) return DOOR.ajar
  return state.motion === 'rest' ? DOOR.closed : DOOR.locked
}
