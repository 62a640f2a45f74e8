/**
 * Loss of power, which SIGKILL cannot show: `node dist/test/chaos/power-loss.js [--messages 300] [--seed 1]`.
 *
 * 1. Under strace no PUBACK leaves before an fdatasync that began after its record was written has returned.
 * 2. Every file is cut back to what had been written before its last completed sync, as if the power had gone at the
 *    end; the service starts on that, and nothing acknowledged is missing.
 *
 * Exits 1 when either does not hold, 3 when strace is not installed.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs } from 'node:util'
import { installed } from '../helpers/installed.js'
import { startLoad } from '../load/start.js'
import { lifts, seedDataDirectory } from '../service/seed.js'
import { startService } from '../service/start-service.js'
import { bytesOf, lastNumber, readStrace, type Syscall } from './strace-log.js'
import { tallyJournal } from './tally.js'

const { values } = parseArgs({
  options: { rate: { type: 'string', default: '100' }, seconds: { type: 'string', default: '4' } },
})
if (!installed('strace')) {
  console.error('strace is not installed: apt-get install strace')
  process.exit(3)
}
const CONNECTIONS = 8
const TRACED =
  'pwrite64,pwritev,write,writev,sendto,sendmsg,fdatasync,fsync,ftruncate,unlink,unlinkat,rename,renameat,renameat2'

const root = mkdtempSync(join(tmpdir(), 'teshe-power-'))
const live = join(root, 'live')
const seeded = join(root, 'seeded')
const log = join(root, 'strace.log')
const equipment = lifts(CONNECTIONS)
const { passwordById } = await seedDataDirectory({ dir: live, equipment })
cpSync(live, seeded, { recursive: true })

const service = await startService({
  dir: live,
  wrap: [
    'strace',
    '-f',
    '-y',
    '-xx',
    '-s',
    '1000000',
    '-e',
    `trace=${TRACED}`,
    '-e',
    'signal=none',
    '-o',
    log,
  ],
})
const load = startLoad()
const ids = equipment.flatMap(({ id }) => id ?? [])
await load.connect({
  host: '127.0.0.1',
  port: service.mqttPort,
  ids,
  passwords: ids.map((id) => passwordById.get(id) ?? ''),
  window: 10,
  rate: 0,
  reconnectMs: 0,
  withSeq: true,
})
await load.run(Number(values.seconds), Number(values.rate))
const { report } = await load.report()
await service.kill()
await load.end()

const order = await checkOrder()
await cutBack(seeded)
const again = await startService({ dir: seeded })
await again.stop()
const tally = tallyJournal(seeded, report)
console.table({ order })
console.table({ 'after the cut': tally })
const good = order.early === 0 && order.unseen === 0 && order.pubacks > 0 && tally.lost === 0
console.log(good ? 'no PUBACK was early, nothing acknowledged is missing' : `FAILED, data kept in ${root}`)
if (good) rmSync(root, { recursive: true, force: true })
process.exit(good ? 0 : 1)

interface Order {
  pubacks: number
  /** PUBACKs whose record was not synced when they left. */
  early: number
  /** PUBACKs whose record was not seen being written. */
  unseen: number
  syncs: number
}

/** Follows writes to the journal, syncs and PUBACKs in the order in which they happened. */
async function checkOrder(): Promise<Order> {
  const order: Order = { pubacks: 0, early: 0, unseen: 0, syncs: 0 }
  /** Line at which the write that contains this message had returned, by packet id and connection. */
  const writes: { ended: number; target: string; text: string }[] = []
  const syncs: { began: number; ended: number; target: string }[] = []
  const pubacks: { began: number; count: number }[] = []
  await readStrace(log, (call) => {
    if (call.result < 0) return
    if (call.name.startsWith('pwrite') && call.target.endsWith('.segment-wal')) {
      writes.push({ ended: call.ended, target: call.target, text: bytesOf(call.args).toString('latin1') })
    } else if (call.name === 'fdatasync' || call.name === 'fsync') {
      syncs.push({ began: call.began, ended: call.ended, target: call.target })
    } else if (call.target.startsWith('TCP:') || call.target.startsWith('socket:')) {
      const count = countPubacks(bytesOf(call.args))
      if (count > 0) pubacks.push({ began: call.began, count })
    }
  })
  order.syncs = syncs.length

  // Acknowledgements of all connections together: by the k-th PUBACK at least k messages must be on disk.
  const seen = new Set<string>()
  const durable: { at: number; messages: number }[] = []
  let pending = 0
  for (const write of writes) {
    const sync = syncs.find(({ began, target }) => began > write.ended && target === write.target)
    for (const [message] of write.text.matchAll(/"ts":\d{13},"seq":\d+,/g)) {
      if (seen.has(message)) continue
      seen.add(message)
      if (sync) durable.push({ at: sync.ended, messages: 1 })
      else pending++
    }
  }
  void pending
  durable.sort((a, b) => a.at - b.at)
  for (const { began, count } of pubacks) {
    const before = order.pubacks
    order.pubacks += count
    const onDisk = durable.filter(({ at }) => at < began).length
    if (order.pubacks > onDisk) order.early += order.pubacks - Math.max(before, onDisk)
  }
  order.unseen = Math.max(0, order.pubacks - seen.size)
  return order
}

/** PUBACK packets (0x40 0x02 id id) in what was written to a socket; anything else means that it was no MQTT. */
function countPubacks(bytes: Buffer): number {
  if (bytes.length === 0 || bytes.length % 4 !== 0) return 0
  for (let at = 0; at < bytes.length; at += 4) if (bytes[at] !== 0x40 || bytes[at + 1] !== 2) return 0
  return bytes.length / 4
}

/** Applies to the seeded directory only what a file had been told before its last completed sync began. */
async function cutBack(target: string): Promise<void> {
  const lastSync = new Map<string, number>()
  await readStrace(log, (call) => {
    if ((call.name === 'fdatasync' || call.name === 'fsync') && call.result === 0)
      lastSync.set(call.target, call.began)
  })
  const files = new Map<string, Buffer>()
  const inside = (path: string) => path.startsWith(`${live}/`)
  const shadow = (path: string) => join(target, path.slice(live.length + 1))

  function contents(path: string): Buffer {
    const known = files.get(path)
    if (known) return known
    let bytes: Buffer = Buffer.alloc(0)
    try {
      bytes = readFileSync(shadow(path))
    } catch {
      // The file was made after the start: it begins empty.
    }
    files.set(path, bytes)
    return bytes
  }

  function put(path: string, offset: number, bytes: Buffer): void {
    const before = contents(path)
    const grown = Buffer.alloc(Math.max(before.length, offset + bytes.length))
    before.copy(grown)
    bytes.copy(grown, offset)
    files.set(path, grown)
  }

  function apply(call: Syscall): void {
    const path = call.target
    switch (call.name) {
      case 'pwrite64':
        if (inside(path) && call.ended <= (lastSync.get(path) ?? 0)) {
          put(
            path,
            lastNumber(call.args),
            bytesOf(call.args.slice(call.args.indexOf('>'))).subarray(0, call.result),
          )
        }
        return
      case 'ftruncate':
        if (inside(path) && call.ended <= (lastSync.get(path) ?? 0)) {
          const length = lastNumber(call.args)
          const cut = Buffer.alloc(length)
          contents(path).copy(cut)
          files.set(path, cut)
        }
        return
      case 'unlink':
        if (inside(path)) {
          files.delete(path)
          rmSync(shadow(path), { force: true })
        }
        return
      default:
        return
    }
  }
  await readStrace(log, apply)
  for (const [path, bytes] of files) {
    // What can be rebuilt from the journal is left out: it is not what the promise rests on.
    if (path.includes('history') || path.endsWith('-shm')) continue
    mkdirSync(dirname(shadow(path)), { recursive: true })
    writeFileSync(`${shadow(path)}.cut`, bytes)
    renameSync(`${shadow(path)}.cut`, shadow(path))
  }
}
