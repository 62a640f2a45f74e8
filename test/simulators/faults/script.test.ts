import { expect, test } from 'vitest'
import { FAULTS } from '../../../simulators/faults/catalogue.js'
import { parseFault, parseFaultFile } from '../../../simulators/faults/script.js'
import { problemOf } from '../../../simulators/fleet.js'
import { boiler, lift, scheduled } from '../play.js'

test.each([
  { text: 'trapped', atMs: 0, lastsMs: 600_000, target: 'any' },
  { text: 'trapped@30s:LY-E-0007', atMs: 30_000, lastsMs: 600_000, target: 'LY-E-0007' },
  { text: 'trapped@1.5m+90s:LY-E-0007', atMs: 90_000, lastsMs: 90_000, target: 'LY-E-0007' },
  { text: 'power-cut+10m:LY-S-003', atMs: 0, lastsMs: 600_000, target: 'LY-S-003' },
  { text: 'alarm-button@500ms:a.b_c-1:2', atMs: 500, lastsMs: 4_000, target: 'a.b_c-1:2' },
])('$text is understood', ({ text, ...expected }) => {
  expect(scheduled(text)).toMatchObject(expected)
})

test('options are read by their type, and the others get their defaults', () => {
  expect(scheduled('trapped:X,button=40s').options).toEqual({ button: 40_000, cause: 'chain' })
  expect(scheduled('trapped:X').options).toEqual({ button: 0, cause: 'chain' })
  expect(scheduled('clock-skew:X,by=-3h').options).toEqual({ by: -10_800_000 })
})

test.each([
  { text: 'fire', problem: /fire is not a fault; known are trapped/ },
  { text: 'trapped@soon', problem: /start soon must be a number with ms, s, m, h or d/ },
  { text: 'trapped@-3s', problem: /start -3s must be/ },
  { text: 'trapped+0s', problem: /length 0s must be/ },
  { text: 'trapped:X,door=open', problem: /trapped has no option door; it has button/ },
  { text: 'flame-out:X,valve=maybe', problem: /valve=maybe must be sticks or closes/ },
  { text: 'Trapped it is', problem: /is not of the form/ },
])('$text is refused with its rule', ({ text, problem }) => {
  expect(parseFault(text)).toEqual({ problem: expect.stringMatching(problem) })
})

test('a script file holds objects and strings, and comes back in order of time', () => {
  const file = JSON.stringify([
    { fault: 'flame-out', at: '2m', lasts: '10s', target: 'B1', options: { valve: 'closes' } },
    'trapped@30s:E1',
  ])
  expect(parseFaultFile(file)).toMatchObject({
    value: [
      { atMs: 30_000, target: 'E1' },
      { atMs: 120_000, lastsMs: 10_000, target: 'B1', options: { valve: 'closes' } },
    ],
  })
  expect(parseFaultFile('{')).toMatchObject({ problem: 'a fault script must be JSON' })
  expect(parseFaultFile('[{"fault":"fire"}]')).toMatchObject({
    problem: expect.stringMatching(/^entry 1: fire/),
  })
})

test('a fault that cannot happen to its target is named before the start', () => {
  const devices = [lift('E1'), boiler('B1'), boiler('B2', 'S2', { medium: 'hot-water' })]
  expect(problemOf(devices, scheduled('trapped:E1'))).toBeNull()
  expect(problemOf(devices, scheduled('trapped:E9'))).toMatch(/no device or estate is called E9/)
  expect(problemOf(devices, scheduled('trapped:B1'))).toMatch(/happens to a lift, which B1 is not/)
  expect(problemOf(devices, scheduled('low-water:B2'))).toMatch(/happens to a steam-boiler, which B2 is not/)
  expect(problemOf(devices, scheduled('power-cut:S1'))).toBeNull()
})

test('every fault says what it does, how long, and has a name of its own', () => {
  expect(new Set(FAULTS.map(({ name }) => name)).size).toBe(FAULTS.length)
  for (const { summary, lastsMs } of FAULTS) {
    expect(summary.length).toBeGreaterThan(20)
    expect(lastsMs).toBeGreaterThan(0)
  }
})
