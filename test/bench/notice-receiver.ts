/** Somebody else's service that takes notices by webhook, and says when the first about an equipment came. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface NoticeReceiver {
  url: string
  /** `performance.now()` of the first notice about the equipment; ask before its alarm. */
  first(equipmentId: string): Promise<number>
  close(): void
}

export function startNoticeReceiver(): Promise<NoticeReceiver> {
  const waiting = new Map<string, (at: number) => void>()
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const at = performance.now()
      response.writeHead(204).end()
      const { equipment } = JSON.parse(Buffer.concat(parts).toString()) as { equipment?: { id: string } }
      waiting.get(equipment?.id ?? '')?.(at)
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      resolve({
        url: `http://127.0.0.1:${port}/notices`,
        first: (id) => new Promise((told) => waiting.set(id, told)),
        close: () => server.close(),
      })
    })
  })
}
