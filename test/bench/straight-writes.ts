/** The ceiling of the history: the same points, rendered before, written straight to InfluxDB: 5,000 lines a batch, 2 in flight. */
import { Agent, request } from 'undici'
import { floorAt } from '../load/reading.js'

const BATCH_LINES = 5000
const IN_FLIGHT = 2

/** Points a second. */
export async function straightWrites({
  url,
  series,
  seconds,
}: {
  url: string
  series: number
  seconds: number
}): Promise<number> {
  const dispatcher = new Agent({ connections: IN_FLIGHT })
  await request(`${url}/query?q=${encodeURIComponent('CREATE DATABASE straight')}`, {
    method: 'POST',
    dispatcher,
  })
  const deadline = performance.now() + seconds * 1000
  const began = performance.now()
  let points = 0
  let batch = 0

  async function writer(): Promise<void> {
    while (performance.now() < deadline) {
      const body = lines(batch++, series)
      const { statusCode, body: answer } = await request(`${url}/write?db=straight&precision=ms`, {
        method: 'POST',
        body,
        dispatcher,
      })
      const text = await answer.text()
      if (statusCode !== 204) throw new Error(`InfluxDB answered ${statusCode}: ${text}`)
      points += BATCH_LINES
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, writer))
  await dispatcher.close()
  return points / ((performance.now() - began) / 1000)
}

function lines(batch: number, series: number): string {
  const rows: string[] = []
  const firstMs = 1_790_000_000_000
  for (let i = 0; i < BATCH_LINES; i++) {
    const index = batch * BATCH_LINES + i
    const step = Math.floor(index / series)
    const id = `E${String((index % series) + 1).padStart(5, '0')}`
    rows.push(
      `elevator,equipment=${id} serviceMode=1,carStatus=1,direction=1,doorZone=f,floor=${floorAt(step)},door=2,` +
        `passenger=t,speed=${((step * 7) % 175) / 100},load=${300 + (step % 400)},safetyCircuit=t,mainsPower=t,` +
        `motorTemp=${40 + (step % 20)}.5,machineRoomTemp=28.1,runs=${step} ${firstMs + step * 1000}`,
    )
  }
  return rows.join('\n')
}
