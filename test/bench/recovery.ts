/**
 * `recovery`: kill -9 with a million messages behind, and the seconds until the service is ready again and until rules
 * and history have read everything. The backlog is made by devices that publish as fast as they are acknowledged.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { lifts, seedDataDirectory } from '../service/seed.js'
import { startService } from '../service/start-service.js'
import { connectLoad, pause, UNLIMITED } from './fleet.js'

const BEHIND = 1_000_000
const DEVICES = 1000
/** When the readers keep up with everything that comes, there is no backlog to be had. */
const PATIENCE_S = 240
const DRAIN_S = 900

export async function benchRecovery({
  behind = BEHIND,
}: {
  behind?: number
}): Promise<Record<string, number>> {
  const dir = mkdtempSync(join(tmpdir(), 'teshe-bench-'))
  const { passwordById } = await seedDataDirectory({ dir, equipment: lifts(DEVICES) })
  const start = () => startService({ dir, env: UNLIMITED })
  let service = await start()
  const load = await connectLoad(service.mqttPort, {
    ids: [...passwordById.keys()],
    passwords: [...passwordById.values()],
  })

  /** Positions that each reader has before it, and what the journal holds. */
  async function standing(): Promise<{ rules: number; history: number; head: number }> {
    const { parts } = (await (await fetch(`${service.http}/readyz`)).json()) as {
      parts: { part: string; detail: { behind?: number; head?: number } }[]
    }
    const detailOf = (name: string) => parts.find(({ part }) => part === name)?.detail
    return {
      rules: detailOf('rules')?.behind ?? 0,
      history: detailOf('history')?.behind ?? 0,
      head: detailOf('journal')?.head ?? 0,
    }
  }

  load.go(0)
  const began = performance.now()
  let before = await standing()
  while (Math.max(before.rules, before.history) < behind && performance.now() - began < PATIENCE_S * 1000) {
    await pause(500)
    before = await standing()
  }
  await service.kill()
  await load.stop()
  await load.end()
  console.log(`  killed with ${before.rules} behind for the rules, ${before.history} for the history`)

  const killedAt = performance.now()
  service = await start()
  const readySeconds = (performance.now() - killedAt) / 1000
  let rulesSeconds = 0
  let drainedSeconds = 0
  while (drainedSeconds === 0) {
    const { rules, history } = await standing()
    const seconds = (performance.now() - killedAt) / 1000
    if (rulesSeconds === 0 && rules < 200) rulesSeconds = seconds
    if (rulesSeconds > 0 && history < 200) drainedSeconds = seconds
    if (seconds > DRAIN_S) throw new Error(`not drained after ${DRAIN_S} s: ${history} behind`)
    await pause(200)
  }
  await service.stop()
  rmSync(dir, { recursive: true, force: true })
  const round = (value: number) => Math.round(value * 10) / 10
  return {
    behindRules: before.rules,
    behindHistory: before.history,
    readySeconds: round(readySeconds),
    rulesDrainedSeconds: round(rulesSeconds),
    drainedSeconds: round(drainedSeconds),
    drainedPerSecond: Math.round(Math.max(before.rules, before.history) / Math.max(0.1, drainedSeconds)),
  }
}
