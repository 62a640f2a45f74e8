/** A receiver of notices on loopback: real HTTP, which answers as the test says and keeps what it got. */
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { afterEach } from 'vitest'

export interface Received {
  /** Idempotency-Key. */
  id: string
  /** Teshe-Notice. */
  notice: string
  signature: string
  body: string
  bytes: Buffer
  /** Scheme, host and port as the caller named them. */
  origin: string
  path: string
  headers: IncomingHttpHeaders
}

export interface Receiver {
  url: string
  received: Received[]
  close(): void
}

const receivers: Receiver[] = []
afterEach(() => {
  for (const receiver of receivers.splice(0)) receiver.close()
})

/**
 * A real server, of HTTPS for `localhost` where `tls` is given; `answer` decides what it does with the nth request,
 * counted from 1. Closed after the test.
 */
export async function startReceiver(
  answer: (nth: number, response: ServerResponse, received: Received) => void,
  tls?: { cert: string; key: string },
): Promise<Receiver> {
  const received: Received[] = []
  const scheme = tls ? 'https' : 'http'
  const onRequest = (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const one = {
        id: String(request.headers['idempotency-key']),
        notice: String(request.headers['teshe-notice']),
        signature: String(request.headers['teshe-signature']),
        body: Buffer.concat(chunks).toString(),
        bytes: Buffer.concat(chunks),
        origin: `${scheme}://${request.headers.host}`,
        path: request.url ?? '',
        headers: request.headers,
      }
      received.push(one)
      answer(received.length, response, one)
    })
  }
  const server = (tls ? createTlsServer(tls, onRequest) : createServer(onRequest)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const receiver = {
    url: `${scheme}://${tls ? 'localhost' : '127.0.0.1'}:${port}/notices`,
    received,
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
  receivers.push(receiver)
  return receiver
}
