/**
 * The one door to the HTTP API. A failed call is a value, not a throw: pages draw it beside what they already show.
 * Each reply also tells the service's clock, so that countdowns do not depend on the clock of the desk's computer.
 */

export interface Failure {
  /** Code of the API, or `NETWORK` when no answer came, `UNREADABLE` when it was not ours. */
  code: string
  message: string
  status: number
  fields: { field: string; message: string }[]
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: Failure }

export interface RequestOptions {
  method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  body?: unknown
  signal?: AbortSignal
  /** Makes a repeated creation harmless. */
  idempotencyKey?: string
}

type ClockListener = (offsetMs: number) => void
type LoggedOutListener = () => void

export interface DownloadOptions extends RequestOptions {
  /** Bytes that have come so far. */
  onBytes?: (bytes: number) => void
}

export interface File {
  name: string
  content: Blob
}

export interface Api {
  request<T>(path: string, options?: RequestOptions): Promise<Outcome<T>>
  /** A file of any size: browsers keep large blobs on their disk. A transfer that breaks off is a failure. */
  download(path: string, options?: DownloadOptions): Promise<Outcome<File>>
}

export function createApi({
  onClock,
  onLoggedOut,
}: {
  /** Service's clock minus ours, ms; accurate to about a second. */
  onClock: ClockListener
  /** A call was refused because the session has ended. */
  onLoggedOut: LoggedOutListener
}): Api {
  async function send(path: string, options: RequestOptions, accept: string): Promise<Outcome<Response>> {
    const headers: Record<string, string> = { accept }
    if (options.body !== undefined) headers['content-type'] = 'application/json'
    if (options.idempotencyKey) headers['idempotency-key'] = options.idempotencyKey
    const init: RequestInit = { method: options.method ?? 'GET', headers, credentials: 'same-origin' }
    if (options.body !== undefined) init.body = JSON.stringify(options.body)
    if (options.signal) init.signal = options.signal
    try {
      const response = await fetch(`/api${path}`, init)
      const stamp = Date.parse(response.headers.get('date') ?? '')
      // The header is cut to whole seconds; half a second more is right on average.
      if (!Number.isNaN(stamp)) onClock(stamp + 500 - Date.now())
      return { ok: true, value: response }
    } catch (cause) {
      return brokenOff(cause)
    }
  }

  function refusalOf(response: Response, body: unknown): { ok: false; failure: Failure } {
    const error = (body as { error?: Partial<Failure> } | null | undefined)?.error
    if (response.status === 401 && error?.code === 'SESSION_REQUIRED') onLoggedOut()
    if (!error) return failed('UNREADABLE', `${response.status} ${response.statusText}`, response.status)
    return {
      ok: false,
      failure: {
        code: error.code ?? 'UNREADABLE',
        message: error.message ?? '',
        status: response.status,
        fields: error.fields ?? [],
      },
    }
  }

  async function request<T>(path: string, options: RequestOptions = {}): Promise<Outcome<T>> {
    const sent = await send(path, options, 'application/json')
    if (!sent.ok) return sent
    const body = await readBody(sent.value)
    if (sent.value.ok && body !== UNREADABLE) return { ok: true, value: body as T }
    return refusalOf(sent.value, body)
  }

  async function download(path: string, options: DownloadOptions = {}): Promise<Outcome<File>> {
    const sent = await send(path, options, '*/*')
    if (!sent.ok) return sent
    const { value: response } = sent
    if (!response.ok) return refusalOf(response, await readBody(response))
    try {
      const name = /filename="([^"]+)"/.exec(response.headers.get('content-disposition') ?? '')?.[1]
      const counted = response.body?.pipeThrough(counting(options.onBytes)) ?? null
      const headers = { 'content-type': response.headers.get('content-type') ?? '' }
      return {
        ok: true,
        value: { name: name ?? 'download', content: await new Response(counted, { headers }).blob() },
      }
    } catch (cause) {
      return brokenOff(cause)
    }
  }

  return { request, download }
}

function counting(onBytes: DownloadOptions['onBytes']): TransformStream<BufferSource, BufferSource> {
  let bytes = 0
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength
      onBytes?.(bytes)
      controller.enqueue(chunk)
    },
  })
}

function brokenOff(cause: unknown): { ok: false; failure: Failure } {
  return failed('NETWORK', cause instanceof Error ? cause.message : String(cause), 0)
}

const UNREADABLE = Symbol('unreadable')

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text()
  if (text === '') return null
  try {
    return JSON.parse(text)
  } catch {
    return UNREADABLE
  }
}

function failed(code: string, message: string, status: number): { ok: false; failure: Failure } {
  return { ok: false, failure: { code, message, status, fields: [] } }
}

/** `?a=1&b=2` without what is empty. */
export function query(values: Record<string, string | number | undefined | null>): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== '') parameters.set(name, String(value))
  }
  const text = parameters.toString()
  return text ? `?${text}` : ''
}
