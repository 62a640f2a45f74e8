/** Lets other threads go first on a busy machine: rows for the history may wait, an acknowledgement or an alarm may not. */
import { constants, platform, setPriority } from 'node:os'

/** Of the calling thread, and of those that it starts afterwards. */
export function stepBack(): void {
  // Only Linux gives a priority to a thread; elsewhere the whole process would step back.
  if (platform() === 'linux') setPriority(0, constants.priority.PRIORITY_BELOW_NORMAL)
}
