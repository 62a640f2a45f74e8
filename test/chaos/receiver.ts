/** Somebody else's service: takes notices by webhook and counts them. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Receiver {
  url: string
  /** How often each notice arrived, by Idempotency-Key. */
  arrivals: Map<string, number>
  close(): void
}

export function startReceiver(): Promise<Receiver> {
  const arrivals = new Map<string, number>()
  const server = createServer((request, response) => {
    const key = String(request.headers['idempotency-key'])
    arrivals.set(key, (arrivals.get(key) ?? 0) + 1)
    request.resume()
    request.on('end', () => response.writeHead(204).end())
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve({ url: `http://127.0.0.1:${port}/notices`, arrivals, close: () => server.close() })
    })
  })
}
