/** Plays a case through the real decoder and the real engine, and says where what was found is not what was expected. */
import { createDecoder } from '../../codecs/decode.js'
import { createDirectory } from '../../codecs/directory.js'
import { shardOf } from '../../model/equipment.js'
import type { Finding } from '../../model/finding.js'
import type { RuleSet } from '../../model/rule-set.js'
import { CATALOGUE } from '../catalogue.js'
import { createEngine } from '../engine.js'
import type { Case, Expected } from './case-schema.js'
import { createEngineOf } from './engine-of.js'
import { CASE_EQUIPMENT, journalOf, START } from './timeline.js'

/** A tick and a reading may lie between a hold's end and its notice. */
const TOLERANCE_S = 1.1

export interface CaseOutcome {
  case: Case
  /** In words, by time; of the case's pattern alone. */
  found: string[]
  /** Where it is not as expected; empty when the case holds. */
  faults: string[]
}

export function playCase(one: Case, rules: RuleSet): CaseOutcome {
  const directory = createDirectory()
  const decoder = createDecoder({ directory })
  const findings: Finding[] = []
  const options = {
    shards: [shardOf(CASE_EQUIPMENT)],
    directory,
    emit: (finding: Finding) => void findings.push(finding),
  }
  // An engine of one set goes by no other, whatever a journal says; a case that changes its rules needs one that does.
  const changes = one.steps.some(({ rules: changed }) => changed !== undefined)
  const engine = changes ? createEngine({ ...options, catalogue: CATALOGUE }) : createEngineOf(rules, options)
  for (const record of journalOf(one, changes ? rules : undefined)) {
    if (record.kind === 'tick')
      engine.tick(record.arrival, record.position, undefined, record.payload.length > 0)
    else engine.step(record, decoder.decode(record))
  }
  const found = findings.filter(({ pattern }) => pattern === one.pattern)
  return { case: one, found: found.map(inWords), faults: faultsOf(one, found) }
}

/** Compares what a case's pattern found with what the case expects. */
export function faultsOf(
  { verdict, expect }: Pick<Case, 'verdict' | 'expect'>,
  found: readonly Finding[],
): string[] {
  const faults: string[] = []
  if (verdict === 'quiet') {
    const sent = found.filter(({ suppressed }) => suppressed === null)
    faults.push(...sent.map((finding) => `${inWords(finding)}: nobody should be told`))
  }
  if (found.length !== expect.length) {
    faults.push(`${expect.length} expected, ${found.length} found`)
  }
  for (const [i, wanted] of expect.entries()) {
    const finding = found[i]
    if (!finding) faults.push(`${expectedInWords(wanted)}: not found`)
    else faults.push(...differences(wanted, finding).map((one) => `${expectedInWords(wanted)}: ${one}`))
  }
  return faults
}

function differences(wanted: Expected, finding: Finding): string[] {
  const { at, evidence, cause, ...rest } = wanted
  const wrong: string[] = []
  const foundAt = secondsOf(finding)
  if (Math.abs(foundAt - at) > TOLERANCE_S) wrong.push(`found at ${foundAt} s`)
  for (const [key, value] of Object.entries(rest)) {
    const is = finding[key as keyof Finding]
    if (is !== value) wrong.push(`${key} is ${String(is)}, not ${String(value)}`)
  }
  const keys = finding.evidence.map(({ key }) => key)
  if (evidence && keys.filter((key) => evidence.includes(key)).join() !== evidence.join()) {
    wrong.push(`evidence is ${keys.join(', ') || 'empty'}, not ${evidence.join(', ')}`)
  }
  const [likeliest] = finding.causes ?? []
  if (cause !== undefined && likeliest?.cause !== cause) {
    wrong.push(`cause is ${likeliest?.cause ?? 'not guessed'}, not ${cause}`)
  }
  return wrong
}

function secondsOf({ at }: Finding): number {
  return (at - START) / 1000
}

function inWords(finding: Finding): string {
  const { stage, priority, suppressed } = finding
  return `${stage} at ${secondsOf(finding)} s, ${priority}${suppressed === null ? '' : `, suppressed: ${suppressed}`}`
}

function expectedInWords({ stage, at }: Expected): string {
  return `${stage} at ${at} s`
}
