import { request } from 'node:https'
import type { TLSSocket } from 'node:tls'
import { expect, test } from 'vitest'
import { startApi } from '../../src/api/api.js'
import { createAuthority } from '../helpers/certificates.js'
import { installed } from '../helpers/installed.js'
import { apiOptions } from './api-of.js'
import { createWorld } from './world.js'

test.skipIf(!installed('openssl'))(
  'with a certificate it serves HTTPS, browsers are told to stay with it, and a renewed one serves the next connection',
  async () => {
    const authority = createAuthority()
    const issue = (cn: string) => authority.issue(cn, { names: ['DNS:localhost'] })
    const https = issue('first')
    const world = await createWorld()
    const api = await startApi({ ...apiOptions(world, { https, secure: true }), host: '127.0.0.1', port: 0 })
    const visit = () =>
      new Promise((resolve, reject) => {
        const asked = {
          host: '127.0.0.1',
          servername: 'localhost',
          port: api.port,
          path: '/healthz',
          ca: authority.ca,
          agent: false,
        }
        request(asked, (reply) => {
          const { CN } = (reply.socket as TLSSocket).getPeerCertificate().subject
          reply.resume()
          reply.on('end', () => resolve([reply.statusCode, reply.headers['strict-transport-security'], CN]))
        })
          .on('error', reject)
          .end()
      })
    expect(await visit()).toEqual([200, 'max-age=15552000', 'first'])
    api.useCertificate({ ...issue('renewed'), ca: null, crl: null })
    expect(await visit()).toEqual([200, 'max-age=15552000', 'renewed'])
    await api.close()
    await world.close()
  },
)
