import type { AssessmentDocument, FindingDocument } from './document.ts'
import { list, object, plain } from './json.ts'

const levels = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  info: 'note',
} as const
/** SARIF viewers sort by this number, as GitHub and others define it (0 … 10). */
const numbers = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0', info: '1.0' } as const

/**
 * Findings as SARIF 2.1.0 (OASIS), in chunks: one result an exposed object, its DN as logical location, no files. What was
 * not assessed is a notification of the run (§3.20.21), so that an empty list of results cannot pass for "clean".
 */
export function* sarif(document: AssessmentDocument, version: string): Generator<string> {
  const { findings, notAssessed, forest, takenAt, now, coverage } = document
  const run = {
    tool: {
      driver: { name: 'Glacis', version, rules: findings.map(reportingDescriptor) },
    },
    automationDetails: { id: `glacis/${forest.rootDomain}/` },
    invocations: [
      {
        executionSuccessful: true,
        toolExecutionNotifications: notAssessed.map(({ id, because }) => ({
          level: 'note',
          message: { text: `${id} was not assessed: ${because}` },
          associatedRule: { id },
        })),
      },
    ],
    properties: { takenAt, now, coverage },
    results: undefined,
  }
  const head = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [run],
  }
  yield* object(head, '', (key, _value, indent) =>
    key === 'runs'
      ? list([run], indent, (each, inner) =>
          object({ ...each, results: findings }, inner, (name, _results, deeper) =>
            name === 'results' ? list(results(findings), deeper, plain) : undefined,
          ),
        )
      : undefined,
  )
  yield '\n'
}

function reportingDescriptor({ id, title, why, fix, severity, category, attack }: FindingDocument) {
  return {
    id,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: fix },
    defaultConfiguration: { level: levels[severity] },
    properties: { 'security-severity': numbers[severity], tags: ['security', category, ...attack] },
  }
}

function* results(findings: readonly FindingDocument[]): Generator<object> {
  for (const [ruleIndex, { id, objects }] of findings.entries()) {
    const seen = new Map<string, number>()
    for (const { says, dn, sid, name, severity, evidence } of objects) {
      // A rule may find several things on one object: each keeps a fingerprint of its own.
      const print = `${id}:${sid ?? dn.toLowerCase()}`
      const times = (seen.get(print) ?? 0) + 1
      seen.set(print, times)
      yield {
        ruleId: id,
        ruleIndex,
        level: levels[severity],
        message: { text: says },
        locations: [{ logicalLocations: [{ name, fullyQualifiedName: dn, kind: 'object' }] }],
        partialFingerprints: { 'ruleAndObject/v1': times === 1 ? print : `${print}#${times}` },
        properties: { severity, evidence },
      }
    }
  }
}
