/** The damper behind a drawn furnace stays shut: the furnace comes under pressure while it fires. */
import { bringFire, operatorResets } from './boiler-scene.js'
import { boilerFault } from './fault.js'

/** Pa over the house: flame and gas come out. */
const BLOWS_OUT_PA = 100

export const furnacePressure = boilerFault({
  name: 'furnace-pressure',
  subject: 'boiler',
  summary: 'the damper stays shut while the burner fires: a drawn furnace comes under pressure',
  lastsMs: 60_000,
  begin({ machine: boiler }) {
    const { state } = boiler
    return {
      danger: { pattern: 'B-FUR', isTrue: () => state.furnacePressure > BLOWS_OUT_PA },
      arm(nowMs) {
        if (bringFire(boiler, nowMs)) state.causes.damperShut = true
        return state.furnacePressure > BLOWS_OUT_PA
      },
      release: operatorResets(boiler, () => {
        state.causes.damperShut = false
      }),
    }
  },
})
