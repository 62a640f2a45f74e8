/**
 * How often a lift without a dangerous fault gives cause for thought, for each lift and month. What controllers say of
 * themselves is counted from MTA LiftNet, 2023; how people and terminals behave is our judgement, with what is
 * published of Chinese cities as the order of magnitude: power 13–22 % and blocked doors 13–16 % of all entrapments.
 */
import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { dataFile } from '../files.js'

/** Lifts under LiftNet in 2023, roughly; the counts are of one year. */
const LIFTNET_LIFT_MONTHS = 370 * 12

const GROUPS = {
  power: /power|main line/i,
  door: /door clos|close time|safety edge|reopen/i,
  fire: /^fire /i,
  chain: /safety circuit|safety string|gate switch open|intermediate door lock|stop switch|drive fault/i,
} as const
export type MessageGroup = keyof typeof GROUPS

interface Row {
  controller_message: string
  events: string
}

/** Messages of these groups for each lift and month. */
export function readMessageRates(): Record<MessageGroup, number> {
  const file = readFileSync(dataFile('mix/mta_liftnet_vocabulary/controller_fault_messages.csv'), 'utf8')
  const rows: Row[] = parse(file, { columns: true })
  const rate = (pattern: RegExp) =>
    rows
      .filter((row) => pattern.test(row.controller_message))
      .reduce((sum, row) => sum + Number(row.events), 0) / LIFTNET_LIFT_MONTHS
  return {
    power: rate(GROUPS.power),
    door: rate(GROUPS.door),
    fire: rate(GROUPS.fire),
    chain: rate(GROUPS.chain),
  }
}
