/** `npm run bench -- [--only ingest,uplink,ack,alarm,rules] [--json FILE] [--seconds 60]`: figures beside their ceilings. */
import { writeFileSync } from 'node:fs'
import { availableParallelism, cpus, totalmem } from 'node:os'
import { parseArgs } from 'node:util'
import { benchAck } from './ack.js'
import { benchAlarm } from './alarm.js'
import { benchIngest } from './ingest.js'
import { benchRules } from './rules.js'
import { benchUplink } from './uplink.js'

const NAMES = ['ingest', 'uplink', 'ack', 'alarm', 'rules'] as const
type Name = (typeof NAMES)[number]

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: NAMES.join(',') },
    json: { type: 'string' },
    seconds: { type: 'string', default: '60' },
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
  switch (name) {
    case 'ingest':
      return benchIngest({ seconds })
    case 'uplink':
      return benchUplink({ seconds: Math.min(seconds, 20) })
    case 'ack':
      return benchAck({ seconds: Math.min(seconds, 15) })
    case 'alarm': {
      const saturation = Number(results.ingest?.embeddedSaturation ?? 10_000)
      return benchAlarm({ halfOfSaturation: Math.round(saturation / 2) })
    }
    case 'rules':
      return Promise.resolve(benchRules())
  }
}
