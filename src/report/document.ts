import type { Source } from '#directory'
import type { Assessment, Category, Evidence, Exposure, Severity } from '#exposure'
import { type Inventory, inventoryOf } from './inventory.ts'

/**
 * What `glacis assess --json` prints and every other form is made from (DESIGN: glacis.assessment/1). A value of plain JSON:
 * a saved one can be rendered again without the snapshot.
 */
export interface AssessmentDocument {
  readonly format: 'glacis.assessment/1'
  readonly forest: {
    readonly rootDomain: string
    readonly domains: readonly {
      readonly dn: string
      readonly sid: string
      readonly name: string
    }[]
  }
  /** When the forest was read, ISO 8601. */
  readonly takenAt: string
  /** The clock of the rules, ISO 8601; the same as `takenAt` unless one was given. */
  readonly now: string
  readonly source: string
  readonly collectedBy?: string
  readonly coverage: readonly SourceCoverage[]
  /** Names were replaced by codes; what turns them back is kept apart. */
  readonly areNamesMasked?: true
  /** Worst first. */
  readonly findings: readonly FindingDocument[]
  /** Ids, in the order of the catalogue. */
  readonly passed: readonly string[]
  readonly notAssessed: readonly { readonly id: string; readonly because: string }[]
  /** Titles and severities of rules that were passed or not assessed, so that lists can be read without the catalogue. */
  readonly rules: {
    readonly [id: string]: {
      readonly title: string
      readonly severity: Severity
      readonly category: Category
    }
  }
  readonly inventory: Inventory
}

export interface SourceCoverage {
  readonly source: Source
  readonly state: 'read' | 'partial' | 'absent'
  readonly objects?: number
  readonly because?: readonly string[]
  /** Ids of exposures that have no full verdict for this reason. */
  readonly affects?: readonly string[]
}

export interface FindingDocument {
  readonly id: string
  readonly title: string
  readonly category: Category
  readonly severity: Severity
  readonly why: string
  readonly fix: string
  readonly objects: readonly ExposedObject[]
  /** What the rule could not decide: there may be more. */
  readonly gaps?: readonly string[]
  readonly attack: readonly string[]
  readonly refs: Exposure['refs']
}

export interface ExposedObject {
  readonly dn: string
  readonly sid?: string
  readonly name: string
  readonly says: string
  readonly severity: Severity
  readonly evidence: Evidence
}

const order: readonly Severity[] = ['critical', 'high', 'medium', 'low', 'info']

/** The document of an assessment. */
export function documentOf(assessment: Assessment): AssessmentDocument {
  const { forest, findings, passed, notAssessed, affected } = assessment
  const { snapshot, now } = forest
  const { origin, domains, rootDomain } = snapshot
  return {
    format: 'glacis.assessment/1',
    forest: {
      rootDomain: rootDomain?.name ?? '',
      domains: domains.map(({ dn, sid, name }) => ({ dn, sid, name })),
    },
    takenAt: origin.takenAt.toISOString(),
    now: now.toISOString(),
    source: origin.source,
    ...(origin.collectedBy === undefined ? {} : { collectedBy: origin.collectedBy }),
    coverage: snapshot.coverage.map(({ source, state, objects, gaps }) => {
      const affects = affected.get(source)
      return {
        source,
        state,
        ...(objects === undefined ? {} : { objects }),
        ...(gaps === undefined ? {} : { because: gaps.map(({ because }) => because) }),
        ...(affects === undefined ? {} : { affects }),
      }
    }),
    findings: findings
      .map(({ rule, severity, objects, gaps }) => ({
        id: rule.id,
        title: rule.title,
        category: rule.category,
        severity,
        why: rule.why,
        fix: rule.fix,
        objects: objects.toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity)),
        ...(gaps.length === 0 ? {} : { gaps }),
        attack: rule.attack,
        refs: rule.refs,
      }))
      .toSorted((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity)),
    passed: passed.map(({ id }) => id),
    notAssessed: notAssessed.map(({ rule, because }) => ({ id: rule.id, because })),
    rules: Object.fromEntries(
      [...passed, ...notAssessed.map(({ rule }) => rule)].map(
        ({ id, title, severity, category }) => [id, { title, severity, category }],
      ),
    ),
    inventory: inventoryOf(forest),
  }
}
