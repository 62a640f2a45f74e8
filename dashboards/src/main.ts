/** Where the browser app begins: stores, words, pages, then the first question to the service: who is at this screen? */
import { createPinia } from 'pinia'
import { createApp } from 'vue'
import { installApi } from './api/use-api.js'
import App from './app.vue'
import { createPages } from './router.js'
import { useClock } from './stores/clock.js'
import { usePreferences } from './stores/preferences.js'
import { useSession } from './stores/session.js'
import { createWords } from './words/words.js'
import 'element-plus/theme-chalk/base.css'
import 'element-plus/theme-chalk/el-button.css'
import 'element-plus/theme-chalk/el-dialog.css'
import 'element-plus/theme-chalk/el-form-item.css'
import 'element-plus/theme-chalk/el-form.css'
import 'element-plus/theme-chalk/el-input-number.css'
import 'element-plus/theme-chalk/el-input.css'
import 'element-plus/theme-chalk/el-message.css'
import 'element-plus/theme-chalk/el-option.css'
import 'element-plus/theme-chalk/el-overlay.css'
import 'element-plus/theme-chalk/el-popper.css'
import 'element-plus/theme-chalk/el-scrollbar.css'
import 'element-plus/theme-chalk/el-select-dropdown.css'
import 'element-plus/theme-chalk/el-select.css'
import 'element-plus/theme-chalk/el-tag.css'
import './styles/tokens.css'
import './styles/element.css'
import './styles/base.css'
import './styles/print.css'

const app = createApp(App)
app.use(createPinia())
installApi(app, {
  onClock: (offset) => useClock().setOffset(offset),
  onLoggedOut: () => useSession().leave(),
})
app.use(createWords(usePreferences().language))
app.use(createPages())
app.mount('#app')
