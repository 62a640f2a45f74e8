/** What the readings of a lift come to mean: moving or standing, since when, doors, zone, switches, and who is inside. */
import type { EquipmentAttributes } from '../../model/equipment.js'
import type { Diary } from '../diary.js'
import { createSlots, Facts, NONE } from '../facts.js'
import type { Sensed } from '../sensor-faults.js'
import type { Passage } from './passage-facts.js'
import type { Braking, DoorWear, Usage, Vibration } from './wear-facts.js'

export const elevatorSlots = createSlots('elevator')

export type DoorState = 'unknown' | 'closed' | 'open' | 'between'
export type Motion = 'unknown' | 'standing' | 'moving'

export class ElevatorFacts extends Facts implements Sensed {
  /** After `serviceMode`, or after events 40–47 where the device has no such signal. */
  mode = Number.NaN
  motion: Motion = 'unknown'
  /** ms since 1970; NaN while it does not stand, or does not move. */
  standingSince = Number.NaN
  movingSince = Number.NaN
  /** Samples in a row at or above `STANDING_SPEED`, and at or above 0.3 m/s. */
  motionSamples = 0
  fastSamples = 0
  /** When floor or zone last changed, which no standing car can do. */
  passedAt = 0
  /** When a run of five seconds or more was last under way. */
  longRunAt = 0
  zone = Number.NaN
  floor = Number.NaN
  door: DoorState = 'unknown'
  /** ms since 1970; NaN when it is not so. */
  doorClosedSince = Number.NaN
  doorOpenSince = Number.NaN
  doorNotClosedSince = Number.NaN
  /** The device tells "open" from "not closed"; one that does not can only say the latter. */
  tellsOpen = false
  occupied = false
  occupiedSince = Number.NaN
  /** Presence was first seen long after the doors had shut, so it may be the sensor. */
  presenceDoubtful = false
  presenceSamples = 0
  presenceSeenSince = Number.NaN
  /** How often it was said and denied that somebody is inside, since the doors shut. */
  presenceSaid = 0
  presenceDenied = 0
  /** When presence was last seen. */
  presenceAt = 0
  /** People were counted, or seen by a camera. */
  counted = false
  /** ms since 1970; NaN while released. */
  buttonSince = Number.NaN
  buttonAt = 0
  mainsLostSince = Number.NaN
  safetyCircuitOpen = false
  /** When the car left the zone with its door not closed; NaN once the door is closed or the zone reached again. */
  leftZoneOpenAt = Number.NaN
  leftZoneMoving = false
  /** m that it crept with the door not closed since it last stood, and over how many samples. */
  driftMetres = 0
  driftSamples = 0
  /** Stood still with the door not closed: what moves after that was not an arrival. */
  restedOpen = false
  /** When inspection ended: somebody had it in hand. */
  inspectedAt = 0
  /** Signals come from the lift's controller, not only from a box on the car. */
  controllerLink = false
  goods = false
  /** m/s without its direction, of the newest reading that had it, and when that was; NaN where it is not known. */
  speed = Number.NaN
  speedAt = 0
  /** m/s, from the nameplate; NaN where unknown. */
  ratedSpeed = Number.NaN
  /** How many floors, and the number of the lowest; NaN where nobody stated it. */
  floors = Number.NaN
  lowestFloor = Number.NaN
  /** Since when, and in how many samples in a row, the car is faster than it may be; ms since 1970, NaN while it is not. */
  overspeedSince = Number.NaN
  overspeedSamples = 0
  /** Since when the controller says that it runs. */
  runCommandSince = Number.NaN
  /** When the floor last leapt by more than the car can have travelled, newest last. */
  floorLeaps: readonly number[] = NONE
  /** Since when the door is on its way; ms since 1970, NaN when it is not. */
  closingSince = Number.NaN
  openingSince = Number.NaN
  /** It was fully open since it last was shut. */
  wasOpen = false
  /** Since the last run: when the door shut after having been open, and when it turned back while closing. */
  doorCycles: readonly number[] = NONE
  doorReversals: readonly number[] = NONE
  /** Since the mains went, the car has stood at a landing with its door open. */
  landed = false
  /** Has a drive that brings the car to a landing when the mains go. */
  automaticRescue = false
  /** Where presence comes from, as the keeper states it; empty where nobody did. */
  presenceSource: NonNullable<EquipmentAttributes['presenceSource']> | '' = ''
  /** The reading in hand has a speed, of a moment that had none yet. */
  newSpeed = false
  /** When the door turned back while closing, whatever the car did since; newest last. */
  obstructions: readonly number[] = NONE
  /** When a door that had stood open for long was let go, when the mains were last away, and an electric bicycle seen. */
  heldOpenAt = 0
  mainsLostAt = 0
  bicycleAt = 0
  /** The speed (m/s) from which it last came to rest between two readings, over how many ms, and when. */
  stoppedFrom = Number.NaN
  stoppedWithinMs = Number.NaN
  stoppedAt = 0
  /** When the safety circuit broke under way, and since when it is closed; NaN while it is not so. */
  circuitBrokeAt = Number.NaN
  circuitClosedSince = Number.NaN
  /** What weeks have shown; `null` until the lift first says something of the kind. Levels in mm from the landing. */
  levelling: Diary | null = null
  braking: Braking | null = null
  vibration: Vibration | null = null
  usage: Usage | null = null
  doorWear: DoorWear | null = null
  /** Since when the car runs, or ran into the zone of a floor that it passes, with its door not closed; NaN while it does not. */
  openRunSince = Number.NaN
  /** In how many readings in a row the floor was this one, and whether the car was on its way when it came to it. */
  floorSamples = 0
  floorTravelled = false
  /** As `Sensed` says. */
  sensorFaults: readonly number[] = NONE
  failedSensors: readonly number[] = NONE
  /** Of the newest pictures that were scored for an electric bicycle: ms since 1970, score, and so on. */
  frames: readonly number[] = NONE
  /** Highest peaks of the newest runs at full speed: Hz, m/s, m/s², and so on; and what `roundsPerMetre` says. */
  lines: readonly number[] = NONE
  rounds: readonly number[] = NONE
  /** kg, from the nameplate; NaN where unknown. */
  ratedLoad = Number.NaN
  /** Zones and floors between two stops; `null` until place and speed are said together. */
  passage: Passage | null = null
  /** Its load cell has weighed somebody. */
  weighed = false
  /** When nobody was last seen inside, but for what a shut car with somebody in it says: nobody leaves that. */
  unseenAt = 0
  /** Stops since then at which the door opened fully, and those since somebody was last seen. */
  stopsSeen = 0
  stopsUnseen = 0
  /** When somebody was first seen in a car that had long been shut and empty. */
  appearedAt = 0
  /** When the long memory last grew, or was looked at because it had not for a while; ms since 1970. */
  wearAt = 0
  /** m/s, the fastest since the last stop whose vibration was measured. */
  topSpeed = 0
  /** The brake is lifted, or has fallen on a car that still moves. */
  brakeActs = false
  /** kg that the load cell has weighed all along, and at how many stops on end although people came and went. */
  stillLoad = Number.NaN
  unweighedStops = 0
  /** It says a speed, has said one for minutes, and passed nothing. */
  speedStill = false

  constructor() {
    super(elevatorSlots)
  }
}
