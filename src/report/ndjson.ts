import type { AssessmentDocument } from './document.ts'
import { jsonText } from './json.ts'

/** One JSON object a line: a head without the lists, then each finding with its objects, passed and not assessed rules. */
export function* ndjson(document: AssessmentDocument): Generator<string> {
  const { findings, passed, notAssessed, rules, ...head } = document
  yield line({ record: 'assessment', ...head })
  for (const { objects, ...finding } of findings) {
    yield line({ record: 'finding', ...finding, count: objects.length })
    for (const object of objects) yield line({ record: 'exposed', id: finding.id, ...object })
  }
  for (const id of passed) yield line({ record: 'passed', id, ...rules[id] })
  for (const { id, because } of notAssessed) {
    yield line({ record: 'notAssessed', id, because, ...rules[id] })
  }
}

function line(value: object): string {
  return `${jsonText(value)}\n`
}
