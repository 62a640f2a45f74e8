import { describe, expect, it } from 'vitest'
import { createFindingInbox } from '../../src/incidents/finding-inbox.js'
import type { Finding } from '../../src/model/finding.js'
import { silentLog } from '../../src/runtime/log.js'
import { finding } from '../helpers/desk.js'

/** A database that may be away, or refuse one finding; sleeps end when the test says so. */
function createDatabase() {
  const stored: string[] = []
  const sleepers: (() => void)[] = []
  const state = { away: false, refused: '' }
  function receive(findings: readonly Finding[]): Promise<void> {
    if (state.away) return Promise.reject(new Error('away'))
    if (findings.some(({ id }) => id === state.refused)) return Promise.reject(new Error('refused'))
    stored.push(...findings.map(({ id }) => id))
    return Promise.resolve()
  }
  const inbox = createFindingInbox({
    receive,
    ping: () => (state.away ? Promise.reject(new Error('away')) : Promise.resolve()),
    log: silentLog,
    now: () => 1000,
    sleep: () => new Promise((resolve) => sleepers.push(resolve)),
  })
  function wake(): void {
    for (const awaken of sleepers.splice(0)) awaken()
  }
  return { inbox, stored, state, wake, sleepers }
}

describe('finding inbox', () => {
  it('keeps the order while the database is away, and loses nothing', async () => {
    const { inbox, stored, state, wake, sleepers } = createDatabase()
    state.away = true
    const first = inbox.take([finding({ id: 'a' })])
    const second = inbox.take([finding({ id: 'b' })])
    await expect.poll(() => sleepers.length).toBe(1)
    expect(inbox.stuckSince()).toBe(1000)
    state.away = false
    wake()
    await Promise.all([first, second])
    expect(stored).toEqual(['a', 'b'])
    expect(inbox.stuckSince()).toBeNull()
  })

  it('a finding that cannot be stored waits alone; those around it and after it pass', async () => {
    const { inbox, stored, state, wake, sleepers } = createDatabase()
    state.refused = 'bad'
    const first = inbox.take([finding({ id: 'a' }), finding({ id: 'bad' }), finding({ id: 'b' })])
    await inbox.take([finding({ id: 'c' })])
    await expect.poll(() => sleepers.length).toBe(1)
    expect(stored).toEqual(['a', 'b', 'c'])
    expect(inbox.stuckSince()).toBe(1000)
    state.refused = ''
    wake()
    await first
    expect(stored).toEqual(['a', 'b', 'c', 'bad'])
    expect(inbox.stuckSince()).toBeNull()
  })
})
