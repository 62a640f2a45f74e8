/** A real Mosquitto with persistence, which may be stopped and started again with what it holds. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { freePort } from './free-port.js'
import { installed } from './installed.js'
import { tempDir } from './temp-dir.js'
import { waitFor } from './wait-for.js'

export interface MosquittoBroker {
  port: number
  url: string
  /** Its folder: certificates and password files may lie there. */
  dir: string
  /** SIGTERM, and it writes down what it holds. */
  stop(): Promise<void>
  start(): Promise<void>
}

export interface MosquittoBrokerOptions {
  /** QoS 1 messages on their way to one client; 0: without limit, Mosquitto's own default is 20. */
  maxInflight?: number
  /** Lines of the configuration beside those; anonymous log-ins are allowed unless they say otherwise. */
  config?: (dir: string) => string[]
  /** Starts only when `start` is called. */
  later?: boolean
}

/** Starts one on a free port and waits until it listens; stop it in the test that started it. */
export async function startMosquitto({
  maxInflight = 20,
  config = () => ['allow_anonymous true'],
  later = false,
}: MosquittoBrokerOptions = {}): Promise<MosquittoBroker> {
  const binary = installed('mosquitto')
  if (!binary) throw new Error('mosquitto is not installed; guard the suite with leftOut')
  const dir = tempDir('mosquitto')
  const port = await freePort()
  const file = join(dir, 'mosquitto.conf')
  const lines = [
    `listener ${port} 127.0.0.1`,
    // Started by root it would become another user, to whom our folder is closed.
    ...(process.getuid?.() === 0 ? ['user root'] : []),
    'persistence true',
    `persistence_location ${dir}/`,
    `max_inflight_messages ${maxInflight}`,
    // By default it drops what a session of ours cannot take beyond a thousand messages.
    'max_queued_messages 0',
    'set_tcp_nodelay true',
    'log_type error',
    `log_dest file ${dir}/mosquitto.log`,
    ...config(dir),
  ]
  writeFileSync(file, `${lines.join('\n')}\n`)
  let child: ChildProcess | null = null

  async function start(): Promise<void> {
    const started = spawn(binary as string, ['-c', file], { stdio: 'ignore' })
    child = started
    const end = () => started.kill('SIGKILL')
    process.once('exit', end)
    started.once('exit', () => process.off('exit', end))
    await waitFor('mosquitto listens', async () => {
      if (started.exitCode !== null) throw new Error('mosquitto ended')
      return await listens(port)
    })
  }

  if (!later) await start()
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    dir,
    start,
    async stop() {
      if (!child || child.exitCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGTERM')
      await ended
      child = null
    },
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    socket.once('error', () => resolve(false))
  })
}
