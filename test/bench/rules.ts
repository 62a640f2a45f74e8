/**
 * `rules`: readings a second through the rule step alone, per core, beside JSON.parse of the same bytes; and what decoding
 * costs before it. `growth`: the same and the memory for each device, for fleets of 1,000, 10,000 and 50,000.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { startCpuClock } from './cpu.js'
import { createRuleFleet } from './rule-fleet.js'

const MEASURED_READINGS = 400_000
/** Rounds in which equipment is met for the first time and code is compiled. */
const WARM_UP_ROUNDS = 20
const KINDS = ['elevator', 'boiler'] as const

export function benchRules(): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const kind of KINDS) {
    for (const equipment of [1000, 10_000]) {
      const { step, decode, parse, patterns } = measure(kind, equipment)
      const name = `${kind}${equipment}`
      figures[`${name}StepsPerSecond`] = Math.round(step)
      figures[`${name}JsonParsePerSecond`] = Math.round(parse)
      figures[`${name}StepOfJsonParse`] = rounded(step / parse)
      figures[`${name}DecodeAndStepPerSecond`] = Math.round(1 / (1 / step + 1 / decode))
      console.log(
        `  ${equipment} ${kind}s, ${patterns} patterns: ${Math.round(step)} readings/s stepped, ${rounded(step / parse)} of JSON.parse (${Math.round(parse)}/s); decoded and stepped ${Math.round(1 / (1 / step + 1 / decode))}/s`,
      )
    }
  }
  return figures
}

export function benchGrowth(): Record<string, number> {
  const figures: Record<string, number> = {}
  for (const equipment of [1000, 10_000, 50_000]) {
    const { step, bytes } = measure('elevator', equipment)
    figures[`bytesPerDevice${equipment}`] = Math.round(bytes)
    figures[`stepMicroseconds${equipment}`] = rounded(1e6 / step)
    console.log(
      `  ${equipment} lifts: ${Math.round(bytes)} bytes each in decoder and rules, ${rounded(1e6 / step)} µs a step`,
    )
  }
  return figures
}

interface Measured {
  /** Readings a second. */
  step: number
  decode: number
  parse: number
  /** Of memory for each device. */
  bytes: number
  /** Patterns judged for each reading. */
  patterns: number
}

function measure(kind: (typeof KINDS)[number], count: number): Measured {
  const before = heapBytes()
  const fleet = createRuleFleet(kind, count)
  const { engine, decoder } = fleet
  const rounds = Math.ceil(MEASURED_READINGS / count)
  const both = (round: number) => fleet.play(round, (record) => engine.step(record, decoder.decode(record)))
  for (let round = 1; round <= WARM_UP_ROUNDS; round++) both(round)
  const bytes = (heapBytes() - before) / count

  const judged = engine.counts.evaluations
  const first = WARM_UP_ROUNDS + 1
  const stepped = timed(first, first + rounds, both)
  const patterns = (engine.counts.evaluations - judged) / (rounds * count)
  // The same records once more, decoded only: what is left of the first time is the step's.
  const decoded = timed(first + rounds, first + 2 * rounds, (round) =>
    fleet.play(round, (record) => void decoder.decode(record)),
  )
  let parsed = 0
  const parsing = timed(first, first + rounds, (round) => {
    const payload = fleet.payload(round)
    for (let i = 0; i < count; i++) if (JSON.parse(payload.toString()) !== null) parsed++
  })
  const readings = rounds * count
  return {
    step: readings / (stepped - decoded),
    decode: readings / decoded,
    parse: parsed / parsing,
    bytes,
    patterns: Math.round(patterns),
  }
}

/** CPU seconds: the step is a difference of two of them, and what else the machine does must not show in it. */
function timed(from: number, to: number, play: (round: number) => void): number {
  const cpuSeconds = startCpuClock()
  for (let round = from; round < to; round++) play(round)
  return cpuSeconds()
}

/** Of memory in use, after everything that can be freed has been. */
function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100
}
