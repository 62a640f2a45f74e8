/** What a parent says to the load process, and what it hears from it. */

export interface LoadSpec {
  host: string
  port: number
  /** Equipment ids; connection i publishes as `ids[i]` with `passwords[i]`. */
  ids: string[]
  passwords: string[]
  /** Messages in flight per connection. */
  window: number
  /** Messages that one connection sends together, at most `window`: how many of them are in flight at once. */
  burst?: number
  /** Messages a second over all connections; 0: as fast as they are acknowledged. */
  rate: number
  reconnectMs: number
  /** Adds `seq`, counted per equipment from 1, and keeps which were acknowledged. */
  withSeq: boolean
}

export type ToLoad =
  | { type: 'connect'; spec: LoadSpec }
  | { type: 'run'; seconds: number; rate: number }
  /** Go on until told `stop`. */
  | { type: 'go'; rate: number }
  | { type: 'stop' }
  | { type: 'report' }
  | { type: 'end' }

export interface LoadFigures {
  seconds: number
  sent: number
  acknowledged: number
  /** Messages that were due and found their window full. */
  held: number
  /** ms, PUBLISH to PUBACK. */
  p50: number
  p99: number
  max: number
  /** CPU seconds of this process. */
  cpuSeconds: number
  bytes: number
}

export interface SeqReport {
  /** By equipment: the highest `seq` sent, and every one acknowledged. */
  [equipment: string]: { sent: number; acknowledged: number[] }
}

export type FromLoad =
  | { type: 'connected'; connections: number; seconds: number }
  | { type: 'figures'; figures: LoadFigures }
  | { type: 'report'; report: SeqReport; inFlight: number }
  | { type: 'ended' }
