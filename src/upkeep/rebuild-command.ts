/** `npm run rebuild-history`: the history says again what the journal says, by the running service or without one. */
import { join } from 'node:path'
import { influxOf } from '../config-parts.js'
import { TesheError } from '../errors.js'
import { startHistory } from '../history/client.js'
import type { RebuildResult } from '../history/rebuild.js'
import { createShare, lockDataDir, readSettingsOfService, runCommand, usableDataDir } from './command.js'
import { findService } from './control-client.js'
import { timeOf } from './flags.js'

const COMMAND = {
  usage:
    'npm run rebuild-history -- [--from TIME] [--to TIME] [--data DIR]\n\nReplaces history by what the journal says, as far back as that reaches; older points stay.\nWhile the service runs it goes on there, also when this command is ended.',
  interrupted: 'what was rebuilt stays, and a running service goes on with the rest',
  flags: {
    from: { value: 'TIME', meaning: 'ISO 8601 with zone, or ms since 1970; events from then on' },
    to: { value: 'TIME', meaning: 'likewise; events before it' },
    data: { value: 'DIR', meaning: 'data directory, TESHE_DATA_DIR unless given' },
  },
}

interface Range {
  from: number | null
  to: number | null
}

export function rebuildCommand(args: readonly string[]): Promise<number> {
  return runCommand(COMMAND, args, async ({ given, signal }) => {
    const range = { from: timeOf(given.from), to: timeOf(given.to) }
    for (const name of ['from', 'to'] as const) {
      if (Number.isNaN(range[name])) throw new TesheError('TIME_INVALID', [`--${name} ${given[name]}`])
    }
    const config = readSettingsOfService()
    const dataDir = usableDataDir(String(given.data ?? config.data.dir))
    const told = {
      onProgress: createShare('rebuilt'),
      onWaiting: (why: string) => console.log(`waiting: ${why}`),
    }
    const service = await findService(dataDir)
    const leaving = () => service?.release()
    signal.addEventListener('abort', leaving, { once: true })
    try {
      tell(service ? await service.rebuild(range, told) : await rebuildAlone(dataDir, range, told, signal))
    } finally {
      signal.removeEventListener('abort', leaving)
      service?.release()
    }
  })

  async function rebuildAlone(
    dataDir: string,
    { from, to }: Range,
    told: { onProgress: (done: number, total: number) => void; onWaiting: (why: string) => void },
    signal: AbortSignal,
  ): Promise<RebuildResult> {
    const config = readSettingsOfService()
    const lock = lockDataDir(dataDir)
    try {
      const history = await startHistory({
        dataDir,
        journalDir: join(dataDir, 'journal'),
        snapshotFile: join(dataDir, 'rules.sqlite'),
        influx: influxOf(config),
        retention: config.history,
        // Whoever waits for an answer is told.
        onDeath: () => undefined,
      })
      const leaving = () => void history.close()
      signal.addEventListener('abort', leaving, { once: true })
      try {
        return await history.rebuild({
          ...told,
          from: from ?? Number.NEGATIVE_INFINITY,
          to: to ?? Number.POSITIVE_INFINITY,
        })
      } finally {
        signal.removeEventListener('abort', leaving)
        await history.close()
      }
    } finally {
      lock.close()
    }
  }
}

function tell({ since, rows, setAside, notErased }: RebuildResult): void {
  console.log(`${rows} rows are as the journal says, which reaches back to ${new Date(since).toISOString()}`)
  if (setAside > 0) console.log(`${setAside} values were set aside, as the store does not take them`)
  if (notErased !== null) console.log(`what the journal does not say could not be erased: ${notErased}`)
}
