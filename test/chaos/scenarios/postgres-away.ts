/**
 * PostgreSQL gone while alarms come, shut down in order and then by a crash: devices are acknowledged, findings wait in
 * their order, and when it is back each alarm is one finding, one incident and one order.
 */
import { startPostgres } from '../../helpers/postgres.js'
import { tallyJournal, tallySessions } from '../tally.js'
import { tallyEmbedded } from '../tally-history.js'
import { tallyRescues } from '../tally-rescues.js'
import type { Verdict } from '../verdict.js'
import { pause, until } from '../waiting.js'
import { openWorld } from '../world.js'

export interface PostgresAwayOptions {
  awaySeconds: number
  /** How often it goes, in turn stopped, crashed, and crashed with a SIGKILL of the service as soon as it is back. */
  rounds: number
  alarmsEach: number
  rate: number
  connections: number
  keep?: boolean
}

export async function postgresAway(options: PostgresAwayOptions): Promise<Verdict> {
  const { awaySeconds, rounds, alarmsEach, rate, connections } = options
  const postgres = await startPostgres()
  const databaseUrl = await postgres.newDatabase()
  const world = await openWorld({ connections, victims: rounds * alarmsEach, databaseUrl })
  await world.start()
  const load = await world.connectLoad({ rate })
  const connectedAt = Date.now()
  load.go(rate)
  const faults: string[] = []
  let waited = 0
  let cutByUs = 0

  for (let round = 0; round < rounds; round++) {
    const how = (['stopped', 'crashed', 'crashed, and the service with it'] as const)[round % 3]
    await postgres.stop(how === 'stopped' ? 'SIGINT' : 'SIGQUIT')
    const awaySince = performance.now()
    for (let alarm = 0; alarm < alarmsEach; alarm++) await world.victims.press()
    await until(
      'the service says that the database is away',
      async () => {
        const parts = await world.readiness()
        const findings = parts.find(({ part }) => part === 'findings')
        if (findings?.ready === false) waited++
        return findings?.ready === false
      },
      30,
    )
    await pause(Math.max(0, awaySeconds * 1000 - (performance.now() - awaySince)))
    await postgres.start()
    if (how?.includes('service')) {
      cutByUs += connections + world.victims.acknowledged.length
      await world.service.kill()
      await world.start()
    }
    const back = performance.now()
    await until('findings are taken again', async () => (await world.part('findings'))?.ready === true, 60)
    console.log(
      `round ${round + 1}/${rounds} ${how}: findings taken ${((performance.now() - back) / 1000).toFixed(1)} s after it was back`,
    )
  }

  const sessions = tallySessions(world.dir, connectedAt, Date.now())
  const { figures, report } = await world.settle(load)
  await world.service.stop()
  const { dir, victims, receiver } = world
  if (waited < rounds) faults.push('findings were not seen waiting in every round')
  if (cutByUs === 0 && sessions.closed > 0) faults.push(`${sessions.closed} devices were disconnected`)
  const verdict: Verdict = {
    sets: { journal: tallyJournal(dir, report), history: await tallyEmbedded(dir, report) },
    rescues: { ...(await tallyRescues(databaseUrl, victims.acknowledged)), received: receiver.arrivals.size },
    figures: {
      rounds,
      'away s': awaySeconds,
      'acknowledged/s': Math.round(figures.acknowledged / figures.seconds),
      'PUBACK p99 ms': figures.p99,
    },
    faults,
  }
  await world.close(options.keep)
  await postgres.close()
  return verdict
}
