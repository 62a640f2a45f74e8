import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Gap } from '../../../src/model/roster.js'
import { type Cover, gapsIn } from '../../../src/registry/roster/gaps.js'

const LIFTS = [{ kind: 'elevator', district: '西工区' }] as const
const REPAIR = { class: 'elevator-repair', validUntil: 1000 } as const
const shift = (from: number, until: number, ...members: string[]) => ({
  ...{ from, until, members, kinds: ['elevator'] as const, districts: null },
})
const cover = (change: Partial<Cover>): Cover => ({
  needs: LIFTS,
  shifts: [shift(0, 50, 'a'), shift(50, 100, 'b')],
  leave: [],
  certificates: [
    { member: 'a', ...REPAIR },
    { member: 'b', ...REPAIR },
  ],
  ...change,
})
const span = { from: 0, until: 100 }

const cases: { name: string; cover: Partial<Cover>; gaps: Partial<Gap>[] }[] = [
  { name: 'two shifts that meet leave no gap', cover: {}, gaps: [] },
  { name: 'who keeps nothing needs nobody', cover: { needs: [], shifts: [] }, gaps: [] },
  {
    name: 'no shift at all is one gap, and none of a kind beside it',
    cover: { shifts: [] },
    gaps: [{ kind: null, from: 0, until: 100, because: ['no-shift'], districts: ['西工区'] }],
  },
  {
    name: 'a hole between shifts',
    cover: { shifts: [shift(0, 40, 'a'), shift(60, 100, 'b')] },
    gaps: [{ kind: null, from: 40, until: 60, because: ['no-shift'] }],
  },
  {
    name: 'leave on the only shift, and the end of the shift: one gap with both reasons',
    cover: {
      shifts: [shift(0, 40, 'a'), shift(60, 100, 'b')],
      leave: [{ member: 'a', from: 30, until: 200 }],
    },
    gaps: [{ kind: null, from: 30, until: 60, because: ['no-shift', 'leave'] }],
  },
  {
    name: 'a second person covers the leave of the first',
    cover: { shifts: [shift(0, 100, 'a', 'b')], leave: [{ member: 'a', from: 30, until: 60 }] },
    gaps: [],
  },
  {
    name: 'a certificate that runs out in the middle of a shift',
    cover: {
      certificates: [
        { member: 'a', ...REPAIR, validUntil: 20 },
        { member: 'b', ...REPAIR },
      ],
    },
    gaps: [{ kind: 'elevator', from: 20, until: 50, because: ['certificate-expired'] }],
  },
  {
    name: 'a certificate of another class is none',
    cover: {
      certificates: [
        { member: 'a', class: 'boiler-water', validUntil: 1000 },
        { member: 'b', ...REPAIR },
      ],
    },
    gaps: [{ kind: 'elevator', from: 0, until: 50, because: ['uncertified'] }],
  },
  {
    name: 'only the certified one of two is away',
    cover: {
      shifts: [shift(0, 100, 'a', 'c')],
      leave: [{ member: 'a', from: 10, until: 20 }],
    },
    gaps: [{ kind: 'elevator', from: 10, until: 20, because: ['leave'] }],
  },
  {
    name: 'a crew of another district, and equipment of no district',
    cover: {
      needs: [...LIFTS, { kind: 'elevator', district: '涧西区' }, { kind: 'elevator', district: null }],
      shifts: [{ ...shift(0, 100, 'a'), districts: ['西工区'] }],
    },
    gaps: [{ kind: 'elevator', from: 0, until: 100, because: ['district'], districts: ['涧西区'] }],
  },
  {
    name: 'a kind that no crew on duty serves',
    cover: { needs: [...LIFTS, { kind: 'boiler', district: null }] },
    gaps: [{ kind: 'boiler', from: 0, until: 100, because: ['no-shift'] }],
  },
]

describe('gaps in cover', () => {
  it.each(cases)('$name', ({ cover: change, gaps }) => {
    expect(gapsIn(cover(change), span)).toMatchObject(gaps)
  })

  it('at every moment somebody certified is there, or a gap says so', () => {
    const time = fc.integer({ min: 0, max: 100 })
    const member = fc.constantFrom('a', 'b')
    const stretch = fc.record({ from: time, until: time })
    fc.assert(
      fc.property(
        fc.array(fc.record({ from: time, until: time, members: fc.array(member, { maxLength: 2 }) })),
        fc.array(fc.tuple(stretch, member)),
        time,
        (spans, away, validUntil) => {
          const one = cover({
            shifts: spans.map((its) => ({ ...its, kinds: ['elevator'], districts: null })),
            leave: away.map(([its, who]) => ({ ...its, member: who })),
            certificates: [{ member: 'a', class: 'elevator-repair', validUntil }],
          })
          const gaps = gapsIn(one, span)
          for (let at = 0; at < 100; at++) {
            const isAway = one.leave.some((its) => its.member === 'a' && its.from <= at && at < its.until)
            const isOn = one.shifts.some(
              (its) => its.from <= at && at < its.until && its.members.includes('a'),
            )
            expect(gaps.some((gap) => gap.from <= at && at < gap.until)).toBe(
              !isOn || isAway || validUntil <= at,
            )
          }
        },
      ),
    )
  })
})
