/**
 * InfluxDB gone for minutes under load, stopped in order or killed: devices notice nothing, alarms go on, and when it is
 * back every point gets there. Points are compared one by one with what was acknowledged.
 */
import { startInflux1 } from '../../helpers/influx1.js'
import { watchIncidents } from '../../service/watch-incidents.js'
import { pressInTurn, quantiles } from '../alarms.js'
import { tallyJournal, tallySessions } from '../tally.js'
import { tallyInflux } from '../tally-history.js'
import { tallyRescues } from '../tally-rescues.js'
import type { Verdict } from '../verdict.js'
import { pause } from '../waiting.js'
import { DESK, openWorld } from '../world.js'

export interface InfluxAwayOptions {
  awaySeconds: number
  rate: number
  connections: number
  how: 'stop' | 'kill'
  /** ms between two alarms. */
  alarmEveryMs: number
  /** ms that the alarm may take at p99 meanwhile. */
  alarmLimitMs: number
  keep?: boolean
}

const DATABASE = 'teshe'
const WARM_UP_S = 5
/** Seconds of live data that a history which is not behind may still hold. */
const LIVE_S = 3

export async function influxAway(options: InfluxAwayOptions): Promise<Verdict> {
  const { awaySeconds, rate, connections, how } = options
  const influx = await startInflux1()
  const alarms = Math.ceil((awaySeconds * 1000) / options.alarmEveryMs)
  const world = await openWorld({
    connections,
    victims: alarms + 1,
    env: { TESHE_INFLUX_URL: influx.url, TESHE_INFLUX_VERSION: '1', TESHE_INFLUX_DATABASE: DATABASE },
  })
  await world.start()
  const desk = await watchIncidents(world.http, DESK.username, DESK.password)
  const load = await world.connectLoad({ rate })
  const connectedAt = Date.now()
  load.go(rate)
  // The first rescue loads code that the others find loaded.
  await pressInTurn({ victims: world.victims, desk, everyMs: 0, most: 1 }).stop()
  await pause(Math.min(WARM_UP_S, awaySeconds) * 1000)

  await influx.stop(how === 'kill' ? 'SIGKILL' : 'SIGTERM')
  console.log(`InfluxDB ${how === 'kill' ? 'killed' : 'stopped'} for ${awaySeconds} s`)
  const pressing = pressInTurn({
    victims: world.victims,
    desk,
    everyMs: options.alarmEveryMs,
    most: alarms,
  })
  const awaySince = Date.now()
  for (let left = awaySeconds; left > 0; left -= 30) {
    await pause(Math.min(30, left) * 1000)
    console.log(
      `  away ${Math.round((Date.now() - awaySince) / 1000)} s, ${await world.behind()} records behind`,
    )
  }
  await pressing.stop()
  const backlog = await world.behind()
  await influx.start()
  // Live data goes on while the backlog drains, and the store gathers some of it before it writes.
  const live = Math.max(100, rate * LIVE_S)
  const drainSeconds = await world.drained(Math.max(60, awaySeconds * 4), live)
  console.log(`drained ${backlog} records in ${drainSeconds.toFixed(1)} s under ${rate} messages/s`)
  const sessions = tallySessions(world.dir, connectedAt, Date.now())
  const { figures, report } = await world.settle(load)
  desk.close()
  await world.service.stop()

  const { dir, victims, receiver } = world
  const alarmTimes = quantiles('alarm', pressing.times)
  const verdict: Verdict = {
    sets: {
      journal: tallyJournal(dir, report),
      InfluxDB: await tallyInflux(influx.url, DATABASE, report),
    },
    rescues: { ...(await tallyRescues(dir, victims.acknowledged)), received: receiver.arrivals.size },
    figures: {
      'away s': awaySeconds,
      'acknowledged/s': Math.round(figures.acknowledged / figures.seconds),
      'PUBACK p99 ms': figures.p99,
      'records behind when it came back': backlog,
      'drained after s': Math.round(drainSeconds * 10) / 10,
      'devices disconnected': sessions.closed,
      ...alarmTimes,
    },
    faults: [],
  }
  if (sessions.closed > 0) verdict.faults.push(`${sessions.closed} devices were disconnected`)
  const p99 = alarmTimes['alarm p99 ms'] ?? Number.POSITIVE_INFINITY
  if (p99 > options.alarmLimitMs) verdict.faults.push(`alarms took ${p99} ms at p99`)
  await world.close(options.keep)
  await influx.stop()
  return verdict
}
