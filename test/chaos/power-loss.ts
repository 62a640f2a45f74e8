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
const PAGE_BYTES = 4096
/** Longer than what a message begins with, up to its `seq`. */
const MARKER_BYTES = 64
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

/**
 * Follows writes to the journal, syncs and PUBACKs in the order in which they happened. The load counts packet ids and
 * `seq` alike from 1 on each connection, so the j-th PUBACK of id n needs j messages with `seq` n on disk.
 */
async function checkOrder(): Promise<Order> {
  const writes: { ended: number; target: string; messages: string[] }[] = []
  const syncs: { began: number; ended: number; target: string }[] = []
  const pubacks: { began: number; id: number }[] = []
  let before = ''
  await readStrace(log, (call) => {
    if (call.result < 0) return
    if (call.name.startsWith('pwrite') && call.target.endsWith('.segment-wal')) {
      const page = bytesOf(call.args).toString('latin1')
      if (page.length < PAGE_BYTES) return // the header of a frame
      // A message may lie across two pages of an overflow chain, whose pages begin with a pointer of four bytes.
      const text = `${page} ${before.slice(-MARKER_BYTES)}${page.slice(4, 4 + MARKER_BYTES)}`
      const messages = [...text.matchAll(/E\d{5}\{"ts":\d{13},"seq":\d+,/g)].map(([message]) => message)
      writes.push({ ended: call.ended, target: call.target, messages })
      before = page
    } else if (call.name === 'fdatasync' || call.name === 'fsync') {
      syncs.push({ began: call.began, ended: call.ended, target: call.target })
    } else if (call.target.startsWith('TCP:') || call.target.startsWith('socket:')) {
      for (const id of pubackIds(bytesOf(call.args))) pubacks.push({ began: call.began, id })
    }
  })

  const order: Order = { pubacks: pubacks.length, early: 0, unseen: 0, syncs: syncs.length }
  /** Lines at which a message with this `seq` had been synced, ascending. */
  const durableBySeq = new Map<number, number[]>()
  const seen = new Set<string>()
  for (const { ended, target, messages } of writes) {
    const sync = syncs.find(({ began, target: synced }) => began > ended && synced === target)
    for (const message of messages) {
      if (seen.has(message) || !sync) continue
      seen.add(message)
      const seq = Number(/"seq":(\d+)/.exec(message)?.[1])
      durableBySeq.set(seq, [...(durableBySeq.get(seq) ?? []), sync.ended])
    }
  }
  const countById = new Map<number, number>()
  for (const { began, id } of pubacks) {
    const nth = countById.get(id) ?? 0
    countById.set(id, nth + 1)
    const durable = durableBySeq.get(id)?.[nth]
    if (durable === undefined) order.unseen++
    else if (durable > began) order.early++
  }
  return order
}

/** Ids of the PUBACK packets (0x40 0x02 id id) in what was written to a socket; none when it is no MQTT. */
function pubackIds(bytes: Buffer): number[] {
  const ids: number[] = []
  for (let at = 0; at + 4 <= bytes.length; at += 4) {
    if (bytes[at] !== 0x40 || bytes[at + 1] !== 2) return []
    ids.push(bytes.readUInt16BE(at + 2))
  }
  return ids
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
