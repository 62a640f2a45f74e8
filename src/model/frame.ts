/** Latest values on their way to screens, as columns. Lossy by design: only the newest value of a signal counts. */

export interface LiveFrame {
  /** ms since 1970 when the frame was cut. */
  at: number
  equipment: string[]
  online: Uint8Array
  /** ms of arrival of the newest message of each equipment. */
  arrival: Float64Array
  /** Values of equipment i lie at `offsets[i]` … `offsets[i + 1] - 1`. */
  offsets: Uint32Array
  /** Catalogue indexes. */
  signals: Uint16Array
  values: Float64Array
  /** ms since 1970, corrected event time of each value. */
  times: Float64Array
}
