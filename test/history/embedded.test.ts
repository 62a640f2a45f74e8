import { openHistory } from '../../src/history/open-history.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { tempDir } from '../helpers/temp-dir.js'
import { describeHistory } from './contract.js'

describeHistory('embedded history', async () => {
  const dataDir = tempDir('history')
  const open = () => openHistory({ dataDir, retention: DEFAULT_RETENTION, now: Date.now })
  let store = await open()
  return {
    store,
    async reopen() {
      await store.close()
      store = await open()
      return store
    },
    outage: null,
    close: () => store.close(),
  }
})
