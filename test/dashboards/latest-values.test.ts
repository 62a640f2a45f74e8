/** Thousands of updates between two frames cost one redraw of what is looked at. */
import { expect, test } from 'vitest'
import { createLatestValues } from '../../dashboards/src/live/latest-values.js'

function createFrames() {
  const waiting: (() => void)[] = []
  return {
    nextFrame: (run: () => void) => void waiting.push(run),
    draw: () => {
      for (const run of waiting.splice(0)) run()
    },
    waiting: () => waiting.length,
  }
}

test('many rows of one equipment between two frames tell its listener once', () => {
  const frames = createFrames()
  const latest = createLatestValues(frames)
  let told = 0
  latest.listen('a', () => told++)
  for (let i = 1; i <= 1000; i++) latest.merge([['a', 1, i, { floor: [i, i] }]])
  expect(told).toBe(0)
  frames.draw()
  expect(told).toBe(1)
  expect(latest.of('a')?.signals.get('floor')).toEqual([1000, 1000])
})

test('equipment that nobody looks at asks for no frame', () => {
  const frames = createFrames()
  const latest = createLatestValues(frames)
  latest.merge([['a', 1, 1, { floor: [1, 1] }]])
  expect(frames.waiting()).toBe(0)
})

test('an older value never replaces a newer one, and a frame only adds to what is known', () => {
  const latest = createLatestValues(createFrames())
  latest.merge([['a', 1, 10, { floor: [3, 10], door: [2, 10] }]])
  latest.merge([['a', 0, 5, { floor: [1, 5] }]])
  expect(latest.of('a')).toMatchObject({ online: false, arrival: 10 })
  expect(latest.of('a')?.signals.get('floor')).toEqual([3, 10])
  expect(latest.of('a')?.signals.get('door')).toEqual([2, 10])
})

test('a clock that ran ahead and was set back freezes nothing', () => {
  const latest = createLatestValues(createFrames())
  latest.merge([['a', 1, 10, { floor: [3, 9_000] }]])
  latest.merge([['a', 1, 20, { floor: [4, 19] }]])
  expect(latest.of('a')?.signals.get('floor')).toEqual([4, 19])
})

test('a listener that left is not told', () => {
  const frames = createFrames()
  const latest = createLatestValues(frames)
  let told = 0
  const stop = latest.listen('a', () => told++)
  latest.merge([['a', 1, 1, {}]])
  stop()
  frames.draw()
  expect(told).toBe(0)
})
