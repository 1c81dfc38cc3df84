import { type AssessmentDocument, csv, htmlReport, markdown, ndjson, sarif } from '#report'
import { version } from './version.ts'

/** Forms an assessment can be printed in. */
export const formats = ['json', 'ndjson', 'csv', 'markdown', 'sarif', 'html'] as const
export type Format = (typeof formats)[number]

/** The document in one of its forms, in chunks. */
export function render(
  document: AssessmentDocument,
  format: Format,
  about: { readonly areNamesMasked?: boolean } = {},
): Iterable<string> {
  switch (format) {
    case 'json':
      return [`${JSON.stringify(document, null, 2)}\n`]
    case 'ndjson':
      return ndjson(document)
    case 'csv':
      return csv(document)
    case 'markdown':
      return markdown(document)
    case 'sarif':
      return [`${JSON.stringify(sarif(document, version), null, 2)}\n`]
    case 'html':
      return [htmlReport(document, { version, ...about })]
  }
}
