/**
 * The encrypted door for devices, TLS 1.2 and later. Client certificates are asked for where an authority is set and
 * never demanded: a device without one, or with one that does not count, still logs in with its secret.
 */
import type { Socket } from 'node:net'
import { createServer, type Server, TLSSocket } from 'node:tls'
import { isEquipmentId } from '../model/equipment.js'
import { contextOptions, type TlsTexts } from '../runtime/tls-files.js'

const HANDSHAKE_TIMEOUT_MS = 10_000

export interface TlsListener {
  /** Not listening yet. */
  readonly server: Server
  /** For connections from now on; the main thread has tried the texts out (runtime/tls-files.ts). */
  use(texts: TlsTexts): void
}

export function createTlsListener({
  texts,
  onSocket,
  onHandshakeFailed,
}: {
  texts: TlsTexts
  onSocket: (socket: TLSSocket) => void
  onHandshakeFailed: (socket: Socket, why: string) => void
}): TlsListener {
  const server = createServer(
    {
      ...contextOptions(texts),
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      requestCert: texts.ca !== null,
      rejectUnauthorized: false,
    },
    onSocket,
  )
  server.on('tlsClientError', (error, socket) => onHandshakeFailed(socket, error.message))
  return { server, use: (fresh) => server.setSecureContext(contextOptions(fresh)) }
}

/**
 * The ids that the client certificate of a connection stands for: its CN and its SANs of type DNS and URI, as far as
 * they are possible ids. None unless it comes from the authority, is in its time and on no revocation list.
 */
export function certificateIds(socket: Socket): readonly string[] {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return []
  const certificate = socket.getPeerX509Certificate()
  // A resumed session brings the verdict of its first handshake, and the certificate may have ended since.
  if (!certificate || Date.parse(certificate.validTo) <= Date.now()) return []
  const names = [
    ...commonNames(socket.getPeerCertificate().subject),
    ...alternativeNames(certificate.subjectAltName ?? ''),
  ]
  return [...new Set(names)].filter(isEquipmentId)
}

/** Why a certificate that was presented does not count, e.g. CERT_HAS_EXPIRED, CERT_REVOKED; null without one or when it does. */
export function certificateFault(socket: Socket): string | null {
  if (!(socket instanceof TLSSocket) || socket.authorized || !socket.getPeerX509Certificate()) return null
  return String(socket.authorizationError)
}

/** Several where the subject has several. */
function commonNames(subject: { CN?: string | string[] } | undefined): string[] {
  const name = subject?.CN
  return typeof name === 'string' ? [name] : (name ?? [])
}

/** One entry at the start of the text: a type, and a value that Node puts in quotes where it holds a comma. */
const ENTRY = /^([A-Za-z ]+):("(?:[^"\\]|\\.)*"|[^",]*)(?:, |$)/

/** Reads from the front and stops at what it does not understand: a value must never pass for several entries. */
function alternativeNames(text: string): string[] {
  const names: string[] = []
  for (let rest = text; rest !== ''; ) {
    const [entry, type = '', value = ''] = ENTRY.exec(rest) ?? []
    if (entry === undefined) return names
    if ((type === 'DNS' || type === 'URI') && !value.startsWith('"')) names.push(value)
    rest = rest.slice(entry.length)
  }
  return names
}
