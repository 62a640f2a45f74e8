// Shows pushes of the service while no page of it is open. Browsers load it by this name; it is no module.
self.addEventListener('push', (event) => {
  const { id, title, text, link } = event.data.json()
  // The same notice again takes the place of the first.
  event.waitUntil(
    self.registration.showNotification(title, { body: text, tag: id, data: { link }, requireInteraction: true }),
  )
})

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  const { link } = event.notification.data
  event.waitUntil(self.clients.openWindow(link ?? '/'))
})
