import {
  type AssessmentDocument,
  blocks,
  csv,
  htmlReport,
  json,
  markdown,
  ndjson,
  sarif,
} from '#report'
import { version } from './version.ts'

/** Forms an assessment can be printed in. */
export const formats = ['json', 'ndjson', 'csv', 'markdown', 'sarif', 'html'] as const
export type Format = (typeof formats)[number]

/** The document in one of its forms, in chunks. */
export function render(document: AssessmentDocument, format: Format): Iterable<string> {
  return blocks(parts(document, format))
}

function parts(document: AssessmentDocument, format: Format): Iterable<string> {
  switch (format) {
    case 'json':
      return json(document)
    case 'ndjson':
      return ndjson(document)
    case 'csv':
      return csv(document)
    case 'markdown':
      return markdown(document)
    case 'sarif':
      return sarif(document, version)
    case 'html':
      return [htmlReport(document, { version })]
  }
}
