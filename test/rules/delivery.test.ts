/** However the same readings come, the same is found: doubled, out of order, late, and with signals missing. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Finding } from '../../src/model/finding.js'
import type { JournalRecord } from '../../src/model/record.js'
import { CATALOGUE, patternsOf } from '../../src/rules/catalogue.js'
import { journalOf, run, type Signals, type Step, type Timeline } from './timeline.js'

const ROOT = join(import.meta.dirname, '../cases')
const RESEND_MS = 15
/** Every so many readings two of them change places. */
const SWAPPED = 7

/** Where the order matters indeed: the button's release comes a second late, so it was pressed for a second longer. */
const ORDER_MATTERS = ['touched-while-leaving.quiet.json']

interface Case {
  name: string
  timeline: Timeline
}

function casesOf(pattern: string, ending: string): Case[] {
  return readdirSync(join(ROOT, pattern))
    .filter((file) => file.endsWith(ending))
    .map((name) => ({
      name,
      timeline: JSON.parse(readFileSync(join(ROOT, pattern, name), 'utf8')) as Timeline,
    }))
}

function numbered(records: readonly JournalRecord[]): JournalRecord[] {
  return records.map((record, i) => ({ ...record, position: i + 1 }))
}

/** What the device says, it says twice. */
function doubled(records: readonly JournalRecord[]): JournalRecord[] {
  return numbered(
    records.flatMap((record) =>
      record.kind === 'telemetry' || record.kind === 'event'
        ? [record, { ...record, arrival: record.arrival + RESEND_MS }]
        : [record],
    ),
  )
}

/** Readings a second apart overtake each other on their way. */
function swapped(records: readonly JournalRecord[]): JournalRecord[] {
  const moved = records.map((record) => ({ ...record }))
  const readings = moved.filter(({ kind }) => kind === 'telemetry')
  for (let i = SWAPPED; i + 1 < readings.length; i += SWAPPED) {
    const [a, b] = [readings[i], readings[i + 1]]
    if (!a || !b || b.arrival - a.arrival !== 1000) continue
    // The first waits until the second comes, and follows it.
    const { payload } = a
    a.payload = b.payload
    b.payload = payload
    a.arrival = b.arrival
    b.arrival += RESEND_MS
  }
  return numbered(moved.sort((a, b) => a.arrival - b.arrival))
}

function said(findings: readonly Finding[], pattern: string): string[] {
  return findings
    .filter((finding) => finding.pattern === pattern)
    .map(({ stage, priority, suppressed }) => `${stage} ${priority} ${suppressed}`)
}

/** Without a signal, or without a code where the need is an event. */
function without(timeline: Timeline, needs: readonly string[]): Timeline {
  const names = needs.flatMap((alternative) => alternative.split(' & '))
  const attributes = { ...timeline.attributes } as Record<string, unknown>
  for (const name of names) delete attributes[name.replace('attributes.', '')]
  const keep = (step: Step): Step => {
    const { event, signals, backlog, repeat, ...rest } = step
    const kept = {
      ...rest,
      ...(signals && { signals: withoutNames(signals, names) }),
      ...(repeat && {
        repeat: {
          ...repeat,
          readings: repeat.readings.map(([after, said]): [number, Signals] => [
            after,
            withoutNames(said, names),
          ]),
        },
      }),
      ...(backlog && { backlog: { ...backlog, signals: withoutNames(backlog.signals ?? {}, names) } }),
    }
    return event && !names.includes(`event.${event.code}`) ? { ...kept, event } : kept
  }
  return { ...timeline, attributes, steps: timeline.steps.map(keep) }
}

function withoutNames<T>(values: Record<string, T>, names: readonly string[]): Record<string, T> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)))
}

for (const pattern of patternsOf(CATALOGUE)) {
  describe(pattern.id, () => {
    for (const ending of ['.fires.json', '.quiet.json']) {
      test.each(casesOf(pattern.id, ending))(`$name: doubled or out of order`, ({ name, timeline }) => {
        const records = journalOf(timeline)
        const whole = said(run(records).findings, pattern.id)
        expect(said(run(doubled(records)).findings, pattern.id)).toEqual(whole)
        if (ORDER_MATTERS.includes(name)) return
        expect(said(run(swapped(records)).findings, pattern.id)).toEqual(whole)
      })
    }

    test('is silent, and says what is missing, without a signal that it needs', () => {
      for (const { timeline, name } of casesOf(pattern.id, '.fires.json')) {
        for (const needs of pattern.needs) {
          const { findings, engine } = run(journalOf(without(timeline, needs)))
          expect(said(findings, pattern.id), `${name} without ${needs}`).toEqual([])
          const row = engine.observability('EQ-1').find((one) => one.pattern === pattern.id)
          expect(row?.missing.length, `${name} without ${needs}`).toBeGreaterThan(0)
        }
      }
    })
  })
}
