/**
 * MQTT.js hands out one packet at a time until its handler calls back, and sends the PUBACK when it does: with a commit
 * of 5 ms that is 190 messages a second. Here many are in flight and each PUBACK leaves when its message is on disk.
 *
 * It leans on two things of the installed version, which a test holds: a handler that calls back with an error at once
 * gets the next packet and no PUBACK is sent, and `client.stream` is the connection that the packet came by.
 */
import type { IPublishPacket, MqttClient } from 'mqtt'
import mqttPacket from 'mqtt-packet'

const LEFT_TO_US = new Error('acknowledged later')

export interface AckedMessage {
  packet: IPublishPacket
  /** Sends the PUBACK, unless the connection has changed since: then the broker sends the message again. */
  acknowledge(): void
}

export interface ManualAckOptions {
  onMessage: (message: AckedMessage) => void
  /** True while no more should be taken in; `resume` goes on. */
  full: () => boolean
}

/** Takes over the client's handling of messages; returns what lets it go on after it was full. */
export function acknowledgeManually(
  client: MqttClient,
  { onMessage, full }: ManualAckOptions,
): { resume(): void } {
  let paused: (() => void) | null = null

  client.handleMessage = (packet, callback) => {
    const { stream } = client
    const { messageId, qos } = packet
    onMessage({
      packet,
      acknowledge() {
        if (qos === 0 || client.stream !== stream || stream.destroyed) return
        mqttPacket.writeToStream({ cmd: 'puback', messageId: messageId ?? 0 }, stream)
      },
    })
    const next = () => callback(LEFT_TO_US)
    if (full()) paused = next
    else next()
  }

  return {
    resume() {
      const next = paused
      paused = null
      next?.()
    },
  }
}
