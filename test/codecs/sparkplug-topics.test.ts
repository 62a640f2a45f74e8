/** Sparkplug's topics, and what a host says: read back by Eclipse Tahu's package. */
import sparkplugPayload from 'sparkplug-payload'
import { expect, test } from 'vitest'
import { parseSparkplugTopic, rebirthCommand, stateMessage, stateTopics } from '../../src/codecs/sparkplug.js'

const NOW = 1_795_276_800_000

test.each([
  ['spBv1.0/g/NBIRTH/e', { group: 'g', verb: 'NBIRTH', edge: 'e', device: null }],
  ['spBv1.0/g/DDATA/e/EL-1', { group: 'g', verb: 'DDATA', edge: 'e', device: 'EL-1' }],
  ['spBv1.0/g/NCMD/e', { group: 'g', verb: 'NCMD', edge: 'e', device: null }],
  ['spBv1.0/g/DDATA/e', null],
  ['spBv1.0/g/NDATA/e/EL-1', null],
  ['spBv1.0/g/DDATA/e/', null],
  ['spBv1.0/g/DDATA/e/EL-1/x', null],
  ['spBv1.0//NDATA/e', null],
  ['spBv1.0/STATE/host', null],
  ['spAv1.0/g/NDATA/e', null],
])('%s', (topic, parsed) => {
  expect(parseSparkplugTopic(topic)).toEqual(parsed)
})

test('the rebirth command is one that nodes know', () => {
  const command = sparkplugPayload.get('spBv1.0')?.decodePayload(rebirthCommand(NOW))
  expect(command?.metrics).toEqual([
    expect.objectContaining({ name: 'Node Control/Rebirth', type: 'Boolean', value: true }),
  ])
  expect(Number(command?.timestamp)).toBe(NOW)
  expect(command?.seq).toBeUndefined()
})

test('our state, as 3.0 and as 2.2 have it', () => {
  const said = stateTopics('teshe').flatMap((topic) =>
    [true, false].map((online) => {
      const { payload } = stateMessage(topic, online, NOW)
      return [topic, Buffer.from(payload).toString()]
    }),
  )
  expect(said).toEqual([
    ['spBv1.0/STATE/teshe', `{"online":true,"timestamp":${NOW}}`],
    ['spBv1.0/STATE/teshe', `{"online":false,"timestamp":${NOW}}`],
    ['STATE/teshe', 'ONLINE'],
    ['STATE/teshe', 'OFFLINE'],
  ])
})
