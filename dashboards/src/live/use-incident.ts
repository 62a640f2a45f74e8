/** One incident for a page: the newest summary, the whole record, its equipment, and what may be done with it. */
import { computed, type MaybeRefOrGetter, onScopeDispose, ref, toValue, watch } from 'vue'
import {
  assignmentsFor,
  type ButtonAction,
  buttonsOf,
  isAllowed,
  type Standing,
} from '../domain/allowed-actions.js'
import { useEquipment } from '../stores/equipment.js'
import { useIncidents } from '../stores/incidents.js'
import { useSession } from '../stores/session.js'

export interface Button {
  action: ButtonAction
  enabled: boolean
  /** Assignments that the action could speak of. */
  assignments: string[]
}

export function useIncident(id: MaybeRefOrGetter<string | null>) {
  const incidents = useIncidents()
  const fleet = useEquipment()
  const session = useSession()
  const equipmentMissing = ref(false)
  let release: (() => void) | null = null

  watch(
    () => toValue(id),
    (next) => {
      release?.()
      release = next ? incidents.hold(next) : null
    },
    { immediate: true },
  )
  onScopeDispose(() => release?.())

  const whole = computed(() => incidents.wholeById.get(toValue(id) ?? '') ?? null)
  /** The newer of the two says how it stands. */
  const summary = computed(() => {
    const told = incidents.summaryById.get(toValue(id) ?? '') ?? null
    if (!told || !whole.value) return told ?? whole.value
    return told.version > whole.value.version ? told : whole.value
  })
  const equipment = computed(() => fleet.byId.get(summary.value?.equipmentId ?? '') ?? null)

  /** Known from a list is not enough: the rescue card comes with the machine itself. */
  const cardNeeded = computed(() =>
    equipment.value?.rescueCard === undefined ? (summary.value?.equipmentId ?? null) : null,
  )
  watch(
    cardNeeded,
    async (equipmentId) => {
      equipmentMissing.value = false
      if (equipmentId) equipmentMissing.value = (await fleet.one(equipmentId)) !== null
    },
    { immediate: true },
  )

  const standing = computed<Standing | null>(() => {
    if (!summary.value) return null
    const { group, people, status } = summary.value
    return {
      status,
      someoneInside: group === 'life-safety' && people !== 0,
      assignments: whole.value?.assignments ?? [],
    }
  })
  const buttons = computed<Button[]>(() => {
    const role = session.user?.role
    const { value } = standing
    if (!role || !value) return []
    return buttonsOf(role).map((action) => ({
      action,
      enabled: isAllowed(action, value) && (action !== 'take' || summary.value?.takenBy !== session.user?.id),
      assignments: assignmentsFor(action, value),
    }))
  })

  return { whole, summary, equipment, equipmentMissing, buttons }
}
