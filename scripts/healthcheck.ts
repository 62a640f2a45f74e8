/** Asks the service on this machine whether it lives, by its own settings: exit 0 when it does. For containers. */
import { get as getHttp } from 'node:http'
import { get as getHttps } from 'node:https'

const TIMEOUT_MS = 3_000

const env = process.env
const get = env.TESHE_HTTPS_CERT ? getHttps : getHttp
// Its certificate is for the name that others use, not for loopback.
const options = {
  port: env.TESHE_HTTP_PORT || 8080,
  path: '/healthz',
  timeout: TIMEOUT_MS,
  rejectUnauthorized: false,
}

get({ host: '127.0.0.1', ...options }, (response) => process.exit(response.statusCode === 200 ? 0 : 1))
  .on('timeout', () => process.exit(1))
  .on('error', () => process.exit(1))
