/** Sessions over restarts of the gateway: who does not come back falls silent, who came back is left in peace. */
import { describe, expect, test } from 'vitest'
import { shardOf } from '../../src/model/equipment.js'
import { journalOf, run, START, type Step } from './timeline.js'

const open = (at: number, session: string): Step => ({ at, session: { session, open: true } })

function offAt(steps: Step[], until: number, restarts: number[] = []): [string, number][] {
  const { findings } = run(journalOf({ steps: [{ at: 0, every: 0 }, ...steps], until }), restarts)
  return findings
    .filter(({ pattern }) => pattern === 'L-OFF')
    .map(({ stage, at }) => [stage, Math.round((at - START) / 1000)])
}

describe('a restart of the gateway that leaves no gap in the ticks', () => {
  test.each<[string, Step[], boolean]>([
    ['no restart: an open session may be quiet', [open(0, 'a-1')], false],
    [
      'a device that does not come back falls silent',
      [open(0, 'a-1'), { at: 100, gatewayStart: true }],
      true,
    ],
    [
      'a device that was back before the first tick may be quiet',
      [open(0, 'a-1'), { at: 100, gatewayStart: true }, open(100, 'b-1')],
      false,
    ],
    [
      'a device that comes back later may be quiet',
      [open(0, 'a-1'), { at: 100, gatewayStart: true }, open(160, 'b-1')],
      false,
    ],
    [
      'a message is a sign too',
      [open(0, 'a-1'), { at: 100, gatewayStart: true }, { at: 150, event: { code: 90 } }],
      false,
    ],
    [
      'restarts that follow each other do not put the silence off',
      [open(0, 'a-1'), ...[100, 160, 220, 280].map((at): Step => ({ at, gatewayStart: true }))],
      true,
    ],
    [
      'an absence too: who was back before the first tick may be quiet',
      [open(0, 'a-1'), { at: 100, away: 20 }, { at: 120, gatewayStart: true }, open(120, 'b-1')],
      false,
    ],
  ])('%s', (_name, steps, silent) => {
    const found = offAt(steps, 320)
    expect(found.map(([stage]) => stage)).toEqual(silent ? ['shown'] : [])
    if (silent) expect(found[0]?.[1]).toBeGreaterThanOrEqual(280)
    if (silent) expect(found[0]?.[1]).toBeLessThanOrEqual(284)
    for (const position of [101, 103, 104, 200]) expect(offAt(steps, 320, [position])).toEqual(found)
  })
})

test('a session of a newer gateway tells that those of the older one are gone', () => {
  const [registered, ...rest] = journalOf({ steps: [{ at: 0, every: 0 }, open(0, 'a-1')], until: 320 })
  if (!registered) return expect.unreachable()
  // Doubt reaches as far as a shard: each learns of the newer gateway by itself.
  const equipment = Array.from({ length: 1000 }, (_, i) => `EQ-${i + 2}`).find(
    (id) => shardOf(id) === registered.shard,
  )
  const other = { ...registered, equipment: equipment ?? '' }
  const facts = { id: other.equipment, kind: 'elevator', profile: 'plain', attributes: {}, version: 1 }
  const change = { session: 'b-1', open: true, reason: 'connected' }
  const json = (value: unknown) => Buffer.from(JSON.stringify(value))
  const records = [
    registered,
    { ...other, payload: json(facts) },
    ...rest.slice(0, 100),
    { ...other, kind: 'session' as const, arrival: START + 98_950, payload: json(change) },
    ...rest.slice(100),
  ].map((record, i) => ({ ...record, position: i + 1 }))
  const { findings, engine } = run(records)
  expect(findings.map(({ equipment, pattern }) => [equipment, pattern])).toEqual([['EQ-1', 'L-OFF']])
  expect(engine.online('EQ-1')).toBe(false)
  expect(engine.online(other.equipment)).toBe(true)
})
