/** The shell lines of the README that connect a device, run as they are printed against a service, and what that leaves on disk. */
import { execFile } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DESK, type House, openHouse, PATIENCE } from '../acceptance/house.js'
import { readText } from '../architecture/sources.js'
import { leftOut } from '../helpers/installed.js'

const run = promisify(execFile)
const block = [...readText('README.md').matchAll(/^```sh\n([\s\S]*?)^```/gm)]
  .map(([, lines = '']) => lines)
  .find((lines) => lines.includes('mosquitto_pub'))

/** The printed second is long enough for a person; a test waits for the condition, within the limit of the whole run. */
const WAIT =
  'until curl -s $API/equipment/LIFT-1/state -H "authorization: Bearer $TOKEN" | grep -q floor; do sleep 0.2; done'

/** The lines with another address and another log-in; each replacement has to find its place. */
function printedFor(house: House): string {
  let script = block ?? ''
  for (const [printed, ours] of [
    ['http://127.0.0.1:8080', house.service.http],
    ['-p 1883', `-p ${house.service.mqttPort}`],
    ['"dispatcher"', JSON.stringify(DESK.username)],
    ['"as the demo printed it"', JSON.stringify(DESK.password)],
    ['sleep 1', WAIT],
  ] as const) {
    expect(script).toContain(printed)
    script = script.replace(printed, () => ours)
  }
  return script
}

describe.skipIf(leftOut('the shell lines of the README', 'mosquitto_pub'))('the README', () => {
  let house: House
  beforeAll(async () => {
    house = await openHouse({ equipment: [] })
  })
  afterAll(() => house?.service.stop())

  test('its lines register a lift, publish a reading and show it', async () => {
    const { stdout } = await run('sh', ['-e', '-c', printedFor(house)], { timeout: PATIENCE.timeoutMs })
    const state = JSON.parse(stdout.slice(stdout.lastIndexOf('{"id":"LIFT-1"')))
    expect(state.signals).toMatchObject({ speed: { value: 1.5 }, floor: { value: 3 } })
  })

  test('every file of the data directory is explained to the operator', () => {
    const page = readText('docs/operate.md')
    const names = readdirSync(house.dir).map((name) => name.replace(/-(wal|shm|journal)$/, ''))
    expect(names.filter((name) => !page.includes(`\`${name}\``))).toEqual([])
  })
})
