import type { AssessmentDocument } from './document.ts'

const levels = { critical: 'error', high: 'error', medium: 'warning', low: 'note', info: 'note' } as const
/** SARIF viewers sort by this number, as GitHub and others define it (0 … 10). */
const numbers = { critical: '9.5', high: '8.0', medium: '5.5', low: '3.0', info: '1.0' } as const

/** Findings as SARIF 2.1.0 (OASIS): one result an exposed object, its DN as logical location, no files. */
export function sarif(document: AssessmentDocument, version: string): object {
  const { findings, notAssessed } = document
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Glacis',
            version,
            rules: findings.map(({ id, title, why, fix, severity, category, attack }) => ({
              id,
              shortDescription: { text: title },
              fullDescription: { text: why },
              help: { text: fix },
              defaultConfiguration: { level: levels[severity] },
              properties: { 'security-severity': numbers[severity], tags: ['security', category, ...attack] },
            })),
          },
        },
        automationDetails: { id: `glacis/${document.forest.rootDomain}/` },
        invocations: [
          {
            executionSuccessful: true,
            endTimeUtc: document.now,
            toolExecutionNotifications: notAssessed.map(({ id, because }) => ({
              level: 'note',
              message: { text: `${id} was not assessed: ${because}` },
            })),
          },
        ],
        results: findings.flatMap(({ id, objects }, ruleIndex) =>
          objects.map(({ says, dn, sid, name, severity, evidence }) => ({
            ruleId: id,
            ruleIndex,
            level: levels[severity],
            message: { text: says },
            locations: [{ logicalLocations: [{ name, fullyQualifiedName: dn, kind: 'object' }] }],
            partialFingerprints: { 'ruleAndObject/v1': `${id}:${sid ?? dn.toLowerCase()}` },
            properties: { evidence },
          })),
        ),
      },
    ],
  }
}
