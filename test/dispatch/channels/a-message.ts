/** A message of an urgent order, as the channels get it. */
import type { Message } from '../../../src/dispatch/channels/channel.js'

export function aMessage(change: Partial<Message> = {}): Message {
  return {
    noticeId: 'inc-7.12.company-a',
    deliveryId: 'inc-7.12.company-a/contact:1/wecom/1',
    address: '',
    title: '救援派遣，困人 P1，1号梯',
    text: '救援派遣。困人 P1，1号梯，救援码102331',
    parts: { what: '困人 P1', place: '1号梯', number: '20261121-0001' },
    link: 'https://desk.example/incidents/inc-7',
    callback: null,
    body: '{"id":"inc-7.12.company-a"}',
    ...change,
  }
}
