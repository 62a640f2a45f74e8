/** Puts the dispatch and its channels together: what tells people, and what comes back from them. */
import type { Database } from '../database/database.js'
import type { Incidents } from '../incidents/incidents.js'
import { createCallTokens } from './channels/call-tokens.js'
import { type ChannelOptions, openChannels } from './channels/open-channels.js'
import { generatePushKeys, type PushKeys } from './channels/push.js'
import { createPushSubscriptions, type PushSubscriptions } from './channels/push-subscriptions.js'
import { createVoiceAnswers, type VoiceAnswers } from './channels/voice-answers.js'
import { type Language, wordsOf } from './channels/words.js'
import { type Dispatch, type DispatchOptions, startDispatch } from './dispatch.js'

export interface TellingOptions extends Omit<DispatchOptions, 'telling'> {
  database: Database
  incidents: Pick<Incidents, 'act' | 'get'>
  settings: Omit<ChannelOptions, 'push' | 'now'> & {
    language: Language
    publicUrl: string | null
    deskEmail: string | null
    push: { keys: string | undefined; subject: string; hosts: readonly string[] }
    answers: { keyPath: string; statusPath: string }
  }
  /** The text of a secret file, made by `generate` when it is not there yet. */
  secretFile(name: string, generate: () => string): string
  /** Signs the addresses at which calls are answered. */
  callKey: Uint8Array
}

export interface Telling {
  dispatch: Dispatch
  answers: VoiceAnswers
  pushes: PushSubscriptions
  /** By which browsers subscribe. */
  pushKey: string
}

export function startTelling(options: TellingOptions): Telling {
  const { settings, secretFile, callKey, incidents, ...desk } = options
  const { database, now } = desk
  const { language, publicUrl, deskEmail, push, answers } = settings
  const keys: PushKeys = JSON.parse(push.keys ?? secretFile('push-keys', generatePushKeys))
  const pushes = createPushSubscriptions({ database, hosts: push.hosts, now })
  const channels = openChannels({ ...settings, push: { keys, subject: push.subject, ...pushes }, now })
  const tokens = createCallTokens({ key: callKey, publicUrl })
  const { callbackFor } = tokens
  const dispatch = startDispatch({
    ...desk,
    telling: { channels, language, publicUrl, deskEmail, callbackFor },
  })
  const { deliveries } = dispatch
  const words = wordsOf(language)
  return {
    dispatch,
    answers: createVoiceAnswers({ database, incidents, deliveries, tokens, words, ...answers }),
    pushes,
    pushKey: keys.publicKey,
  }
}
