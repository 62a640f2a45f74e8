/**
 * `npm run bench -- [--only ingest,uplink,ack,alarm,rules,own-rules,growth,backtest,connections,recovery] [--json FILE] [--seconds 60] [--most N]`:
 * figures beside their ceilings. `--most` makes `connections` and `recovery` smaller.
 */
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { benchAck } from './ack.js'
import { benchAlarm } from './alarm.js'
import { benchBacktest } from './backtest.js'
import { benchConnections } from './connections.js'
import { benchIngest } from './ingest.js'
import { benchOwnRules } from './own-rules.js'
import { benchRecovery } from './recovery.js'
import { benchGrowth, benchRules } from './rules.js'
import { benchUplink } from './uplink.js'

const NAMES = [
  'ingest',
  'uplink',
  'ack',
  'alarm',
  'rules',
  'own-rules',
  'growth',
  'backtest',
  'connections',
  'recovery',
] as const
type Name = (typeof NAMES)[number]

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: NAMES.join(',') },
    json: { type: 'string' },
    seconds: { type: 'string', default: '60' },
    most: { type: 'string' },
  },
})
const wanted = values.only.split(',')
const unknown = wanted.filter((name) => !NAMES.includes(name as Name))
const seconds = Number(values.seconds)
if (unknown.length > 0 || !(seconds > 0)) {
  console.error(
    unknown.length > 0
      ? `--only: ${unknown.join(', ')} is not one of ${NAMES.join(', ')}`
      : `--seconds must be a number above 0 (is ${values.seconds})`,
  )
  process.exit(2)
}

console.log(
  `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.version}`,
)
const results: Partial<Record<Name, Record<string, number | string>>> = {}
for (const name of NAMES) {
  if (!wanted.includes(name)) continue
  console.log(`\n${name}`)
  results[name] = await run(name)
  console.table(results[name])
  if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`)
}

function run(name: Name): Promise<Record<string, number | string>> {
  // Known when `ingest` ran before.
  const saturation = results.ingest ? Number(results.ingest.embeddedSaturation) : null
  switch (name) {
    case 'ingest':
      return benchIngest({ seconds })
    case 'uplink':
      return benchUplink({ seconds: Math.min(seconds, 20) })
    case 'ack':
      return benchAck({ seconds: Math.min(seconds, 15), saturation })
    case 'alarm':
      return benchAlarm({ halfOfSaturation: Math.round((saturation ?? 10_000) / 2) })
    case 'rules':
      return Promise.resolve(benchRules())
    case 'own-rules':
      return Promise.resolve(benchOwnRules())
    case 'growth':
      return Promise.resolve(benchGrowth())
    case 'backtest':
      return benchBacktest()
    case 'connections':
      return benchConnections({ seconds, ...(values.most && { most: Number(values.most) }) })
    case 'recovery':
      return benchRecovery(values.most ? { behind: Number(values.most) } : {})
  }
}
