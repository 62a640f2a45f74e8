/**
 * Certificates that are renewed while the service runs. The files are looked at every few seconds and on demand; what
 * they hold is tried out before anybody uses it, so that a half-written renewal leaves the old certificate in place.
 */
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { messageOf } from '../errors.js'

/** What a TLS listener is made of, in PEM. `ca`: the authority of client certificates, `crl` its revocation list. */
export interface TlsTexts {
  cert: string
  key: string
  ca: string | null
  crl: string | null
}

/** Where each of them came from; null where it was given as text and cannot change. */
export type TlsPaths = Readonly<Record<keyof TlsTexts, string | null>>

export interface TlsFiles {
  texts: TlsTexts
  paths: TlsPaths
}

export interface TlsWatch {
  /** Looks at the files now, as after SIGHUP. */
  check(): void
  close(): void
}

const EVERY_MS = 5_000
const PARTS = ['cert', 'key', 'ca', 'crl'] as const

/** TLS 1.2 and later; the options of a listener and of every reload of it. */
export function contextOptions({ cert, key, ca, crl }: TlsTexts): SecureContextOptions {
  return { cert, key, minVersion: 'TLSv1.2', ...(ca !== null && { ca }), ...(crl !== null && { crl }) }
}

/**
 * `texts` are in use. `onChange` gets texts that work together. `onFault` is told once of each new reason why the files are not used; they
 * are tried again at every look.
 */
export function watchTlsFiles({
  paths,
  texts,
  onChange,
  onFault,
  everyMs = EVERY_MS,
}: TlsFiles & {
  onChange: (texts: TlsTexts) => void
  onFault: (why: string) => void
  everyMs?: number
}): TlsWatch {
  let used = texts
  let seen = stampOf(paths)
  let told: string | null = null

  function check(): void {
    const stamp = stampOf(paths)
    if (stamp === seen) return
    try {
      const fresh = readAll(paths, used)
      if (PARTS.some((part) => fresh[part] !== used[part])) {
        createSecureContext(contextOptions(fresh))
        used = fresh
        onChange(fresh)
      }
      seen = stamp
      told = null
    } catch (error) {
      const why = messageOf(error)
      if (why !== told) onFault(why)
      told = why
    }
  }

  const timer = setInterval(check, everyMs)
  timer.unref()
  return { check, close: () => clearInterval(timer) }
}

function readAll(paths: TlsPaths, used: TlsTexts): TlsTexts {
  const fresh = { ...used }
  for (const part of PARTS) {
    const path = paths[part]
    if (path !== null) fresh[part] = readFileSync(path, 'utf8').trim()
  }
  return fresh
}

/** Changes whenever one of the files does, also when a link points to another file. */
function stampOf(paths: TlsPaths): string {
  return PARTS.map((part) => {
    const path = paths[part]
    const file = path === null ? undefined : statSync(path, { throwIfNoEntry: false })
    return file ? `${file.ino} ${file.size} ${file.mtimeMs}` : 'none'
  }).join()
}
