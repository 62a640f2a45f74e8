/** Sparkplug B payloads field by field, wrong ones included, which the encoder of a library would not write. */
import protobuf from 'protobufjs/minimal.js'

export interface OddMetric {
  name: string | undefined
  alias: number | undefined
  timestamp: number | undefined
  datatype: number
  value: { int?: number; float?: number; bool?: boolean; text?: string }
  historical: boolean
}

/** Field numbers as in sparkplug_b.proto. */
export function encodePayload({
  timestamp,
  seq,
  metrics,
}: {
  timestamp: number
  seq: number | undefined
  metrics: readonly OddMetric[]
}): Buffer {
  const writer = protobuf.Writer.create()
  writer.uint32(0x08).uint64(timestamp)
  for (const metric of metrics) {
    writer.uint32(0x12).fork()
    if (metric.name !== undefined) writer.uint32(0x0a).string(metric.name)
    if (metric.alias !== undefined) writer.uint32(0x10).uint64(metric.alias)
    if (metric.timestamp !== undefined) writer.uint32(0x18).uint64(metric.timestamp)
    writer.uint32(0x20).uint32(metric.datatype)
    if (metric.historical) writer.uint32(0x28).bool(true)
    const { int, float, bool, text } = metric.value
    if (int !== undefined) writer.uint32(0x50).uint32(int)
    if (float !== undefined) writer.uint32(0x65).float(float)
    if (bool !== undefined) writer.uint32(0x70).bool(bool)
    if (text !== undefined) writer.uint32(0x7a).string(text)
    writer.ldelim()
  }
  if (seq !== undefined) writer.uint32(0x18).uint64(seq)
  return Buffer.from(writer.finish())
}
