/** What notices say, in Chinese and in English. */
import type { NoticeKind } from '../../database/tables.js'
import type { IncidentClass } from '../../model/incident.js'
import type { Vulnerable } from '../../model/vulnerable.js'

export const LANGUAGES = ['zh', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

export interface Words {
  kind: Record<NoticeKind, string>
  class: Record<IncidentClass, string>
  drill: string
  people(count: number): string
  rescueCode(code: string): string
  condition: Record<Vulnerable, string>
  /** What the car shows. */
  floorShown(floor: string): string
  car: { smoke: string; water: string }
  /** Telephone numbers. */
  callers(phones: string[]): string
  /** Whose cover, and when the trouble begins, ISO 8601. */
  roster(organisation: string, beginsAt: string): string
  /** How to answer, where the notice asks for it. */
  how: { offered: string; checkCall: string; offeredByKey: string; checkCallByKey: string }
  /** Nobody of the party took this notice. */
  unreached(kind: string, party: string): string
  card: { keyPlace: string; entrance: string; machineRoom: string; dutyRoom: string; brakeRelease: string }
  /** Ends a sentence, stands between parts of one. */
  stop: string
  comma: string
  /** Read back after a key was pressed. */
  answers: Record<'accepted' | 'declined' | 'noted' | 'too-late' | 'not-understood', string>
}

const ZH: Words = {
  kind: {
    'incident-opened': '新事件',
    'assignment-offered': '救援派遣',
    'assignment-expired': '派遣超时未响应',
    'assignment-recalled': '派遣已撤回，无需前往',
    escalated: '救援已升级',
    attend: '需要值班员处理',
    'pre-notice': '预通知',
    'pre-alert': '请做好救援准备',
    'check-call': '核实救援进展',
    reminder: '救援超时提醒',
    'report-due': '应写事故报告',
    'roster-gap': '值班有空缺',
  },
  class: {
    trapped: '困人',
    movement: '运动异常',
    door: '门故障',
    speed: '速度异常',
    'safety-circuit': '安全回路断开',
    levelling: '平层不良',
    vibration: '振动异常',
    water: '水位异常',
    pressure: '压力异常',
    flame: '熄火',
    gas: '燃气泄漏',
    combustion: '燃烧异常',
    temperature: '温度异常',
    emission: '排放超标',
    sensor: '传感器故障',
    offline: '离线',
    power: '停电',
    area: '区域事件',
    fault: '故障',
    other: '异常',
  },
  drill: '【演练】',
  people: (count) => `${count}人被困`,
  rescueCode: (code) => `救援码${code}`,
  condition: {
    injured: '有人受伤',
    breathing: '呼吸困难',
    pregnant: '有孕妇',
    'child-alone': '儿童独自被困',
    fell: '有人摔倒',
    ill: '有病人',
    elderly: '有老人',
    infant: '有婴幼儿',
    disabled: '有残障人士',
    panic: '情绪恐慌',
  },
  floorShown: (floor) => `轿厢显示${floor}`,
  car: { smoke: '有烟', water: '进水' },
  callers: (phones) => `来电${phones.join('、')}`,
  roster: (organisation, beginsAt) => `${organisation}，${localTime(beginsAt)}起`,
  how: {
    offered: '请立即在平台接单，或回电值守台',
    checkCall: '请在平台报告位置，或回电值守台',
    offeredByKey: '接单请按1，无法前往请按2',
    checkCallByKey: '正在前往请按1，无法到达请按2',
  },
  unreached: (kind, party) => `“${kind}”未能送达${party}，请电话通知`,
  card: {
    keyPlace: '钥匙',
    entrance: '入口',
    machineRoom: '机房',
    dutyRoom: '值班室',
    brakeRelease: '松闸',
  },
  stop: '。',
  comma: '，',
  answers: {
    accepted: '已接单，请尽快到场',
    declined: '已记录无法前往',
    noted: '已记录',
    'too-late': '派遣已由他人处理或已结束，无需操作',
    'not-understood': '按键无效，接单请按1，无法前往请按2',
  },
}

const EN: Words = {
  kind: {
    'incident-opened': 'New incident',
    'assignment-offered': 'Rescue order',
    'assignment-expired': 'Order not answered in time',
    'assignment-recalled': 'Order recalled, do not go',
    escalated: 'Rescue escalated',
    attend: 'A dispatcher must look',
    'pre-notice': 'Pre-notice',
    'pre-alert': 'Be ready to help',
    'check-call': 'Report your progress',
    reminder: 'Rescue takes too long',
    'report-due': 'Accident report is due',
    'roster-gap': 'Gap in the roster',
  },
  class: {
    trapped: 'people trapped',
    movement: 'dangerous movement',
    door: 'doors',
    speed: 'wrong speed',
    'safety-circuit': 'safety circuit open',
    levelling: 'poor levelling',
    vibration: 'vibration',
    water: 'water level',
    pressure: 'pressure',
    flame: 'flame failure',
    gas: 'gas leak',
    combustion: 'combustion',
    temperature: 'temperature',
    emission: 'emission',
    sensor: 'sensor',
    offline: 'offline',
    power: 'power lost',
    area: 'area event',
    fault: 'fault',
    other: 'trouble',
  },
  drill: '[DRILL] ',
  people: (count) => `${count} inside`,
  rescueCode: (code) => `code ${code}`,
  condition: {
    injured: 'somebody is injured',
    breathing: 'trouble breathing',
    pregnant: 'a pregnant woman',
    'child-alone': 'a child alone',
    fell: 'somebody fell',
    ill: 'somebody is ill',
    elderly: 'elderly people',
    infant: 'an infant',
    disabled: 'disabled people',
    panic: 'panic',
  },
  floorShown: (floor) => `car shows ${floor}`,
  car: { smoke: 'smoke', water: 'water' },
  callers: (phones) => `Caller: ${phones.join(', ')}`,
  roster: (organisation, beginsAt) => `${organisation}, from ${localTime(beginsAt)}`,
  how: {
    offered: 'Accept in the browser or ring the desk now',
    checkCall: 'Report your position in the browser or ring the desk',
    offeredByKey: 'To accept press 1, if you cannot come press 2',
    checkCallByKey: 'If you are on your way press 1, if you cannot come press 2',
  },
  unreached: (kind, party) => `"${kind}" reached nobody of ${party}; ring them yourself`,
  card: {
    keyPlace: 'Key',
    entrance: 'Entrance',
    machineRoom: 'Machine room',
    dutyRoom: 'Duty room',
    brakeRelease: 'Brake release',
  },
  stop: '. ',
  comma: ', ',
  answers: {
    accepted: 'Accepted, please come at once',
    declined: 'Noted that you cannot come',
    noted: 'Noted',
    'too-late': 'Somebody else has taken it or it is over, nothing to do',
    'not-understood': 'Key not understood: press 1 to accept, 2 if you cannot come',
  },
}

/** `11-21 14:05`, China standard time. */
function localTime(iso: string): string {
  const china = new Date(Date.parse(iso) + 8 * 3_600_000).toISOString()
  return `${china.slice(5, 10)} ${china.slice(11, 16)}`
}

export function wordsOf(language: Language): Words {
  switch (language) {
    case 'zh':
      return ZH
    case 'en':
      return EN
  }
}
