/** Pushes to this browser, also while no page is open: asked for by a click, kept until it is taken back. */
import { onMounted, ref } from 'vue'
import { useApi } from '../api/use-api.js'

/** `impossible`: an insecure page, or a browser without pushes. `refused`: the person, the browser or the service said no. */
export type PushState = 'off' | 'on' | 'asking' | 'refused' | 'impossible'

export function usePush() {
  const { calls } = useApi()
  const state = ref<PushState>(isPossible() ? 'off' : 'impossible')

  onMounted(async () => {
    if (!isPossible()) return
    const subscription = await (
      await navigator.serviceWorker.getRegistration()
    )?.pushManager.getSubscription()
    if (subscription) state.value = 'on'
  })

  async function subscribe(): Promise<void> {
    state.value = 'asking'
    state.value = (await subscribed()) ? 'on' : 'refused'
  }

  async function subscribed(): Promise<boolean> {
    if ((await Notification.requestPermission()) !== 'granted') return false
    const key = await calls.pushKey()
    if (!key.ok) return false
    const registration = await navigator.serviceWorker.register('/push-worker.js')
    try {
      const subscription = await registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: key.value.publicKey,
      })
      const told = await calls.subscribePush(subscription.toJSON())
      if (!told.ok) await subscription.unsubscribe()
      return told.ok
    } catch {
      // The browser's own push service cannot be reached, or is switched off.
      return false
    }
  }

  async function unsubscribe(): Promise<void> {
    const subscription = await (
      await navigator.serviceWorker.getRegistration()
    )?.pushManager.getSubscription()
    if (subscription) {
      await calls.unsubscribePush(subscription.endpoint)
      await subscription.unsubscribe()
    }
    state.value = 'off'
  }

  return { state, subscribe, unsubscribe }
}

function isPossible(): boolean {
  return window.isSecureContext && 'serviceWorker' in navigator && 'PushManager' in window
}
