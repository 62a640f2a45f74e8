/** Which address shows which page. Map, charts and administration are loaded only when their page is opened. */
import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import type { Page } from './domain/pages.js'
import { homeOf, pagesOf } from './domain/pages.js'
import { useSession } from './stores/session.js'

declare module 'vue-router' {
  interface RouteMeta {
    page?: Page
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', name: 'home', component: () => import('./screens/not-found.vue') },
  {
    path: '/desk',
    name: 'desk',
    component: () => import('./screens/desk/dispatch-desk.vue'),
    meta: { page: 'desk' },
  },
  {
    path: '/equipment',
    name: 'equipment',
    component: () => import('./screens/equipment/equipment-list.vue'),
    meta: { page: 'equipment' },
  },
  {
    // An id may contain dots; the slash at the end keeps the service from taking it for a file.
    path: '/equipment/:id/',
    name: 'one-equipment',
    component: () => import('./screens/equipment/one-equipment.vue'),
    meta: { page: 'equipment' },
    props: true,
  },
  {
    path: '/incidents',
    name: 'incidents',
    component: () => import('./screens/incidents/incident-list.vue'),
    meta: { page: 'incidents' },
  },
  {
    path: '/incidents/:number',
    name: 'one-incident',
    component: () => import('./screens/incidents/one-incident.vue'),
    meta: { page: 'incidents' },
    props: true,
  },
  {
    path: '/incidents/:id/accident-report',
    name: 'accident-report',
    component: () => import('./screens/incidents/accident-report.vue'),
    meta: { page: 'incidents' },
    props: true,
  },
  {
    path: '/findings',
    name: 'findings',
    component: () => import('./screens/findings/finding-list.vue'),
    meta: { page: 'findings' },
  },
  {
    path: '/devices/:tab?',
    name: 'devices',
    component: () => import('./screens/devices/devices-page.vue'),
    meta: { page: 'devices' },
    props: true,
  },
  {
    path: '/admin',
    name: 'admin',
    component: () => import('./screens/admin/admin-page.vue'),
    meta: { page: 'admin' },
  },
  { path: '/:rest(.*)*', name: 'not-found', component: () => import('./screens/not-found.vue') },
]

export function createPages() {
  const router = createRouter({ history: createWebHistory(), routes })
  router.beforeEach((to) => {
    const { user } = useSession()
    if (!user) return true
    if (to.name === 'home') return { name: homeOf(user.role) }
    const { page } = to.meta
    return page === undefined || pagesOf(user.role).includes(page) ? true : { name: homeOf(user.role) }
  })
  return router
}
