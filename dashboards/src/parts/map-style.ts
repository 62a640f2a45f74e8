/** The map's own style: districts from our own file, clusters without any outside font, sprite or tile. */
import type { StyleSpecification } from 'maplibre-gl'

const COLOURS = {
  dark: {
    ground: '#0f1720',
    land: '#131e29',
    line: '#35506a',
    text: '#8fa3b5',
    cluster: '#2a3c4d',
    number: '#e6edf3',
  },
  light: {
    ground: '#dfe6ec',
    land: '#f3f5f7',
    line: '#a9bac9',
    text: '#566879',
    cluster: '#c3d0db',
    number: '#16212c',
  },
} as const
const FONT = ['Noto Sans CJK SC', 'PingFang SC', 'Microsoft YaHei', 'sans-serif']

export function mapStyle(theme: 'dark' | 'light'): StyleSpecification {
  const colour = COLOURS[theme]
  return {
    version: 8,
    sources: {
      districts: { type: 'geojson', data: '/luoyang-districts.geojson' },
      names: { type: 'geojson', data: '/luoyang-district-names.geojson' },
      equipment: {
        type: 'geojson',
        data: { type: 'FeatureCollection', features: [] },
        cluster: true,
        clusterRadius: 48,
        clusterMaxZoom: 14,
      },
    },
    layers: [
      { id: 'ground', type: 'background', paint: { 'background-color': colour.ground } },
      { id: 'land', type: 'fill', source: 'districts', paint: { 'fill-color': colour.land } },
      {
        id: 'borders',
        type: 'line',
        source: 'districts',
        paint: { 'line-color': colour.line, 'line-width': 1 },
      },
      {
        id: 'names',
        type: 'symbol',
        source: 'names',
        layout: { 'text-field': ['get', 'name'], 'text-font': FONT, 'text-size': 12 },
        paint: { 'text-color': colour.text, 'text-halo-color': colour.land, 'text-halo-width': 1.5 },
      },
      {
        id: 'clusters',
        type: 'circle',
        source: 'equipment',
        filter: ['has', 'point_count'],
        paint: {
          'circle-color': colour.cluster,
          'circle-radius': ['interpolate', ['linear'], ['get', 'point_count'], 2, 10, 50, 18, 1000, 30],
        },
      },
      {
        id: 'equipment',
        type: 'circle',
        source: 'equipment',
        filter: ['!', ['has', 'point_count']],
        paint: { 'circle-color': colour.text, 'circle-radius': 4 },
      },
      {
        id: 'counts',
        type: 'symbol',
        source: 'equipment',
        filter: ['has', 'point_count'],
        layout: {
          'text-field': ['get', 'point_count_abbreviated'],
          'text-font': FONT,
          'text-size': 11,
          'text-allow-overlap': true,
        },
        paint: { 'text-color': colour.number },
      },
    ],
  }
}
