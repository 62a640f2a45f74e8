/** The charts of one equipment as one drawing: a strip for each signal over one shared time axis, events and findings as marks. Pure. */
import type { HistoryPoint } from '../api/replies.js'

export interface ChartColours {
  line: string
  band: string
  text: string
  grid: string
  panel: string
}

export interface ChartStrip {
  name: string
  label: string
  unit: string
  /** Switches and codes are steps, not slopes. */
  steps: boolean
  points: readonly HistoryPoint[]
}

export interface ChartMark {
  at: number
  label: string
  colour: string
}

export const STRIP_HEIGHT = 84
const STRIP_GAP = 30
const TOP = 24

export function chartHeight(strips: number): number {
  return TOP + strips * (STRIP_HEIGHT + STRIP_GAP) + 8
}

function numeric(value: number | boolean | string): number | null {
  if (typeof value === 'string') return null
  return Number(value)
}

/** ECharts option; `from` and `to` in ms bound the axis, so that an empty strip still lines up with its neighbours. */
export function chartOption({
  strips,
  marks,
  from,
  to,
  colours,
}: {
  strips: readonly ChartStrip[]
  marks: readonly ChartMark[]
  from: number
  to: number
  colours: ChartColours
}) {
  return {
    animation: false,
    axisPointer: { link: [{ xAxisIndex: 'all' }], lineStyle: { color: colours.text } },
    tooltip: {
      trigger: 'axis',
      backgroundColor: colours.panel,
      borderColor: colours.grid,
      textStyle: { color: colours.text, fontSize: 12 },
    },
    grid: strips.map((_, index) => ({
      left: 64,
      right: 16,
      top: TOP + index * (STRIP_HEIGHT + STRIP_GAP),
      height: STRIP_HEIGHT,
    })),
    xAxis: strips.map((_, index) => ({
      type: 'time',
      gridIndex: index,
      min: from,
      max: to,
      axisLabel: { show: index === strips.length - 1, color: colours.text, hideOverlap: true },
      axisLine: { lineStyle: { color: colours.grid } },
      splitLine: { show: false },
    })),
    yAxis: strips.map((strip, index) => ({
      type: 'value',
      gridIndex: index,
      scale: !strip.steps,
      name: strip.unit ? `${strip.label} (${strip.unit})` : strip.label,
      nameGap: 8,
      nameTextStyle: { color: colours.text, align: 'left', padding: [0, 0, 0, -56] },
      axisLabel: { color: colours.text, fontSize: 11 },
      splitNumber: 2,
      splitLine: { lineStyle: { color: colours.grid } },
    })),
    dataZoom: [
      {
        type: 'inside',
        xAxisIndex: strips.map((_, index) => index),
        filterMode: 'none',
        zoomOnMouseWheel: 'ctrl',
      },
    ],
    series: strips.flatMap((strip, index) => seriesOf(strip, index, marks, colours)),
  }
}

function seriesOf(strip: ChartStrip, index: number, marks: readonly ChartMark[], colours: ChartColours) {
  const axes = { xAxisIndex: index, yAxisIndex: index, showSymbol: false, silent: true }
  const spread = strip.points.some((point) => point[2] !== undefined && point[2] !== point[3])
  const line = {
    type: 'line',
    ...axes,
    name: strip.label,
    step: strip.steps ? 'end' : undefined,
    lineStyle: { color: colours.line, width: 1.4 },
    itemStyle: { color: colours.line },
    data: strip.points.map(([at, value]) => [at, numeric(value)]),
    markLine: {
      symbol: 'none',
      silent: true,
      data: marks.map((mark) => ({
        xAxis: mark.at,
        lineStyle: { color: mark.colour, type: 'solid', width: 1 },
        label: { show: index === 0, formatter: mark.label, color: mark.colour, fontSize: 11 },
      })),
    },
  }
  if (!spread) return [line]
  // The band between least and greatest of each bucket: the lower edge unseen, the difference stacked on it.
  const edge = {
    type: 'line',
    ...axes,
    stack: `band-${strip.name}`,
    lineStyle: { opacity: 0 },
    tooltip: { show: false },
  }
  return [
    { ...edge, data: strip.points.map(([at, value, low]) => [at, low ?? numeric(value)]) },
    {
      ...edge,
      areaStyle: { color: colours.band },
      data: strip.points.map(([at, , low, high]) => [
        at,
        low === undefined || high === undefined ? 0 : high - low,
      ]),
    },
    line,
  ]
}
