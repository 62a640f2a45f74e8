/** E-OFF: no sign of life. A mark on the equipment, not an incident: nobody is sent for a silent box. */
import { silentDevice } from '../offline.js'

export const escalatorOffline = silentDevice({ id: 'E-OFF', kind: 'escalator' })
