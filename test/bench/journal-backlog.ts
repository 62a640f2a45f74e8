/**
 * Writes messages into the journal of a service that is down, as its gateway would have while nobody read, and dies as
 * that service did, by SIGKILL: `journal-backlog.js DIR MESSAGES EQUIPMENT`. Readers that keep up leave nothing to wait for.
 */
import { join } from 'node:path'
import { openSqliteWriter } from '../../src/journal/sqlite-writer.js'
import { liftReading } from '../load/reading.js'
import { lifts } from '../service/seed.js'

/** Messages a second that the gateway would have taken, and how many would have shared a commit. */
const RATE = 10_000
const TOGETHER = 250
const ROOM = 1e12

const [dir = '', messages = '0', equipment = '1'] = process.argv.slice(2)
const count = Number(messages)
const ids = lifts(Number(equipment)).flatMap(({ id }) => id ?? [])
const journal = openSqliteWriter({
  dir: join(dir, 'journal'),
  budgetBytes: ROOM,
  retentionMs: ROOM,
  bufferBytes: ROOM,
  now: Date.now,
  onCommit: () => {},
  onState: () => {},
})
const began = Date.now() - (count / RATE) * 1000

function append(index: number): Promise<void> {
  const arrival = began + Math.floor((index * 1000) / RATE)
  if (index % RATE === 0) journal.tick(arrival)
  const step = Math.floor(index / ids.length)
  const payload = Buffer.from(liftReading(arrival, step))
  return new Promise((resolve, reject) => {
    const id = ids[index % ids.length] ?? ''
    journal.append('telemetry', id, arrival, 0, payload, (error) => (error ? reject(error) : resolve()))
  })
}

for (let first = 0; first < count; first += TOGETHER) {
  const size = Math.min(TOGETHER, count - first)
  await Promise.all(Array.from({ length: size }, (_, i) => append(first + i)))
}
process.kill(process.pid, 'SIGKILL')
