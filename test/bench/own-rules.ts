/** `own-rules`: looks a second of one own rule of medium size, over readings that change, on one core. */
import { CATALOGUE } from '../../src/rules/catalogue.js'
import { compileRule } from '../../src/rules/own/compile.js'
import { readRules } from '../../src/rules/own/read.js'

const LOOKS = 2_000_000
const WARM_UP = 200_000
const EQUIPMENT = 100

const RULE = `
id: X-BENCH
kind: elevator
name: {zh: 测速, en: bench}
class: fault
priority: P3
raise: >-
  (machineRoomTemp > $limit and rate(machineRoomTemp, 5m) > 0.5
  or count(door == "open", 10m) >= 30) and not overload
clear: machineRoomTemp < $limit - 3
for: 5m
parameters:
  limit: {default: 40, unit: °C, min: 25, max: 60, source: our judgement}
`

export function benchOwnRules(): Record<string, number> {
  const [rule] = readRules(RULE).rules
  if (!rule) throw new TypeError('the rule of the bench cannot be read')
  const pattern = compileRule(rule)
  const { slots } = CATALOGUE.elevator
  const [temperature, door, overload] = ['machineRoomTemp', 'door', 'overload'].map((name) =>
    slots.slot(name),
  )
  const fleet = Array.from({ length: EQUIPMENT }, () => ({
    facts: CATALOGUE.elevator.createFacts(),
    state: pattern.createState(),
  }))
  const heard = { low: -1, high: -1 }
  function look(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const one = fleet[i % EQUIPMENT]
      if (!one) continue
      const round = Math.floor(i / EQUIPMENT)
      const { facts, state } = one
      facts.now = 1_790_000_000_000 + round * 1000
      facts.raw[temperature ?? 0] = 30 + (round % 100) / 10
      facts.raw[door ?? 0] = round % 20 < 5 ? 4 : 2
      facts.raw[overload ?? 0] = 0
      pattern.condition(facts, pattern.defaults, [], state, heard)
    }
  }
  look(0, WARM_UP)
  const began = performance.now()
  look(WARM_UP, WARM_UP + LOOKS)
  const perSecond = Math.round((LOOKS * 1000) / (performance.now() - began))
  const bytes = Buffer.byteLength(JSON.stringify(fleet[0]?.state))
  console.log(
    `  one rule of medium size: ${perSecond} looks/s; its state is ${bytes} bytes of JSON an equipment`,
  )
  return { looksPerSecond: perSecond, stateBytes: bytes }
}
