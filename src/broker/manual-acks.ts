/**
 * MQTT.js hands out one packet at a time until its handler calls back, and sends the PUBACK when it does: with a commit
 * of 5 ms that is 190 messages a second. Here many are in flight and each PUBACK leaves when its message is on disk.
 *
 * It leans on three things of the installed version, which a test holds: a handler that calls back with an error at once
 * gets the next packet and no PUBACK is sent, `client.stream` is the connection that the packet came by, and
 * `customHandleAcks` is asked before PUBREC.
 */
import type { IPublishPacket, MqttClient } from 'mqtt'
import mqttPacket from 'mqtt-packet'

const LEFT_TO_US = new Error('acknowledged later')

/** A message that waits; exactly one of the two is called. */
export interface AckedMessage {
  packet: IPublishPacket
  /** Sends the PUBACK, unless the connection has changed since: then the broker sends the message again. */
  acknowledge(): void
  /** Leaves it with the broker, which offers it again on the next connection. */
  leave(): void
}

export interface ManualAckOptions {
  onMessage: (message: AckedMessage) => void
  /** What may wait at once; beyond that nothing is read from the connection. */
  maxMessages: number
  maxBytes: number
}

export interface ManualAcks {
  /** Messages handed out that are neither acknowledged nor left. */
  readonly inFlight: number
}

type Connection = MqttClient['stream']

/** Takes over the client's handling of messages. */
export function acknowledgeManually(
  client: MqttClient,
  { onMessage, maxMessages, maxBytes }: ManualAckOptions,
): ManualAcks {
  let inFlight = 0
  let bytes = 0
  /** Of those, from connections of before. */
  let older = 0
  /** Messages of this connection that stay with the broker. */
  let left = 0
  let connection: Connection | null = null
  let waiting: { connection: Connection; hand: () => void } | null = null

  function enter(on: Connection): void {
    if (connection === on) return
    connection = on
    older = inFlight
    left = 0
  }

  /** What waited when a connection broke comes again: it has to be known first, or it would be stored twice. */
  function full(): boolean {
    return older > 0 || inFlight + left >= maxMessages || bytes >= maxBytes
  }

  function take(packet: IPublishPacket, on: Connection, send: () => void, next: () => void): void {
    const hand = () => {
      const size = packet.payload.length
      inFlight++
      bytes += size
      const settle = () => {
        inFlight--
        bytes -= size
        if (on !== connection) older--
      }
      onMessage({
        packet,
        acknowledge() {
          settle()
          if (packet.qos > 0 && client.stream === on && on.writable) send()
          resume()
        },
        leave() {
          settle()
          if (on === connection) left++
          resume()
        },
      })
      next()
    }
    enter(on)
    if (full()) waiting = { connection: on, hand }
    else hand()
  }

  function resume(): void {
    if (!waiting || full()) return
    const { connection: on, hand } = waiting
    waiting = null
    if (client.stream === on) hand()
  }

  client.handleMessage = (packet, callback) => {
    // It was taken before its PUBREC.
    if (packet.qos === 2) return callback()
    const { stream } = client
    const puback = () =>
      void mqttPacket.writeToStream({ cmd: 'puback', messageId: packet.messageId ?? 0 }, stream)
    take(packet, stream, puback, () => callback(LEFT_TO_US))
  }
  // We subscribe at QoS 1; what a session of before still holds at QoS 2 comes one by one.
  client.options.customHandleAcks = (_topic, _payload, packet, done) => {
    if (packet.qos === 2)
      take(
        packet,
        client.stream,
        () => done(0),
        () => {},
      )
    else done(0)
  }

  return {
    get inFlight() {
      return inFlight
    },
  }
}
