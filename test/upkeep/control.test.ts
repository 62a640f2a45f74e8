import { join } from 'node:path'
import { expect, test } from 'vitest'
import { silentLog } from '../../src/runtime/log.js'
import { openControl } from '../../src/upkeep/control.js'
import { findService } from '../../src/upkeep/control-client.js'
import { CONTROL_SOCKET } from '../../src/upkeep/lines.js'
import { tempDir } from '../helpers/temp-dir.js'
import { waitFor } from '../helpers/wait-for.js'

test('a command that hangs holds the journal until it fills up, and is told when it is let go', async () => {
  const dir = tempDir('control')
  const never = () => Promise.reject(new Error('nobody asks for it'))
  const journal = { bytes: 10, budgetBytes: 100 }
  const control = await openControl({
    path: join(dir, CONTROL_SOCKET),
    about: { version: '0.1.0', pid: process.pid, database: 'sqlite', history: 'embedded' },
    history: { copy: never, rebuild: never },
    journal: () => journal,
    settled: () => Promise.resolve(),
    log: silentLog,
  })
  const first = await findService(dir)
  journal.bytes = 79
  expect(control.needed()).toHaveLength(1)
  expect(first?.lost.aborted).toBe(false)
  journal.bytes = 81
  expect(control.needed()).toHaveLength(0)
  await waitFor('it is told', () => first?.lost.aborted === true)
  expect(first?.lost.reason).toMatchObject({ code: 'CONTROL_LOST' })

  // A journal that is always this full can be backed up as well, as long as it does not grow much.
  const second = await findService(dir)
  expect(control.needed()).toHaveLength(1)
  journal.bytes = 87
  expect(control.needed()).toHaveLength(0)
  await waitFor('it is told', () => second?.lost.aborted === true)

  journal.bytes = 10
  const third = await findService(dir)
  third?.release()
  await waitFor('nothing is held', () => control.needed().length === 0)
  expect(third?.lost.aborted).toBe(false)
  await control.close()
})
