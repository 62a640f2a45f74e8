/**
 * One life: a connection with its packets, from CONNECT to the end, and what the other side did. It waits for an answer
 * to a PINGREQ behind the packets, so that nothing is still on its way when the life is counted.
 */
import { connect, type Socket } from 'node:net'
import { type Beginning, beginning } from './connects.js'
import { createDice, type Dice } from './dice.js'
import { type Forecast, forecast } from './forecast.js'
import { type Character, type Made, safePackets } from './packets.js'
import { spoiltPacket } from './spoilt.js'

const PINGREQ = Buffer.from([0xc0, 0])
const DISCONNECT = Buffer.from([0xe0, 0])
/** ms without any answer after which the service has failed us; a wrong secret may be held back for 30 s. */
const SILENCE_MS = 45_000

export interface Life {
  /** Packets by the name they were made as. */
  sent: Map<string, number>
  /** PUBLISH packets that the service must have counted as taken, and wills likewise. */
  taken: number
  wills: number
  /** Connections that the service had to end, by the counter that must show it; `login`: refused at CONNECT. */
  ended: Exclude<Forecast['end'], null | 'disconnect'> | 'login' | null
  /** In words, when the service did something else than it had to. */
  fault: string | null
}

export interface LifeOptions {
  seed: number
  port: number
  address: string
  who: Character
  maxPackets: number
  maxPacketBytes: number
}

export async function live(options: LifeOptions): Promise<Life> {
  const { who, maxPacketBytes } = options
  const dice = createDice(options.seed)
  const now = Date.now()
  const life: Life = { sent: new Map(), taken: 0, wills: 0, ended: null, fault: null }
  const count = ({ name }: { name: string }) => life.sent.set(name, (life.sent.get(name) ?? 0) + 1)

  const begin = beginning(dice, who, now)
  const line = await openLine(options.port, options.address)
  count(begin)
  line.write(dice, begin.bytes)
  if (!begin.accepted) return await refusedAtConnect(life, begin, line)
  if ((await line.next('connack')) !== 'connack') return failed(life, line, `${begin.name} got no CONNACK`)
  if (line.returnCode !== 0) return failed(life, line, `${begin.name} got CONNACK ${line.returnCode}`)

  const packets: Made[] = []
  const wanted = dice.below(options.maxPackets)
  while (packets.length < wanted) packets.push(...safePackets(dice, who, now))
  for (const packet of packets) count(packet)
  count({ name: 'pingreq' })
  life.taken += packets.filter(({ name }) => name === 'publish').length
  line.write(dice, Buffer.concat([...packets.map(({ bytes }) => bytes), PINGREQ]))
  const pings = 1 + packets.filter(({ name }) => name === 'pingreq').length
  for (let ping = 0; ping < pings; ping++) {
    if ((await line.next('pingresp')) === 'pingresp') continue
    return failed(life, line, `closed or silent among ${packets.length} valid packets`)
  }
  life.wills = begin.will === null ? 0 : 1
  if (dice.chance(0.35)) return await spoil(life, line, dice, who, now, maxPacketBytes, count)
  if (dice.chance(0.6)) {
    count({ name: 'disconnect' })
    life.wills = 0
    line.write(dice, DISCONNECT)
  } else line.end()
  await line.closed
  return life
}

/** One packet that may end it, and a PINGREQ behind it that shows whether it did. */
async function spoil(
  life: Life,
  line: Line,
  dice: Dice,
  who: Character,
  now: number,
  maxPacketBytes: number,
  count: (made: { name: string }) => void,
): Promise<Life> {
  const spoilt = spoiltPacket(dice, who, now, maxPacketBytes)
  const bytes = Buffer.concat([spoilt.bytes, PINGREQ])
  const due = forecast(bytes, who, maxPacketBytes)
  count(spoilt)
  count({ name: 'pingreq' })
  life.taken += due.taken
  line.writeAtOnce(bytes)
  if (due.end === 'disconnect') life.wills = 0
  else if (due.end !== null) life.ended = due.end
  if (due.end !== null) {
    const seen = await line.next('closed')
    return seen === 'closed' ? life : failed(life, line, `${spoilt.name} should have ended by ${due.end}`)
  }
  if (due.answered && (await line.next('pingresp')) !== 'pingresp')
    return failed(life, line, `${spoilt.name} ended it: ${spoilt.bytes.subarray(0, 40).toString('hex')}`)
  line.end()
  await line.closed
  return life
}

async function refusedAtConnect(life: Life, begin: Beginning, line: Line): Promise<Life> {
  // What is not a whole packet is waited for, and counts as nothing when the other side goes.
  const due = forecastOfFirst(begin)
  if (due === 'waits') line.end()
  else life.ended = due
  const seen = await line.next('closed')
  if (seen !== 'closed') return failed(life, line, `${begin.name} was not closed`)
  if (due !== 'waits' && line.returnCode === 0) return failed(life, line, `${begin.name} was accepted`)
  return life
}

const MAX_BEFORE_CONNACK = 16 * 1024

function forecastOfFirst({ name, bytes }: Beginning): 'waits' | NonNullable<Life['ended']> {
  if (name === 'wrongPassword' || name === 'unknownName' || name === 'noName' || name.startsWith('will'))
    return 'login'
  const nobody: Character = { kind: 'device', username: '', password: '', ids: [], strangers: [] }
  const due = forecast(bytes, nobody, MAX_BEFORE_CONNACK)
  if (due.end === 'packet-too-large') return 'packet-too-large'
  // Any whole packet that is not a CONNECT as it should be ends it, and so does what the parser refuses.
  return due.end !== null || due.answered || due.seen > 0 ? 'protocol-error' : 'waits'
}

function failed(life: Life, line: Line, fault: string): Life {
  life.fault = fault
  line.destroy()
  return life
}

type Answer = 'connack' | 'pingresp' | 'closed' | 'silence'

interface Line {
  returnCode: number
  closed: Promise<void>
  /** In one piece or in several, as networks cut it. */
  write(dice: Dice, bytes: Buffer): void
  writeAtOnce(bytes: Buffer): void
  /** The next of these answers; what else comes is skipped. */
  next(wanted: Answer): Promise<Answer>
  end(): void
  destroy(): void
}

function openLine(port: number, localAddress: string): Promise<Line> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true })
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(lineOf(socket))
    })
  })
}

function lineOf(socket: Socket): Line {
  const answers: Answer[] = []
  let waiting: (() => void) | null = null
  let rest: Buffer = Buffer.alloc(0)
  let isClosed = false

  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true
      answers.push('closed')
      waiting?.()
      resolve()
    })
  })
  socket.on('error', () => {})
  socket.on('data', (chunk) => {
    rest = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
    for (let size = packetSize(rest); size > 0 && rest.length >= size; size = packetSize(rest)) {
      const type = (rest[0] ?? 0) >> 4
      if (type === 2) {
        line.returnCode = rest[3] ?? 255
        answers.push('connack')
      } else if (type === 13) answers.push('pingresp')
      rest = rest.subarray(size)
    }
    if (answers.length > 0) waiting?.()
  })

  const line: Line = {
    returnCode: -1,
    closed,
    write(dice, bytes) {
      if (!dice.chance(0.1) || bytes.length < 4) return void socket.write(bytes)
      const cut = 1 + dice.below(bytes.length - 1)
      socket.write(bytes.subarray(0, cut))
      setImmediate(() => socket.write(bytes.subarray(cut)))
    },
    writeAtOnce: (bytes) => void socket.write(bytes),
    async next(wanted) {
      for (;;) {
        const answer = answers.shift()
        if (answer === wanted || answer === 'closed') return answer
        if (answer !== undefined) continue
        if (isClosed) return 'closed'
        const silent = await new Promise<boolean>((resolve) => {
          const timer = setTimeout(() => resolve(true), SILENCE_MS)
          waiting = () => {
            clearTimeout(timer)
            resolve(false)
          }
        })
        waiting = null
        if (silent) return 'silence'
      }
    },
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  }
  return line
}

/** Bytes of the packet at the beginning, 0 while its head is not whole. */
function packetSize(bytes: Buffer): number {
  let length = 0
  for (let at = 1; at < Math.min(bytes.length, 5); at++) {
    const byte = bytes[at] ?? 0
    length += (byte & 0x7f) * 128 ** (at - 1)
    if (byte < 0x80) return at + 1 + length
  }
  return 0
}
