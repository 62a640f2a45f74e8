/** A process that writes blocks into an embedded history, and rolls it up beside, until it is killed. Arguments: directory, number of equipment. */
import { openEmbedded } from '../../src/history/embedded.js'
import { DEFAULT_RETENTION } from '../../src/model/retention.js'
import { blockOf } from './block-of.js'

const ROWS_A_BLOCK = 3000
const T0 = 1_795_290_000_000
const [dir = '', equipment = '1'] = process.argv.slice(2)

const store = await openEmbedded({ dir, retention: DEFAULT_RETENTION })
let maintaining = false
for (let position = Math.max(...store.cursor()); ; ) {
  const from = position
  const readings = Array.from({ length: ROWS_A_BLOCK }, () => {
    position++
    return {
      equipment: `CRASH-${position % Number(equipment)}`,
      ts: T0 + position,
      position,
      values: { load: position, speed: 1 },
    }
  })
  process.send?.('writing')
  // Every row comes to an hour that is closed, so hours are rolled up again and again.
  if (!maintaining) {
    maintaining = true
    void store.maintain({ now: T0 + 5 * 3_600_000, drop: true }).finally(() => {
      maintaining = false
    })
  }
  await store.write(blockOf({ readings, from }))
}
