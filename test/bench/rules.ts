/**
 * `rules`: readings a second through the rule step alone, per core, beside JSON.parse of the same bytes; and what decoding
 * costs before it. The three take turns in short blocks, so that a machine whose speed drifts slows all of them. `growth`: the same and the memory for each device, for fleets of 1,000, 10,000 and 50,000.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { startCpuClock } from './cpu.js'
import { createRuleFleet } from './rule-fleet.js'

/** What lifts do differs from second to second, so all blocks together are whole trips, of 40 readings each. */
const BLOCKS = 10
const BLOCK_READINGS = 40_000
const BLOCK_ROUNDS = 4
/** Equipment is met for the first time in the first rounds, and code is compiled anew until so many readings are through. */
const WARM_UP_ROUNDS = 20
const WARM_UP_READINGS = 200_000
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
  const { counts } = fleet.engine
  const warmUp = Math.max(WARM_UP_ROUNDS, BLOCK_ROUNDS * Math.ceil(WARM_UP_READINGS / count / BLOCK_ROUNDS))
  for (let round = 1; round <= warmUp; round++) fleet.play(round)
  const bytes = (heapBytes() - before) / count
  // What it decodes is not stepped, so that its clocks go on as those of the other do.
  const decoder = createRuleFleet(kind, count)
  for (let round = 1; round <= warmUp; round++) decoder.decode(round)

  const judged = counts.evaluations
  const rounds = BLOCK_ROUNDS * Math.ceil(BLOCK_READINGS / count / BLOCK_ROUNDS)
  const readings = BLOCKS * rounds * count
  const costs = { stepped: 0, decoded: 0, parsed: 0 }
  for (let block = 0; block < BLOCKS; block++) {
    const first = warmUp + 1 + block * rounds
    const last = first + rounds
    costs.stepped += timed(first, last, fleet.play)
    costs.decoded += timed(first, last, decoder.decode)
    costs.parsed += timed(first, last, (round) => parse(fleet.payload(round), count))
  }
  return {
    step: readings / (costs.stepped - costs.decoded),
    decode: readings / costs.decoded,
    parse: readings / costs.parsed,
    bytes,
    patterns: Math.round((counts.evaluations - judged) / readings),
  }
}

function parse(payload: Buffer, times: number): void {
  for (let i = 0; i < times; i++) if (JSON.parse(payload.toString()) === null) throw new Error('no reading')
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
