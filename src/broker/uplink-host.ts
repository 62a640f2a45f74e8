/**
 * What Sparkplug edge nodes behind the outside broker hear of us as their host: that we are there, that we are gone, and
 * that we want their births again.
 */
import type { IClientOptions, MqttClient } from 'mqtt'
import { rebirthCommand, stateMessage, stateTopics } from '../codecs/sparkplug.js'

export interface UplinkHost {
  /** For the CONNECT: what the outside broker says when we do not say goodbye. Made anew for each connection. */
  will(at: number): NonNullable<IClientOptions['will']>
  sayOnline(client: MqttClient): void
  sayOffline(client: MqttClient): void
  /** Asks nodes, `group/edge`, to be born again. */
  askRebirths(client: MqttClient, nodes: Iterable<string>, at: number): void
}

export function createUplinkHost(host: string): UplinkHost {
  /** Of the will: a birth of ours carries the time of its will, so that nodes see which belongs to which. */
  let since = 0

  function say(client: MqttClient, online: boolean): void {
    for (const topic of stateTopics(host)) {
      const { payload } = stateMessage(topic, online, since)
      client.publish(topic, Buffer.from(payload), { qos: online ? 1 : 0, retain: true })
    }
  }

  return {
    will(at) {
      since = at
      const { topic, payload } = stateMessage(stateTopics(host)[0], false, at)
      return { topic, payload: Buffer.from(payload), qos: 1, retain: true }
    },
    sayOnline: (client) => say(client, true),
    sayOffline: (client) => say(client, false),
    askRebirths(client, nodes, at) {
      const command = Buffer.from(rebirthCommand(at))
      for (const node of nodes) {
        const [group, edge] = node.split('/')
        client.publish(`spBv1.0/${group}/NCMD/${edge}`, command, { qos: 0 })
      }
    },
  }
}
