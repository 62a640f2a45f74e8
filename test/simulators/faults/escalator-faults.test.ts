/** Escalator faults are causes: what is read follows, the controller says so, and afterwards it runs as before. */
import { expect, test } from 'vitest'
import { EVENT_CODE } from '../../../src/model/signals.js'
import { escalator, play, type Said } from '../play.js'

function run(fault: string, design: Parameters<typeof escalator>[2] = {}) {
  const played = play({ devices: [escalator('W1', 'S1', design)], minutes: 12, faults: [fault] })
  expect(played.at('over') - played.at('holding'), 'ends').toBeGreaterThan(0)
  const after = played.readings('W1').filter(({ ts }) => ts > played.at('over') + 30_000)
  expect(after.some(({ speed }) => Math.abs(Number(speed)) > 0.4)).toBe(true)
  const during = played
    .readings('W1')
    .filter(({ ts }) => ts >= played.at('holding') && ts <= played.at('over'))
  return { during, codes: played.events('W1').map(({ code }) => code) }
}
const most = (readings: readonly Said[], name: string) =>
  Math.max(...readings.map((one) => Number(one[name] ?? 0)))

test('escalator-overspeed: past 1.2 times nominal, then its protection', () => {
  const { during, codes } = run('escalator-overspeed@30s:W1')
  expect(most(during, 'speed')).toBeGreaterThan(0.575)
  expect(codes).toContain(EVENT_CODE.escalatorOverspeed)
})

test('escalator-reversal: it goes up, and then down under those on it', () => {
  const { during, codes } = run('escalator-reversal@30s:W1')
  expect(Math.min(...during.map(({ speed }) => Number(speed)))).toBeLessThan(-0.1)
  expect(codes).toContain(EVENT_CODE.escalatorReversal)
})

test('missing-step and emergency-stop: it stops with people on it', () => {
  for (const [fault, signal, code] of [
    ['missing-step', 'stepMissing', EVENT_CODE.stepMissing],
    ['emergency-stop', 'emergencyStop', EVENT_CODE.emergencyStop],
  ] as const) {
    const { during, codes } = run(`${fault}@30s:W1`)
    expect(during.some((one) => one[signal] === true && one.passenger === true && one.speed === 0)).toBe(true)
    expect(codes).toContain(code)
  }
})

test('handrail-slip: a handrail falls behind and nothing is said by code', () => {
  const { during, codes } = run('handrail-slip@30s:W1,by=0.25')
  expect(during.some((one) => Number(one.handrailSpeedLeft) < 0.8 * Number(one.speed))).toBe(true)
  expect(codes).not.toContain(EVENT_CODE.escalatorOverspeed)
})

test('brake-wear: a stop takes more than its limit', () => {
  expect(most(run('brake-wear@30s:W1').during, 'stopDistance')).toBeGreaterThan(1.2)
})
