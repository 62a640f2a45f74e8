/** Where anchors are kept: a file that grows by a line each, or a webhook that answers 2xx. */
import { appendFile } from 'node:fs/promises'
import { TesheError } from '../errors.js'
import type { Anchor } from '../record/checkpoint.js'
import type { SealerOptions } from './sealer.js'

type Anchorage = SealerOptions['anchorages'][number]

const TIMEOUT_MS = 10_000

/** Those that are set. `post` is the service's `fetch`. */
export function anchoragesOf(
  { file, url }: { file: string | null; url: string | null },
  post: typeof fetch,
): Anchorage[] {
  return [...(file ? [anchorFile(file)] : []), ...(url ? [anchorHook(url, post)] : [])]
}

function anchorFile(path: string): Anchorage {
  return { name: path, keep: (anchor) => appendFile(path, `${lineOf(anchor)}\n`, { flush: true }) }
}

/** Rejects with ANCHOR_REFUSED for anything but 2xx. */
function anchorHook(url: string, post: typeof fetch): Anchorage {
  return {
    name: new URL(url).host,
    async keep(anchor) {
      const headers = { 'content-type': 'application/json' }
      const signal = AbortSignal.timeout(TIMEOUT_MS)
      const { ok, status } = await post(url, { method: 'POST', headers, body: lineOf(anchor), signal })
      if (!ok) throw new TesheError('ANCHOR_REFUSED', [new URL(url).host, status])
    },
  }
}

function lineOf({ counter, at, hash }: Anchor): string {
  return JSON.stringify({ counter, at, hash })
}
