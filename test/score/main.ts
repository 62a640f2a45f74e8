/**
 * `npm run score -- [--seed 1] [--part 1/1] [--lift-months 2000] [--faults 300] [--only L-TRAP-1,…] [--out FILE]`: plays
 * so many dangerous faults of each pattern, and so many months of lifts in which nobody is in danger, through the real
 * decoder and the real engine, and scores what was found against what was so. `--part i/n` does the i-th of n shares;
 * `--add FILE FILE…` adds files up and prints them; `--replay CASE` plays one listed case again and shows every move.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { playStreet, STREET_LIFTS } from './calm.js'
import { SCORED_PATTERNS } from './injections.js'
import { playFault } from './recall.js'
import { replay } from './replay.js'
import { addUp, type Part, printScore } from './table.js'

const { values, positionals } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    part: { type: 'string', default: '1/1' },
    'lift-months': { type: 'string', default: '2000' },
    faults: { type: 'string', default: '300' },
    only: { type: 'string' },
    out: { type: 'string' },
    add: { type: 'boolean', default: false },
    replay: { type: 'string' },
  },
  allowPositionals: true,
})
const print = (line: string) => console.log(line)

if (values.add) printScore(addUp(positionals.map(readPart)), print)
else if (values.replay !== undefined) replay(values.seed, values.replay, print)
else score()

function readPart(path: string): Part {
  return JSON.parse(readFileSync(path, 'utf8')) as Part
}

function score(): void {
  const { seed, part: share } = values
  const [number = 1, parts = 1] = share.split('/').map(Number)
  const mine = (index: number) => index % parts === number - 1
  const part: Part = { seed, outcomes: [], liftMonths: 0, readings: 0, calmSeconds: 0, calls: [] }
  const patterns = values.only?.split(',') ?? SCORED_PATTERNS
  for (const pattern of patterns) {
    const began = performance.now()
    for (let index = 0; index < Number(values.faults); index++) {
      if (mine(index)) part.outcomes.push(playFault(pattern, seed, index))
    }
    print(`${pattern}: ${((performance.now() - began) / 1000).toFixed(1)} s`)
  }
  const streets = Math.ceil(Number(values['lift-months']) / STREET_LIFTS)
  for (let street = 0; street < streets; street++) {
    if (!mine(street)) continue
    const began = performance.now()
    const calm = playStreet(seed, street)
    part.calmSeconds += (performance.now() - began) / 1000
    part.liftMonths += calm.liftMonths
    part.readings += calm.readings
    part.calls.push(...calm.calls)
    const pace = (60 * part.liftMonths) / part.calmSeconds
    print(
      `street ${street}: ${part.liftMonths} lift-months, ${pace.toFixed(1)} a minute, ${part.calls.length} calls`,
    )
    save(part)
  }
  save(part)
  printScore(part, print)
}

/** After each street too, so that a run that is stopped has told what it knows. */
function save(part: Part): void {
  if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(part))
}
