/**
 * Builds the browser app into `dist/dashboards`, from where the service serves it.
 * Everything is bundled: a page needs no address but its own, so a strict content security policy holds.
 */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'

/** While developing, the pages come from Vite and the data from a running service. */
const service = process.env.TESHE_DEV_SERVICE ?? 'http://127.0.0.1:8080'

export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  plugins: [vue()],
  define: { __VUE_I18N_FULL_INSTALL__: false, __VUE_I18N_LEGACY_API__: false },
  worker: { format: 'es' },
  build: {
    outDir: '../dist/dashboards',
    emptyOutDir: true,
    target: 'es2022',
    // The map alone is larger than the default; it is loaded only by the pages that show one.
    chunkSizeWarningLimit: 1400,
  },
  server: {
    proxy: { '/api': service, '/socket.io': { target: service, ws: true } },
  },
})
