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
import { isTroubled, watchController } from './lift-events.js'
import { moveCar, moveDoor } from './lift-motion.js'
import {
  createLiftState,
  floorOf,
  inZone,
  isSettled,
  type LiftDesign,
  type LiftState,
  massOf,
  overTravel,
} from './lift-state.js'
import { arrivalInSecond } from './lift-traffic.js'

export interface Lift {
  readonly kind: 'elevator'
  readonly design: LiftDesign
  /** For fault scripts and tests; readings follow from it. */
  readonly state: LiftState
  /** Moves the simulated clock by whole ticks of 100 ms; rest is passed in one go, and nothing else for it. */
  step(dtMs: number): void
  /** Passes time up to `untilMs` as long as nothing can change in them; answers how far it came. */
  rest(untilMs: number): number
  /** Moves, is not shut, stands at no landing, or has said something that has not ended: a terminal that reports by change reports each second. */
  stirs(): boolean
  /** Another number whenever a switch has changed. */
  switches(): number
  /** What the sensors see now. The slow signals are in it once a minute, those of a run after each stop. */
  sample(): Sample
  /** Events since the last call. */
  takeEvents(): ControllerEvent[]
}

/** Temperatures are moved on this often. */
const WARM_EVERY_MS = 10_000

export function createLift(options: {
  design: LiftDesign
  seed: string
  startMs: number
  /** False: every tick is calculated, also in rest, to the same end. */
  restful?: boolean
}): Lift {
  const { design, restful = true } = options
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

  /** ms until the next second that can be passed at once, because no tick of them could change anything. */
  function restMs(left: number): number {
    if (!restful || state.nowMs % TICK_MS !== 0 || !isSettled(state, design)) return 0
    const whole = left - (left % TICK_MS)
    return Math.min(whole, 1000 - (state.nowMs % 1000))
  }

  /** True when a second is full. */
  function pass(ms: number): boolean {
    state.nowMs += ms
    return state.nowMs % 1000 === 0
  }

  function second(): void {
    const passenger = arrivalInSecond({
      use: design.use,
      floors: design.floors,
      nowMs: state.nowMs,
      traffic: design.traffic ?? 1,
      random,
    })
    if (passenger && state.mode === 'automatic') callFrom(state, passenger)
    if (state.nowMs % WARM_EVERY_MS === 0) warm()
  }

  /** A motor that heats up to 60 K over the room in steady use and cools in a quarter of an hour. */
  function warm(): void {
    const seconds = WARM_EVERY_MS / 1000
    const heating = state.motion === 'run' ? 0.07 : 0
    state.motorTemp += seconds * (heating - (state.motorTemp - state.roomTemp) / 900)
    state.roomTemp = 26 + 4 * Math.sin(((localHour(state.nowMs) - 9) / 24) * 2 * Math.PI)
  }

  return {
    kind: 'elevator',
    design,
    state,
    step(dtMs) {
      for (let left = dtMs; left >= TICK_MS; ) {
        const still = restMs(left)
        if (still === 0) tick()
        else if (pass(still)) second()
        left -= still || TICK_MS
      }
    },
    rest(untilMs) {
      for (let still = 1; still > 0; ) {
        still = state.nowMs < untilMs ? restMs(untilMs - state.nowMs) : 0
        if (still > 0 && pass(still)) second()
      }
      return state.nowMs
    },
    stirs: () => state.motion !== 'rest' || state.door > 0 || !inZone(state, design) || isTroubled(state),
    switches: () => switchesOf(state, design),
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
    floor: saidFloor(state, design),
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

/** Every switch of the sample in one number. */
function switchesOf(state: LiftState, design: LiftDesign): number {
  const { causes } = state
  const flags = [causes.mainsLost, causes.safetyCircuitOpen, state.alarmUntil > state.nowMs]
  let number = serviceModeOf(state) * 8 + doorCode(state)
  for (const flag of flags) number = number * 2 + Number(flag)
  number = (number * 2 + Number(inZone(state, design))) * 32 + state.riders.length
  return number
}

function saidFloor(state: LiftState, design: LiftDesign): number {
  const floor = floorOf(state, design)
  return design.overTravel === 'floor' ? floor + overTravel(state, design) : floor
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
    case 'fire':
      return SERVICE_MODE.fireRecall
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
