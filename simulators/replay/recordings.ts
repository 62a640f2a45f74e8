/** The recordings that come with the product, by name, read from their files. */
import { readFileSync } from 'node:fs'
import { dataFile } from '../files.js'
import type { EquipmentRegistration } from '../registration.js'
import { BOILER_REGISTRATION, readBoilerRecording } from './boiler-recording.js'
import { liftRegistrations, readLiftRecording } from './lift-recording.js'
import type { RecordedMessage } from './recorded-message.js'

export const RECORDINGS = ['boiler_coal_idaes', 'db_elevator_status_2022'] as const
export type RecordingName = (typeof RECORDINGS)[number]

export interface RecordingOptions {
  /** Only so many devices, the first by id. */
  limit?: number
}

/** Exactly what a replay publishes, with the recorded times, in order. */
export function recordedReadings(name: RecordingName, options: RecordingOptions = {}): RecordedMessage[] {
  switch (name) {
    case 'boiler_coal_idaes':
      return readBoilerRecording(read(name, 'boiler_signals_si.csv'))
    case 'db_elevator_status_2022':
      return readLiftRecording(read(name, 'transitions.csv'), options)
  }
}

/** The devices of a recording as equipment to register. */
export function recordedEquipment(
  name: RecordingName,
  options: RecordingOptions = {},
): EquipmentRegistration[] {
  switch (name) {
    case 'boiler_coal_idaes':
      return [BOILER_REGISTRATION]
    case 'db_elevator_status_2022':
      return liftRegistrations(read(name, 'elevators.csv'), options)
  }
}

function read(name: RecordingName, file: string): string {
  return readFileSync(dataFile(`recordings/${name}/${file}`), 'utf8')
}
