/** `npm run restore`: a backup becomes a data directory that `npm start` works on. */

import { readSettingsOfService, runCommand } from './command.js'
import { restoreBackup } from './restore.js'

const COMMAND = {
  usage:
    'npm run restore -- --from BACKUP [--data DIR]\n\nMakes a data directory of a backup. The service must not run there.',
  interrupted: 'nothing is left of it',
  flags: {
    from: { value: 'BACKUP', meaning: 'directory that npm run backup made', required: true },
    data: { value: 'DIR', meaning: 'empty or not there yet; TESHE_DATA_DIR unless given' },
  },
}

export function restoreCommand(args: readonly string[]): Promise<number> {
  return runCommand(COMMAND, args, ({ given, signal, version }) => {
    const { manifest, dataDir, dump } = restoreBackup({
      from: String(given.from),
      dataDir: String(given.data ?? readSettingsOfService().data.dir),
      version,
      // Nobody waits for the disk while the service is down.
      pace: { moved: () => undefined },
      onStep: (step) => console.log(step),
      signal,
    })
    console.log(`${dataDir} is as it was at ${manifest.moment}; npm start goes on from there`)
    if (dump) {
      console.log(`first the database: pg_restore --clean --if-exists --no-owner --dbname=ADDRESS ${dump}`)
    }
    if (manifest.database === 'apart')
      console.log('first the database: from the dump that was made beside it')
    if (manifest.history === 'influx') {
      console.log(
        'InfluxDB keeps its points; where they were lost, npm run rebuild-history brings back what the journal reaches',
      )
    }
    return Promise.resolve()
  })
}
