/**
 * Which part shakes: at full speed a rail joint, the sheave and a guide roller each come round so often a metre, and a
 * device that tells the frequency of its highest peak tells which. A part whose size nobody stated is not guessed at.
 */
import type { EquipmentAttributes } from '../../model/equipment.js'
import type { Evidence } from '../../model/finding.js'
import { keepNewest } from '../facts.js'
import { type ElevatorFacts, elevatorSlots } from './facts.js'

const PEAK_HZ = elevatorSlots.slot('vibrationPeakHz')
const PEAK = elevatorSlots.slot('vibrationPeak')
/** Values that lie together for one run: Hz, m/s, and m/s² of the peak, −1 where it was not told. */
const WIDTH = 3
const RUNS = 5
/** Of the newest runs. */
const LEAST_RUNS = 3

const PARTS = ['vibration-of-rail-joints', 'vibration-of-sheave', 'vibration-of-guide-rollers'] as const

/** How often each of `PARTS` comes round, per metre; NaN where unknown. */
export function roundsPerMetre(attributes: EquipmentAttributes): number[] {
  const { railLength, sheaveDiameter, guideRollerDiameter, roping = 1 } = attributes
  return [
    1 / (railLength ?? Number.NaN),
    roping / (Math.PI * (sheaveDiameter ?? Number.NaN)),
    1 / (Math.PI * (guideRollerDiameter ?? Number.NaN)),
  ]
}

/** After a run at full speed, `speed` in m/s. */
export function noteLine(facts: ElevatorFacts, speed: number): void {
  const { raw, lines } = facts
  const hz = raw[PEAK_HZ] ?? Number.NaN
  if (!(hz > 0) || !(speed > 0)) return
  const peak = raw[PEAK] ?? Number.NaN
  facts.lines = keepNewest(lines, RUNS * WIDTH, hz, speed, Number.isNaN(peak) ? -1 : peak)
}

/** Peaks below `leastPeak` (m/s²) say nothing; `share` is how far a line may be from where it should be. */
export function partEvidence(
  { lines, rounds }: ElevatorFacts,
  { leastPeak, share }: { leastPeak: number; share: number },
): Evidence[] {
  return PARTS.flatMap((key, part) => {
    const perMetre = rounds[part] ?? Number.NaN
    let runs = 0
    let newest = 0
    for (let i = 0; i < lines.length; i += WIDTH) {
      const [hz = 0, speed = 0, peak = -1] = lines.slice(i, i + WIDTH)
      if (peak >= 0 && peak < leastPeak) continue
      if (!(Math.abs(hz - perMetre * speed) <= share * perMetre * speed)) continue
      runs++
      newest = hz
    }
    if (runs < LEAST_RUNS) return []
    return [{ key, witness: 'machine' as const, signal: 'vibrationPeakHz', value: newest }]
  })
}
