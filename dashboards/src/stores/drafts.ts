/** What somebody has begun to write about an action. Esc closes a form; it never loses the text. */
import { defineStore } from 'pinia'
import { reactive } from 'vue'
import type { Outcome } from '../../../src/model/incident.js'
import type { ButtonAction } from '../domain/allowed-actions.js'

export interface Draft {
  assignmentId: string
  party: string
  level: 1 | 2 | 3
  outcome: Outcome | ''
  people: number | undefined
  reason: string
  cause: string
  note: string
}

export const useDrafts = defineStore('drafts', () => {
  const draftByPlace = reactive(new Map<string, Draft>())

  function of(incidentId: string, action: ButtonAction): Draft {
    const place = `${incidentId}/${action}`
    const known = draftByPlace.get(place)
    if (known) return known
    draftByPlace.set(place, {
      assignmentId: '',
      party: '',
      level: 1,
      outcome: '',
      people: undefined,
      reason: '',
      cause: '',
      note: '',
    })
    return draftByPlace.get(place) as Draft
  }

  function drop(incidentId: string, action: ButtonAction): void {
    draftByPlace.delete(`${incidentId}/${action}`)
  }

  return { of, drop }
})
