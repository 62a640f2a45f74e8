/**
 * A simulated escalator or moving walk: people by the hour, energy-saving idling, drive, brake and protection, on a clock
 * of its own. Pure: the same seed and the same steps give the same samples and events.
 */
import { SERVICE_MODE, SPEED_MODE } from '../../src/model/signals.js'
import { createRandom } from '../random.js'
import { type ControllerEvent, rounded, type Sample, SLOW_SIGNALS_MS, TICK_MS } from './device.js'
import { moveSteps, type Wanted } from './escalator-drive.js'
import { protectionOf, watchEscalator } from './escalator-events.js'
import {
  createEscalatorState,
  type EscalatorDesign,
  type EscalatorState,
  rideSeconds,
  wayOf,
} from './escalator-state.js'
import { flowAt, stepsOnInSecond } from './escalator-traffic.js'

export interface Escalator {
  readonly kind: 'escalator'
  readonly design: EscalatorDesign
  /** For fault scripts and tests; readings follow from it. */
  readonly state: EscalatorState
  /** Moves the simulated clock by whole ticks of 100 ms. */
  step(dtMs: number): void
  /** People come at any second, so it never rests. */
  rest(untilMs: number): number
  /** Moves, or something has stopped it: a terminal that reports by change reports each second. */
  stirs(): boolean
  /** Another number whenever a switch has changed. */
  switches(): number
  /** What the sensors see now. The slow signals are in it once a minute, a stop's distance after the stop. */
  sample(): Sample
  /** Events since the last call. */
  takeEvents(): ControllerEvent[]
}

/** It idles when nobody has been on it for so long. */
const IDLE_AFTER_MS = 60_000

export function createEscalator(options: {
  design: EscalatorDesign
  seed: string
  startMs: number
}): Escalator {
  const { design } = options
  const random = createRandom(options.seed)
  const state = createEscalatorState(options.startMs, random)

  function tick(): void {
    state.nowMs += TICK_MS
    const code = protectionOf(state, design)
    if (code !== 0 && state.mode === 'automatic') {
      state.mode = 'locked-out'
      state.lockedBy = code
    }
    moveSteps(state, design, wantedOf(state, design))
    watchEscalator(state)
    if (state.nowMs % 1000 === 0) second()
  }

  function second(): void {
    const { nowMs } = state
    state.riders = state.riders.filter((until) => until > nowMs)
    if (state.riders.length > 0) state.busyAt = nowMs
    if (state.mode === 'automatic' && !isBlocked(state) && stepsOnInSecond(design.use, nowMs, random))
      stepOn(state, design)
    if (state.speed !== 0) state.runSeconds += 1
    const heating = state.motorOn ? 0.03 + 0.002 * state.riders.length : 0
    state.motorTemp += heating - (state.motorTemp - 26) / 1500
  }

  return {
    kind: 'escalator',
    design,
    state,
    step: (dtMs) => {
      for (let left = dtMs; left >= TICK_MS; left -= TICK_MS) tick()
    },
    rest: () => state.nowMs,
    stirs: () => state.speed !== 0 || isBlocked(state),
    switches: () => switchesOf(state, design),
    sample: () => sampleOf(state, design),
    takeEvents: () => (state.events.length === 0 ? [] : state.events.splice(0)),
  }
}

/** Somebody steps on, which starts it where it stood waiting. */
export function stepOn(state: EscalatorState, design: EscalatorDesign): void {
  state.busyAt = state.nowMs
  state.passengers += 1
  state.riders.push(state.nowMs + rideSeconds(design) * 1000)
}

function isBlocked({ causes, mode }: EscalatorState): boolean {
  return causes.mainsLost || causes.emergencyStop || causes.safetyCircuitOpen || mode !== 'automatic'
}

/** People on it when it closes are brought to its end first. */
function isClosed(state: EscalatorState, design: EscalatorDesign): boolean {
  return flowAt(design.use, state.nowMs) === 0 && state.riders.length === 0
}

function wantedOf(state: EscalatorState, design: EscalatorDesign): Wanted {
  if (isBlocked(state) || isClosed(state, design)) return 'rest'
  if (state.nowMs - state.busyAt < IDLE_AFTER_MS || design.idle === 'run') return 'nominal'
  return design.idle === 'slow' ? 'slow' : 'rest'
}

function switchesOf(state: EscalatorState, design: EscalatorDesign): number {
  const { motorOn, brakeReleased, riders, stopSaid } = state
  let number = serviceModeOf(state, design)
  for (const flag of [motorOn, brakeReleased, riders.length > 0, stopSaid]) number = number * 2 + Number(flag)
  return number
}

function sampleOf(state: EscalatorState, design: EscalatorDesign): Sample {
  const { causes, speed } = state
  const wanted = wantedOf(state, design)
  const sample: Sample = {
    serviceMode: serviceModeOf(state, design),
    direction: speed === 0 ? 0 : wayOf(design) > 0 ? 1 : 2,
    speedMode:
      wanted === 'nominal' ? SPEED_MODE.nominal : wanted === 'slow' ? SPEED_MODE.saving : SPEED_MODE.standby,
    speed: rounded(speed, 3),
    handrailSpeedLeft: rounded(speed * (1 - causes.slipLeft), 3),
    handrailSpeedRight: rounded(speed * (1 - causes.slipRight), 3),
    passenger: state.riders.length > 0,
    motorOn: state.motorOn,
    brakeReleased: state.brakeReleased,
    safetyCircuit: !(causes.safetyCircuitOpen || causes.emergencyStop || state.mode === 'locked-out'),
    mainsPower: !causes.mainsLost,
    emergencyStop: causes.emergencyStop,
    stepMissing: causes.stepMissing,
    combPlate: false,
    skirtSwitch: false,
    floorPlate: state.mode === 'inspection',
    handrailInlet: false,
    stepChain: false,
    driveChain: false,
    auxiliaryBrake: false,
  }
  if (!state.stopSaid) {
    state.stopSaid = true
    sample.stopDistance = rounded(state.stopDistance, 2)
  }
  if (state.nowMs - state.slowSaidAt >= SLOW_SIGNALS_MS) addSlow(sample, state)
  return sample
}

function addSlow(sample: Sample, state: EscalatorState): void {
  state.slowSaidAt = state.nowMs
  sample.motorTemp = rounded(state.motorTemp, 1)
  sample.runHours = rounded(state.runSeconds / 3600, 2)
  sample.passengers = state.passengers
}

function serviceModeOf(state: EscalatorState, design: EscalatorDesign): number {
  if (state.mode === 'inspection') return SERVICE_MODE.inspection
  return isBlocked(state) || isClosed(state, design) ? SERVICE_MODE.stopped : SERVICE_MODE.normal
}
