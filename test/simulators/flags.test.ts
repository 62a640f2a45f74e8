import { expect, test } from 'vitest'
import { parseFlags } from '../../simulators/flags.js'
import { main } from '../../simulators/main.js'

test('without flags: 300 lifts, 30 boilers and 20 escalators, once a second, to the broker of this machine', () => {
  expect(parseFlags([])).toMatchObject({
    plan: {
      url: 'mqtt://127.0.0.1:1883',
      lifts: 300,
      boilers: 30,
      escalators: 20,
      periodMs: 1000,
      seed: '1',
      speed: 1,
    },
  })
})

test('every flag of the contract is understood', () => {
  const args = [
    ...[
      '--url',
      'mqtts://broker:8883',
      '--fleet',
      'lifts=5000,boilers=2',
      '--period',
      '500ms',
      '--seed',
      'x',
    ],
    ...[
      '--speed',
      '10',
      '--fault',
      'trapped@30s:LY-E-0007',
      '--fault',
      'flame-out@10s',
      '--replay',
      'boiler_coal_idaes',
    ],
    ...[
      '--shift',
      'now',
      '--replay-speed',
      '600',
      '--limit',
      '5',
      '--password-for-all',
      'pw',
      '--start',
      '2026-01-01T00:00:00Z',
    ],
  ]
  expect(parseFlags(args)).toMatchObject({
    plan: {
      url: 'mqtts://broker:8883',
      lifts: 5000,
      boilers: 2,
      periodMs: 500,
      speed: 10,
      startMs: Date.UTC(2026, 0, 1),
      faults: [{ atMs: 10_000 }, { atMs: 30_000, target: 'LY-E-0007' }],
      replays: ['boiler_coal_idaes'],
      shift: 'now',
      replaySpeed: 600,
      limit: 5,
      passwordForAll: 'pw',
    },
  })
})

test('a replay alone brings no fleet', () => {
  expect(parseFlags(['--replay', 'db_elevator_status_2022'])).toMatchObject({
    plan: { lifts: 0, boilers: 0 },
  })
})

test('all bad flags are named at once, each with its rule', () => {
  const args = [
    '--url',
    'http://x',
    '--fleet',
    'cars=3',
    '--period',
    '1',
    '--speed',
    '0',
    '--shift',
    'later',
    '--limit',
    '0.5',
  ]
  const parsed = parseFlags([...args, '--fault', 'fire', '--replay', 'nothing'])
  expect(parsed).toEqual({
    problems: expect.arrayContaining([
      '--url http://x must be mqtt://host:port or mqtts://host:port',
      '--fleet cars=3 must be lifts=N,boilers=N,escalators=N with whole numbers up to 99999',
      expect.stringMatching(/^--period 1 must be a number with ms, s, m, h or d/),
      '--speed 0 must be a number above 0, at most 100000',
      '--shift later must be one of none, now, end-now',
      '--limit 0.5 must be a whole number from 1',
      expect.stringMatching(/^--fault fire: fire is not a fault/),
      expect.stringMatching(/^--replay nothing must be one of boiler_coal_idaes/),
    ]),
  })
})

test('an unknown flag is named', () => {
  expect(parseFlags(['--flee', 'x'])).toMatchObject({ problems: [expect.stringContaining('--flee')] })
})

test.each([
  { name: 'a bad flag', args: ['--speed', 'fast'] },
  {
    name: 'a fault for a lift that is not there',
    args: ['--fleet', 'lifts=3', '--fault', 'trapped:LY-E-0009'],
  },
  { name: 'a credentials file that is not there', args: ['--credentials', '/nowhere/credentials.json'] },
  { name: 'a fault script that is not there', args: ['--faults', '/nowhere/faults.json'] },
])('$name ends with 2 before anything is opened', async ({ args }) => {
  expect(await main(args)).toBe(2)
})

test('--help ends with 0', async () => {
  expect(await main(['--help'])).toBe(0)
  expect(parseFlags(['--help'])).toMatchObject({
    help: expect.stringMatching(/--fault SCRIPT[\s\S]*unintended-movement/),
  })
})
