/** Rules over HTTP: what is in force and why, and changes of it. Maintainers see what applies to their own equipment. */
import type { Static } from 'typebox'
import { TesheError } from '../errors.js'
import { EQUIPMENT_KINDS, type EquipmentFacts } from '../model/equipment.js'
import { isSameSetting } from '../model/rule-differences.js'
import {
  inScope,
  type ParameterSetting,
  type RuleDifference,
  type RuleScope,
  type RuleSet,
  type RuleVersion,
} from '../model/rule-set.js'
import type { Viewer } from '../model/viewer.js'
import type { EquipmentBook } from '../registry/equipment.js'
import type { RuleBook } from '../registry/rule-book.js'
import { CATALOGUE, patternsOf } from '../rules/catalogue.js'
import {
  type DraftFault,
  type RuleContent,
  rulesOf,
  withoutRule,
  withoutValues,
  withRule,
  withValues,
} from '../rules/draft.js'
import type { PatternHead } from '../rules/pattern.js'
import { compileRules, headsOf } from '../rules/rules-in-force.js'
import { type Call, Download } from './route.js'
import { createRuleDesk, type RuleDeskOptions } from './rule-desk.js'
import type {
  RuleChange,
  RuleChanged,
  RuleCheck,
  RuleDraft,
  RuleImport,
  RuleParams,
  RulePattern,
  RuleRemoval,
  RuleRevert,
  Rules,
  RuleVersionPage,
} from './rule-schemas.js'
import type { PageQuery } from './schemas.js'
import { iso } from './times.js'

type Id = Static<typeof RuleParams>

export interface RulesOptions {
  book: RuleBook
  equipment: Pick<EquipmentBook, 'facts'>
  latest: RuleDeskOptions['latest']
  /** ms since 1970. */
  now: () => number
}

export function createRuleHandlers({ book, equipment, latest, now }: RulesOptions) {
  const facts = () => equipment.facts()
  const desk = createRuleDesk({ book, catalogue: CATALOGUE, facts, latest, now })

  /** The set that one change of one rule makes of another, and what is wrong with its text. */
  function changed(id: string, { scope, values, text }: Pick<RuleChange, 'scope' | 'values' | 'text'>) {
    if (text !== undefined && scope === undefined && values === undefined) {
      const { rules, faults } = rulesOf(text)
      if (rules.length > 1) faults.push(only(id, 'holds more than one rule; import takes several'))
      for (const rule of rules)
        if (rule.id !== id)
          faults.push({ rule: rule.id, field: 'id', message: `must be ${id}, as in the path` })
      return { faults, content: (set: RuleContent) => rules.reduce(withRule, set) }
    }
    if (text !== undefined || scope === undefined || values === undefined)
      throw new TesheError('REQUEST_INVALID', ['give `scope` and `values`, or `text`'])
    return { faults: [], content: (set: RuleContent) => withValues(set, { pattern: id, scope, values }) }
  }

  return {
    async list({ viewer }: Call): Promise<Rules> {
      const [set, versions, sees] = await Promise.all([
        book.current(),
        book.history(),
        sightOf(viewer, facts),
      ])
      const rules = compileRules(set)
      const heads: PatternHead[] = [...patternsOf(CATALOGUE), ...headsOf(rules)]
      return {
        version: set.version,
        patterns: heads.map((head) => viewPattern(head, set, versions, sees)),
        unreadable: [...rules.unreadable],
      }
    },

    async versions({
      query,
      viewer,
    }: Call<unknown, Static<typeof PageQuery>>): Promise<Static<typeof RuleVersionPage>> {
      const [page, sees] = await Promise.all([book.versions(query), sightOf(viewer, facts)])
      const items = page.items.map((version) => ({
        ...setBy(version),
        changes: version.changes.filter((change) => change.what === 'rule' || sees(change.scope)),
      }))
      return { items, next: page.next }
    },

    async change({ params, body, viewer }: Call<Id, unknown, RuleChange>): Promise<RuleChanged> {
      const { basedOn, reason, force = false } = body
      return reply(await desk.put({ ...changed(params.id, body), basedOn, reason, force }, viewer))
    },

    async remove({ params, query, viewer }: Call<Id, RuleRemoval>): Promise<RuleChanged> {
      const { basedOn, reason, force = false } = query
      const scope = removalScope(query)
      const content = (set: RuleSet) => {
        const isOwn = set.rules.some(({ id }) => id === params.id)
        const known = isOwn || patternsOf(CATALOGUE).some(({ id }) => id === params.id)
        if (!known) throw new TesheError('RULE_UNKNOWN', [params.id])
        return isOwn && scope === null ? withoutRule(set, params.id) : withoutValues(set, params.id, scope)
      }
      return reply(await desk.put({ content, basedOn, reason, force }, viewer))
    },

    async importAll({ body, viewer }: Call<unknown, unknown, RuleImport>): Promise<RuleChanged> {
      const { text, basedOn, reason, force = false } = body
      const { rules, faults } = rulesOf(text)
      const content = (set: RuleContent) => rules.reduce(withRule, set)
      return reply(await desk.put({ content, faults, basedOn, reason, force }, viewer))
    },

    async exportAll(_call: Call): Promise<Download> {
      const { version, rules } = await book.current()
      const text = rules.map((rule) => rule.text).join('---\n')
      return new Download({ contentType: 'application/yaml', filename: `rules-${version}.yaml`, text })
    },

    async check({ body }: Call<unknown, unknown, RuleDraft>): Promise<RuleCheck> {
      const { faults, content } =
        body.text === undefined ? changed(body.pattern ?? '', body) : checkedTexts(body.text)
      const verdict = await desk.check(content(await book.current()), faults)
      const [flood] = verdict.floods
      const refused = verdict.faults[0]?.message ?? flood?.text ?? null
      return { faults: verdict.faults, changes: verdict.changes, fires: verdict.fires, refused }
    },

    async revert({ body, viewer }: Call<unknown, unknown, RuleRevert>): Promise<RuleChanged> {
      const { version, basedOn, reason, force = false } = body
      const before = await book.at(version)
      const content = () => ({ parameters: before.parameters, rules: before.rules })
      return reply(await desk.put({ content, basedOn, reason, force }, viewer))
    },
  }
}

function checkedTexts(text: string) {
  const { rules, faults } = rulesOf(text)
  return { faults, content: (set: RuleContent) => rules.reduce(withRule, set) }
}

function only(rule: string, message: string): DraftFault {
  return { rule, field: '', message }
}

function removalScope({ level, of }: RuleRemoval): RuleScope | null {
  if (level === undefined && of === undefined) return null
  if (level === undefined || of === undefined)
    throw new TesheError('REQUEST_INVALID', ['give `level` and `of` together, or neither'])
  switch (level) {
    case 'kind': {
      const kind = EQUIPMENT_KINDS.find((one) => one === of)
      if (!kind) throw new TesheError('REQUEST_INVALID', [`there is no kind ${of}`])
      return { level, kind }
    }
    case 'model':
      return { level, model: of }
    case 'company':
      return { level, organisation: of }
    case 'equipment':
      return { level, equipment: of }
  }
}

/** What is set for others is nobody else's business: a company sees the scopes that one of its own equipment is in. */
async function sightOf(
  viewer: Viewer,
  facts: () => Promise<EquipmentFacts[]>,
): Promise<(scope: RuleScope) => boolean> {
  if (viewer.role !== 'maintainer') return () => true
  const own = (await facts()).filter(({ maintainer }) => maintainer === viewer.organisationId)
  return (scope) => scope.level === 'kind' || own.some((one) => inScope(scope, one))
}

function viewPattern(
  head: PatternHead & { name?: { zh: string; en: string } },
  set: RuleSet,
  versions: readonly RuleVersion[],
  sees: (scope: RuleScope) => boolean,
): RulePattern {
  const settings = set.parameters.filter(({ pattern, scope }) => pattern === head.id && sees(scope))
  const text = set.rules.find(({ id }) => id === head.id)?.text
  return {
    id: head.id,
    kind: head.kind,
    class: head.class,
    priority: head.priority,
    gates: head.gates,
    needs: head.needs.map((alternatives) => [...alternatives]),
    parameters: Object.entries(head.parameters).map(([name, parameter]) => ({ name, ...parameter })),
    settings: settings.map(({ parameter, scope, value, ...rest }) => ({
      parameter,
      scope,
      value,
      ...setBy(versionOf(versions, (change) => isOfSetting(change, { parameter, scope, ...rest }))),
    })),
    own:
      text === undefined || head.name === undefined
        ? null
        : {
            name: head.name,
            text,
            ...setBy(versionOf(versions, (change) => change.what === 'rule' && change.rule === head.id)),
          },
  }
}

function isOfSetting(change: RuleDifference, setting: Omit<ParameterSetting, 'value'>): boolean {
  return change.what === 'setting' && isSameSetting(change, setting)
}

/** The newest version that changed it. */
function versionOf(
  versions: readonly RuleVersion[],
  changed: (change: RuleDifference) => boolean,
): RuleVersion | undefined {
  return versions.findLast(({ changes }) => changes.some(changed))
}

function setBy(version: RuleVersion | undefined) {
  const { version: number = 0, authorName = '', reason = '', at = 0 } = version ?? {}
  return { version: number, author: authorName, reason, at: iso(at) }
}

function reply({ version, changes, fires }: RuleChanged): RuleChanged {
  return { version, changes, fires }
}
