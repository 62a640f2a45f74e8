import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startApi } from '../../src/api/api.js'
import { installed } from '../helpers/installed.js'
import { tempDir } from '../helpers/temp-dir.js'
import { apiOptions } from './api-of.js'
import { createWorld } from './world.js'

test.skipIf(!installed('openssl'))(
  'with a certificate it serves HTTPS, and browsers are told to stay with it',
  async () => {
    const dir = tempDir('tls')
    const [key, cert] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
        '-keyout',
        key,
        '-out',
        cert,
        ...subject,
      ],
      { stdio: 'ignore' },
    )
    const world = await createWorld()
    const https = { cert: readFileSync(cert), key: readFileSync(key) }
    const api = await startApi({ ...apiOptions(world, { https, secure: true }), host: '127.0.0.1', port: 0 })
    const hsts = await new Promise((resolve, reject) => {
      const asked = {
        host: '127.0.0.1',
        servername: 'localhost',
        port: api.port,
        path: '/healthz',
        ca: https.cert,
        agent: false,
      }
      request(asked, (reply) => {
        reply.resume()
        reply.on('end', () => resolve([reply.statusCode, reply.headers['strict-transport-security']]))
      })
        .on('error', reject)
        .end()
    })
    expect(hsts).toEqual([200, 'max-age=15552000'])
    await api.close()
    await world.close()
  },
)
