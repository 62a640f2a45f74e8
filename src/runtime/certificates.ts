/** Every listener's certificates: renewed without a restart, told of in log and metrics, looked at anew on SIGHUP. */
import { X509Certificate } from 'node:crypto'
import type { Logger } from './log.js'
import type { TlsMetrics } from './metrics.js'
import { type TlsFiles, type TlsTexts, type TlsWatch, watchTlsFiles } from './tls-files.js'

export interface Certificates {
  /** `use` takes effect for connections from then on. */
  follow(listener: 'https' | 'mqtts', files: TlsFiles, use: (texts: TlsTexts) => void): void
  /** Looks at all files now. */
  check(): void
  close(): void
}

export function createCertificates({ log, metrics }: { log: Logger; metrics: TlsMetrics }): Certificates {
  const watches: TlsWatch[] = []
  return {
    follow(listener, files, use) {
      const ends = ({ cert }: TlsTexts) =>
        metrics.expires.set({ listener }, Date.parse(new X509Certificate(cert).validTo) / 1000)
      ends(files.texts)
      const watch = watchTlsFiles({
        ...files,
        onChange(texts) {
          use(texts)
          ends(texts)
          metrics.reloads.inc({ listener, result: 'used' })
          log.info({ listener }, 'certificates renewed')
        },
        onFault(why) {
          metrics.reloads.inc({ listener, result: 'refused' })
          log.error({ listener, why }, 'renewed certificates are not usable, the old ones stay')
        },
      })
      watches.push(watch)
    },
    check() {
      for (const watch of watches) watch.check()
    },
    close() {
      for (const watch of watches) watch.close()
    },
  }
}
