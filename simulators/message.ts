/**
 * What a simulated device does on its network, in the order in which it does it. This is the border between the pure
 * part of the simulators, which makes actions, and the publisher, which carries them out.
 */

export type Topic = 'telemetry' | 'event' | 'status'

export interface DevicePublish {
  type: 'publish'
  device: string
  topic: Topic
  /** JSON. */
  payload: string
}

export type DeviceAction =
  /** Comes onto the network, says that it is online. */
  | { type: 'connect'; device: string }
  /** Gone without a word: the broker raises the last will. */
  | { type: 'drop'; device: string }
  | DevicePublish

export function topicName(device: string, topic: Topic): string {
  return `teshe/v1/${device}/${topic}`
}

export const ONLINE_PAYLOAD = '{"online":true}'
export const OFFLINE_PAYLOAD = '{"online":false}'
