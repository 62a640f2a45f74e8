import { openHistory } from '../../src/history/open-history.js'
import { tempDir } from '../helpers/temp-dir.js'
import { describeRetention, SHORT } from './retention-contract.js'

describeRetention('retention of the embedded history', () =>
  openHistory({ dataDir: tempDir('history'), retention: SHORT, now: Date.now }),
)
