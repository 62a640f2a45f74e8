import { copyFileSync, writeFileSync } from 'node:fs'
import type { AddressInfo, Socket } from 'node:net'
import { join } from 'node:path'
import { type ConnectionOptions, connect } from 'node:tls'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { certificateFault, certificateIds, createTlsListener } from '../../src/broker/tls-listener.js'
import { type TlsTexts, watchTlsFiles } from '../../src/runtime/tls-files.js'
import { type Authority, createAuthority, type Issued } from '../helpers/certificates.js'
import { installed } from '../helpers/installed.js'
import { tempDir } from '../helpers/temp-dir.js'

interface Visit {
  ids: readonly string[]
  fault: string | null
}

describe.skipIf(!installed('openssl'))('the TLS listener', () => {
  let ours: Authority
  let foreign: Authority
  let server: Issued
  const closers: (() => void)[] = []
  beforeAll(() => {
    ours = createAuthority()
    foreign = createAuthority('another authority')
    server = ours.issue('localhost', { names: ['DNS:localhost'] })
  })
  afterEach(() => {
    for (const close of closers.splice(0)) close()
  })

  async function listen(texts: Partial<TlsTexts> = {}) {
    const visits: Visit[] = []
    const failed: string[] = []
    const listener = createTlsListener({
      texts: { cert: server.cert, key: server.key, ca: ours.ca, crl: null, ...texts },
      onSocket(socket: Socket) {
        visits.push({ ids: certificateIds(socket), fault: certificateFault(socket) })
        socket.on('error', () => {})
        socket.end('hello')
      },
      onHandshakeFailed: (_socket, why) => failed.push(why),
    })
    await new Promise<void>((resolve) => listener.server.listen(0, '127.0.0.1', resolve))
    closers.push(() => listener.server.close())
    const { port } = listener.server.address() as AddressInfo
    /** Connects and reads what the server says; the session it was given comes back. */
    function visit(
      options: ConnectionOptions = {},
    ): Promise<{ session: Buffer | null; protocol: string; cn: string }> {
      return new Promise((resolve, reject) => {
        const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: ours.ca, ...options })
        let session: Buffer | null = null
        let [protocol, cn] = ['', '']
        socket.on('secureConnect', () => {
          protocol = socket.getProtocol() ?? ''
          cn = String(socket.getPeerCertificate().subject.CN)
        })
        socket.on('session', (ticket) => {
          session = ticket
        })
        socket.on('error', reject)
        socket.on('close', () => resolve({ session, protocol, cn }))
        socket.resume()
      })
    }
    return { listener, visits, failed, visit }
  }

  it('a good certificate stands for its CN and its SANs of type DNS and URI', async () => {
    const { visit, visits } = await listen()
    const { cert, key } = ours.issue('EL1', {
      names: ['DNS:EL2', 'URI:urn:dev:EL3', 'email:EL4@example.org', 'IP:10.0.0.1', 'DNS:*.example.org'],
    })
    await visit({ cert, key })
    expect(visits).toEqual([{ ids: ['EL1', 'EL2', 'urn:dev:EL3'], fault: null }])
  })

  it('a name that looks like several entries is none', async () => {
    const { visit, visits } = await listen()
    await visit(ours.issue('GW', { names: ['URI:urn:x, DNS:EL9'] }))
    expect(visits).toEqual([{ ids: ['GW'], fault: null }])
  })

  it.each([
    ['an expired certificate', 'CERT_HAS_EXPIRED', () => ours.issue('EL1', { expired: true })],
    ['one of a foreign authority', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', () => foreign.issue('EL1')],
  ])('%s stands for nobody, and the connection may still log in by secret', async (_name, fault, issue) => {
    const { visit, visits } = await listen()
    const { cert, key } = issue()
    await visit({ cert, key })
    expect(visits).toEqual([{ ids: [], fault }])
  })

  it('without a certificate there is nothing to say', async () => {
    const { visit, visits } = await listen()
    await visit()
    expect(visits).toEqual([{ ids: [], fault: null }])
  })

  it('without an authority none is asked for', async () => {
    const { visit, visits } = await listen({ ca: null })
    const { cert, key } = ours.issue('EL1')
    await visit({ cert, key })
    expect(visits).toEqual([{ ids: [], fault: null }])
  })

  it('a revoked one stands for nobody, the others as before', async () => {
    const [lost, kept] = [ours.issue('EL1'), ours.issue('EL2')]
    ours.revoke(lost)
    const { visit, visits } = await listen({ crl: ours.crl() })
    await visit({ cert: lost.cert, key: lost.key })
    await visit({ cert: kept.cert, key: kept.key })
    expect(visits).toEqual([
      { ids: [], fault: 'CERT_REVOKED' },
      { ids: ['EL2'], fault: null },
    ])
  })

  it.each(['TLSv1.2', 'TLSv1.3'] as const)(
    'a session of before the revocation opens nothing, %s',
    async (version) => {
      const { listener, visit, visits } = await listen({ crl: ours.crl() })
      const { cert, key, certFile, keyFile } = ours.issue('EL1')
      const options = { cert, key, maxVersion: version }
      const { session } = await visit(options)
      expect(session).not.toBeNull()
      ours.revoke({ cert, key, certFile, keyFile })
      listener.use({ cert: server.cert, key: server.key, ca: ours.ca, crl: ours.crl() })
      await visit({ ...options, ...(session && { session }) })
      expect(visits).toEqual([
        { ids: ['EL1'], fault: null },
        { ids: [], fault: 'CERT_REVOKED' },
      ])
    },
  )

  it('TLS 1.1 is refused', async () => {
    const { visit, failed } = await listen()
    await expect(
      visit({ minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
    ).rejects.toThrow()
    await expect.poll(() => failed.length).toBe(1)
  })

  it('renewed files serve the next connection; files that do not fit together change nothing', async () => {
    const dir = tempDir('tls-files')
    const paths = { cert: join(dir, 'cert.pem'), key: join(dir, 'key.pem'), ca: null, crl: null }
    copyFileSync(server.certFile, paths.cert)
    copyFileSync(server.keyFile, paths.key)
    const texts = { cert: server.cert.trim(), key: server.key.trim(), ca: ours.ca, crl: null }
    const { listener, visit } = await listen(texts)
    const faults: string[] = []
    const changes: TlsTexts[] = []
    const watch = watchTlsFiles({
      paths,
      texts,
      onChange(fresh) {
        changes.push(fresh)
        listener.use(fresh)
      },
      onFault: (why) => faults.push(why),
      everyMs: 60_000,
    })
    closers.push(watch.close)
    watch.check()
    expect([changes.length, faults.length]).toEqual([0, 0])

    const renewed = ours.issue('renewed', { names: ['DNS:localhost'] })
    copyFileSync(renewed.certFile, paths.cert)
    watch.check()
    watch.check()
    expect(faults, 'the certificate without its key, told once').toHaveLength(1)
    expect((await visit()).cn).toBe('localhost')

    copyFileSync(renewed.keyFile, paths.key)
    watch.check()
    expect(changes).toHaveLength(1)
    expect((await visit()).cn).toBe('renewed')

    writeFileSync(paths.cert, 'nonsense')
    watch.check()
    expect(faults).toHaveLength(2)
    expect((await visit()).cn).toBe('renewed')
  })
})
