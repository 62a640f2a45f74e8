/**
 * Burner control and the interlocks over it: purge, ignition, modulation, stop, and the trips that stay latched until a
 * person resets them. Order of the pressure steps: control band, 100.8 % burner stop, 101.6 % cut, safety valve at its
 * set pressure.
 */
import { type BoilerDesign, type BoilerState, type BurnerPhase, levelOf, type Trip } from './boiler-state.js'
import { clamp, TICK_S } from './device.js'

/** Pressure steps as shares of the working pressure. */
export const PRESSURE_STEPS = { start: 0.84, stop: 0.96, interlock: 1.008, cut: 1.016 } as const
/** mm above the lowest safe level at which the low-water switch acts: it must act no later than that level. */
export const LOW_WATER_MARGIN_MM = 5
/** °C of outlet water: burner control around the set point, and the trip. */
export const HOT_WATER = { set: 78, start: 74, stop: 83, trip: 95 } as const
const LEAST_FIRING = 0.2
const FIRING_PER_S = 0.03
/** The flame guard closes the fuel within this time of losing the flame (permitted: 1 s). */
const FLAME_GUARD_MS = 800
const FLAME_AFTER_MS = 2_000
const IGNITION_LIMIT_MS = 5_000
const POST_PURGE_MS = 25_000
/** Pa in a drawn furnace, and in one that is blown into and not drawn. */
const DRAWN_PA = -30
const BLOCKED_PA = 260
const FURNACE_SETTLE_S = 4

/** The trip whose condition holds now. */
export function tripCause(state: BoilerState, design: BoilerDesign): Trip {
  const { causes } = state
  if (causes.mainsLost) return 'power'
  const airless = (causes.forcedFanBroken || causes.inducedFanBroken) && state.burner !== 'off'
  if (airless && !causes.airSwitchBypassed) return 'fan'
  if (design.medium === 'hot-water') {
    if (!state.circulationPump && state.fuelValve && !causes.pumpSwitchBypassed) return 'pump'
    return state.waterTemp >= HOT_WATER.trip && !causes.heatSwitchBypassed ? 'over-temperature' : 'none'
  }
  if (lowWater(state, design) && !causes.lowWaterBypassed) return 'low-water'
  const cut = design.workingPressure * PRESSURE_STEPS.cut
  return state.pressure >= cut && !causes.secondPressureSwitchBypassed ? 'over-pressure' : 'none'
}

export function lowWater(state: BoilerState, design: BoilerDesign): boolean {
  return design.medium === 'steam' && levelOf(state, design) <= design.lowWaterLimit + LOW_WATER_MARGIN_MM
}

/** One tick of burner, valve and flame. */
export function moveBurner(state: BoilerState, design: BoilerDesign): void {
  const cause = tripCause(state, design)
  if (cause !== 'none' && state.trip === 'none') state.trip = cause
  watchFlame(state)
  if (state.trip !== 'none' || mustStop(state, design)) stopBurner(state)
  sequence(state, design)
  if (state.causes.flameBlownOut) state.flame = false
  if (!state.fuelValve) state.flame = false
  moveAir(state, design)
}

/** Fans, and the furnace pressure that they, and what is behind it, make. */
function moveAir(state: BoilerState, design: BoilerDesign): void {
  const { causes } = state
  const asked = state.burner !== 'off' && !causes.mainsLost
  state.fan = asked && !causes.forcedFanBroken
  if (design.draught !== 'balanced') return
  state.inducedFan = asked && !causes.inducedFanBroken
  const blocked = causes.damperShut || !state.inducedFan
  const wanted = !state.fan ? 0 : blocked ? BLOCKED_PA : DRAWN_PA
  state.furnacePressure += ((wanted - state.furnacePressure) * TICK_S) / FURNACE_SETTLE_S
}

/** A person resets the boiler; it stays locked while the cause lasts. */
export function resetBoiler(state: BoilerState, design: BoilerDesign): void {
  if (tripCause(state, design) === 'none') state.trip = 'none'
}

function watchFlame(state: BoilerState): void {
  if (state.burner !== 'firing' || state.flame) {
    state.flamelessSince = 0
    return
  }
  state.flamelessSince ||= state.nowMs
  if (state.nowMs - state.flamelessSince >= FLAME_GUARD_MS && state.trip === 'none') state.trip = 'flame-out'
}

function mustStop(state: BoilerState, design: BoilerDesign): boolean {
  const { causes } = state
  if (design.medium === 'hot-water') return state.waterTemp >= HOT_WATER.stop && !causes.controlStuck
  const { workingPressure } = design
  if (state.pressure >= workingPressure * PRESSURE_STEPS.interlock) return !causes.firstPressureSwitchBypassed
  return state.pressure >= workingPressure * PRESSURE_STEPS.stop && !causes.controlStuck
}

function mayStart(state: BoilerState, design: BoilerDesign): boolean {
  if (state.trip !== 'none') return false
  return design.medium === 'hot-water'
    ? state.waterTemp < HOT_WATER.start
    : state.pressure < design.workingPressure * PRESSURE_STEPS.start
}

function stopBurner(state: BoilerState): void {
  if (state.burner !== 'off' && state.burner !== 'post-purge') enter(state, 'post-purge')
  if (!state.causes.fuelValveStuck) state.fuelValve = false
  state.firing = 0
}

function enter(state: BoilerState, phase: BurnerPhase): void {
  state.burner = phase
  state.burnerSince = state.nowMs
}

function sequence(state: BoilerState, design: BoilerDesign): void {
  const lasted = state.nowMs - state.burnerSince
  switch (state.burner) {
    case 'off':
      if (mayStart(state, design)) enter(state, 'pre-purge')
      return
    case 'pre-purge':
      if (lasted < design.prePurge * 1000) return
      enter(state, 'ignition')
      state.fuelValve = true
      state.burnerStarts += 1
      return
    case 'ignition':
      return ignite(state, lasted)
    case 'firing':
      return modulate(state, design)
    case 'post-purge':
      if (lasted >= POST_PURGE_MS) enter(state, 'off')
      return
  }
}

function ignite(state: BoilerState, lasted: number): void {
  if (lasted >= FLAME_AFTER_MS && !state.causes.flameBlownOut) {
    state.flame = true
    state.firing = LEAST_FIRING
    enter(state, 'firing')
  } else if (lasted >= IGNITION_LIMIT_MS) {
    state.trip = 'ignition-failed'
    stopBurner(state)
  }
}

function modulate(state: BoilerState, design: BoilerDesign): void {
  const wanted = state.causes.controlStuck ? 1 : wantedFiring(state, design)
  const step = FIRING_PER_S * TICK_S
  state.firing += clamp(wanted - state.firing, -step, step)
}

function wantedFiring(state: BoilerState, design: BoilerDesign): number {
  const short =
    design.medium === 'hot-water'
      ? (HOT_WATER.set + 2 - state.waterTemp) / 6
      : (design.workingPressure * 0.93 - state.pressure) / (design.workingPressure * 0.08)
  return clamp(short, LEAST_FIRING, 1)
}
