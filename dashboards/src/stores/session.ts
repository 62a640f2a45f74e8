/** Who is at this screen. Everything else starts once this says `in`. */
import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { User } from '../api/replies.js'
import type { Failure } from '../api/request.js'
import { useApi } from '../api/use-api.js'
import { pagesOf } from '../domain/pages.js'

export const useSession = defineStore('session', () => {
  const { calls } = useApi()
  /** `unknown` until the service has been asked; `password` while a new one must be chosen. */
  const state = ref<'unknown' | 'out' | 'password' | 'in'>('unknown')
  const user = ref<User | null>(null)
  const pages = computed(() => (user.value ? pagesOf(user.value.role) : []))

  function enter(next: User): void {
    user.value = next
    state.value = next.mustChangePassword ? 'password' : 'in'
  }

  function leave(): void {
    user.value = null
    state.value = 'out'
  }

  /** Asks who we are by the cookie; a silent service leaves the state as it is. */
  async function load(): Promise<Failure | null> {
    const outcome = await calls.session()
    if (outcome.ok) enter(outcome.value.user)
    else if (outcome.failure.status === 401) leave()
    else return outcome.failure
    return null
  }

  async function logIn(username: string, password: string): Promise<Failure | null> {
    const outcome = await calls.logIn(username, password)
    if (!outcome.ok) return outcome.failure
    enter(outcome.value.user)
    return null
  }

  async function changePassword(password: string, newPassword: string): Promise<Failure | null> {
    const outcome = await calls.changePassword(password, newPassword)
    if (!outcome.ok) return outcome.failure
    return load()
  }

  async function logOut(): Promise<void> {
    await calls.logOut()
    leave()
  }

  return { state, user, pages, load, logIn, changePassword, logOut, leave }
})
