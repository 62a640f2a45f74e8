/** A lift's reading with fourteen signals, as the load sends it. */

/** `step` counts the readings of one equipment from 0; `ts` in ms since 1970. */
export function liftReading(ts: number, step: number, withSeq = false): string {
  const speed = (((step * 7) % 175) / 100).toFixed(2)
  const seq = withSeq ? `,"seq":${step + 1}` : ''
  return (
    `{"ts":${ts}${seq},"serviceMode":1,"carStatus":1,"direction":1,"doorZone":false,"floor":${floorAt(step)},` +
    `"door":2,"passenger":true,"speed":${speed},"load":${300 + (step % 400)},"safetyCircuit":true,"mainsPower":true,` +
    `"motorTemp":${40 + (step % 20)}.5,"machineRoomTemp":28.1,"runs":${step}}`
  )
}

/** Up and down thirty floors, one at a time: a number that leaps is a lift that has lost itself. */
export function floorAt(step: number): number {
  return 1 + Math.abs(((step + 29) % 58) - 29)
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
