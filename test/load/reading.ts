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
