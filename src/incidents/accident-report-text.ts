/** The draft of an accident report as Markdown, in Chinese or in English. */
import type { AccidentReport } from '../model/accident-report.js'
import { type Sheet, type SheetSection, type Speaker, sheetOf } from '../model/accident-report-sheet.js'
import { marks as enMarks } from '../model/words/en-marks.js'
import { reportTerms as enReport } from '../model/words/en-report.js'
import { terms as enTerms } from '../model/words/en-terms.js'
import { marks as zhMarks } from '../model/words/zh-marks.js'
import { reportTerms as zhReport } from '../model/words/zh-report.js'
import { terms as zhTerms } from '../model/words/zh-terms.js'

export const REPORT_LANGUAGES = ['zh', 'en'] as const
export type ReportLanguage = (typeof REPORT_LANGUAGES)[number]

export function reportText(report: AccidentReport, language: ReportLanguage): string {
  const speaker = SPEAKERS[language]
  return markdownOf(sheetOf(report, speaker), speaker.t('report.unknown'))
}

type Tree = { [key: string]: string | Tree }

const SPEAKERS: Record<ReportLanguage, Speaker> = {
  zh: speakerOf({ ...zhTerms, ...zhMarks, ...zhReport }),
  en: speakerOf({ ...enTerms, ...enMarks, ...enReport }),
}

function speakerOf(words: Tree): Speaker {
  const find = (group: string, key: string | number): string | null => {
    const found = words[group]
    const word = typeof found === 'object' && Object.hasOwn(found, key) ? found[key] : null
    return typeof word === 'string' ? word : null
  }
  const t: Speaker['t'] = (path, values = {}) => {
    const [group = '', key = ''] = path.split('.')
    return (find(group, key) ?? path).replace(/\{(\w+)\}/g, (place, name: string) =>
      String(values[name] ?? place),
    )
  }
  const word: Speaker['word'] = (group, key) => (key === null ? '' : (find(group, key) ?? String(key)))
  return {
    t,
    word,
    reason(key) {
      const distance = /^nearest (.+)$/.exec(key)?.[1]
      return distance ? t('reason.nearest', { distance }) : word('reason', key)
    },
  }
}

function markdownOf({ title, lines, sections }: Sheet, unknown: string): string {
  const head = [`# ${title}`, ...lines.map((line) => `> ${plain(line)}`)]
  return `${[head.join('\n>\n').replace('\n>\n', '\n\n'), ...sections.map((one) => sectionOf(one, unknown))].join('\n\n')}\n`
}

function sectionOf({ title, rows, table, items }: SheetSection, unknown: string): string {
  const lines = [`## ${title}`, '']
  for (const [label, value] of rows ?? [])
    lines.push(`- ${label}: ${value === null ? `**${unknown}**` : plain(value)}`)
  for (const item of items ?? []) lines.push(`- ${plain(item)}`)
  if (table) {
    lines.push(rowOf(table.head), rowOf(table.head.map(() => '---')))
    for (const row of table.rows) lines.push(rowOf(row.map(plain)))
  }
  return lines.join('\n')
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

/** What people wrote stays what they wrote: no markup of theirs, and one line. */
function plain(text: string): string {
  return text.replace(/\s+/g, ' ').replace(/[\\`*_[\]<>|#~]/g, '\\$&')
}
