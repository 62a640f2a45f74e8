/**
 * Heat and water of a boiler by one tick. Steam: water and heat balance of the drum, feed pump on and off at ±40 mm,
 * safety valve. Hot water: a loop with its circulation pump. Constants scale with the capacity, so a 2 t/h and a 10 t/h
 * boiler swing alike.
 */
import { type BoilerDesign, type BoilerState, levelOf, saturationPressure } from './boiler-state.js'
import { clamp, TICK_S } from './device.js'

/** Feed water from the deaerator, °C. */
export const FEED_TEMP = 104
const PUMP_BAND_MM = 40
const PUMP_SHARE = 1.6
const STEAM_KJ_KG = 2780
const WATER_KJ_KG_K = 4.3
/** kJ/K of water and steel for each t/h. */
const HEAT_CAPACITY = 7_500
/** kW for each t/h at full rate, a tenth over what full steam needs. */
export const FULL_HEAT_KW = 715
const LOSS_KW_PER_K = 0.05
/** Safety valves carry off more than the burner can make. */
const VALVE_SHARE = 1.5
const VALVE_RESEAT = 0.95
const KG_S_PER_T_H = 1 / 3.6
const RATE_SETTLE_S = 12
const HEAT_DELAY_S = 2

export function moveSteamDrum(state: BoilerState, design: BoilerDesign): void {
  moveFeedPump(state, design)
  moveHeat(state, design)
  const steam = steamTaken(state, design) * KG_S_PER_T_H
  const feed = state.feedFlow * KG_S_PER_T_H
  const heatOfWater = WATER_KJ_KG_K * state.waterTemp
  const net =
    state.heat -
    steam * (STEAM_KJ_KG - heatOfWater) -
    feed * (heatOfWater - WATER_KJ_KG_K * FEED_TEMP) -
    LOSS_KW_PER_K * design.capacity * (state.waterTemp - 25)
  state.waterTemp += (net * TICK_S) / (HEAT_CAPACITY * design.capacity)
  state.waterMass += (feed - steam - state.causes.leak) * TICK_S

  const before = state.pressure
  state.pressure = saturationPressure(state.waterTemp)
  const rate = ((state.pressure - before) / TICK_S) * 60
  state.pressureRate += ((rate - state.pressureRate) * TICK_S) / RATE_SETTLE_S
}

function moveFeedPump(state: BoilerState, design: BoilerDesign): void {
  const level = levelOf(state, design)
  if (level <= -PUMP_BAND_MM) state.feedPump = true
  if (level >= PUMP_BAND_MM) state.feedPump = false
  if (state.causes.feedPumpBroken || state.causes.mainsLost) state.feedPump = false
  state.feedFlow = state.feedPump ? design.capacity * PUMP_SHARE : 0
}

/** t/h to the consumers and through the safety valve. */
function steamTaken(state: BoilerState, design: BoilerDesign): number {
  if (state.pressure >= design.safetyValveSet) state.safetyValveOpen = true
  if (state.pressure < design.safetyValveSet * VALVE_RESEAT) state.safetyValveOpen = false
  // Consumers get less when the pressure is low, nothing from a cold boiler.
  const available = clamp(state.pressure / (design.workingPressure * 0.7), 0, 1)
  state.steamFlow = state.demand * design.capacity * available
  return state.steamFlow + (state.safetyValveOpen ? design.capacity * VALVE_SHARE : 0)
}

/** Heat reaches the water a little after the flame made it, and a little after the flame is gone. */
function moveHeat(state: BoilerState, design: BoilerDesign): void {
  const fired = state.flame ? state.firing * FULL_HEAT_KW * design.capacity : 0
  state.heat += ((fired - state.heat) * TICK_S) / HEAT_DELAY_S
}

export function moveHotWater(state: BoilerState, design: BoilerDesign): void {
  state.circulationPump = !state.causes.circulationPumpBroken && !state.causes.mainsLost
  moveHeat(state, design)
  const carried = state.circulationPump ? state.demand * 650 * design.capacity : 0
  const net = state.heat - carried - LOSS_KW_PER_K * design.capacity * (state.waterTemp - 20)
  state.waterTemp += (net * TICK_S) / (HEAT_CAPACITY * design.capacity)
  // Pump flow for 15 K between supply and return at full load.
  const difference = state.circulationPump ? state.demand * 15 : 0
  state.inletTemp += ((state.waterTemp - difference - state.inletTemp) * TICK_S) / 60
  state.pressure = design.workingPressure * (0.62 + (state.waterTemp - 75) * 0.002)
}
