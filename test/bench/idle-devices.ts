/**
 * A process of devices that only stay connected: keep-alive, and after a loss they come back as real devices do, each
 * after a random pause that doubles from a second to half a minute.
 */
import { connect, type Socket } from 'node:net'
import { connectBytes } from '../fuzz/spoilt.js'

export interface IdleSpec {
  port: number
  /** Source address, so that one process does not run out of ports. */
  localAddress: string
  ids: string[]
  passwords: string[]
}
export type FromIdle = { open: number; tries: number }

const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 30_000
const CONNACK_MS = 15_000
const PING_MS = 40_000
/** Handshakes at a time when they come for the first time. */
const AT_ONCE = 200
const TOLD_MS = 50
const PINGREQ = Buffer.from([0xc0, 0])

let open = 0
let tries = 0

function stay({ port, localAddress }: IdleSpec, packet: Buffer, onFirst: () => void): void {
  let pauseMs = FIRST_PAUSE_MS
  let first = true

  function come(): void {
    tries++
    const socket: Socket = connect({ host: '127.0.0.1', port, localAddress, noDelay: true })
    const patience = setTimeout(() => socket.destroy(), CONNACK_MS)
    let pinging: NodeJS.Timeout | null = null
    let isIn = false
    socket.on('error', () => {})
    socket.on('connect', () => socket.write(packet))
    socket.once('data', (connack) => {
      clearTimeout(patience)
      if (connack[3] !== 0) return void socket.destroy()
      isIn = true
      open++
      pauseMs = FIRST_PAUSE_MS
      pinging = setInterval(() => socket.write(PINGREQ), PING_MS)
      if (first) onFirst()
      first = false
    })
    socket.on('data', () => {})
    socket.on('close', () => {
      clearTimeout(patience)
      if (pinging) clearInterval(pinging)
      if (isIn) open--
      setTimeout(come, pauseMs * (0.5 + Math.random()))
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2)
    })
  }
  come()
}

process.on('message', (spec: IdleSpec) => {
  let next = 0
  const one = (): void => {
    const id = spec.ids[next]
    if (id === undefined) return
    const password = spec.passwords[next] ?? ''
    next++
    stay(spec, connectBytes(id, password), one)
  }
  for (let i = 0; i < AT_ONCE; i++) one()
})
setInterval(() => process.send?.({ open, tries } satisfies FromIdle), TOLD_MS)
process.on('disconnect', () => process.exit(0))
