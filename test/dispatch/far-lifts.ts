/** Many rescues at one moment. */
import { type Desk, DISPATCHER, finding } from '../helpers/desk.js'

/** People trapped in so many lifts, far from each other, so that each is a case of its own. */
export async function trapIn({ registry, incidents }: Desk, lifts: number): Promise<void> {
  for (let i = 0; i < lifts; i++) {
    const id = `FAR${i}`
    const location = { lat: 20 + i, lon: 80 + i }
    await registry.equipment.create(
      { id, kind: 'elevator', name: id, maintainerId: 'company-a', location, district: `D${i}` },
      DISPATCHER,
    )
    await incidents.receiveFindings([finding({ id: `${id}/L-TRAP-1/1`, equipment: id, position: i })])
  }
}
