import type { AssessmentDocument } from './document.ts'

/** The document as JSON in chunks: a long list is never one string, which could not hold it. */
export function* json(document: AssessmentDocument): Generator<string> {
  yield* object(document, '', (key, value, indent) =>
    key === 'findings' ? list(value as AssessmentDocument['findings'], indent, finding) : undefined,
  )
  yield '\n'
}

function* finding(
  value: AssessmentDocument['findings'][number],
  indent: string,
): Generator<string> {
  yield* object(value, indent, (key, each, inner) =>
    key === 'objects' ? list(each as readonly unknown[], inner, plain) : undefined,
  )
}

/** An object whose long members are written by `long`; the others as they are. */
export function* object(
  value: object,
  indent: string,
  long: (key: string, value: unknown, indent: string) => Iterable<string> | undefined,
): Generator<string> {
  const inner = `${indent}  `
  let before = '{\n'
  for (const [key, each] of Object.entries(value)) {
    if (each === undefined) continue
    yield `${before}${inner}${jsonText(key)}: `
    yield* long(key, each, inner) ?? plain(each, inner)
    before = ',\n'
  }
  yield before === '{\n' ? '{}' : `\n${indent}}`
}

/** A list, item by item. */
export function* list<T>(
  items: Iterable<T>,
  indent: string,
  write: (item: T, indent: string) => Iterable<string>,
): Generator<string> {
  const inner = `${indent}  `
  let before = '['
  for (const item of items) {
    yield `${before}\n${inner}`
    yield* write(item, inner)
    before = ','
  }
  yield before === '[' ? '[]' : `\n${indent}]`
}

/** A value as one chunk. */
export function plain(value: unknown, indent: string): readonly string[] {
  return [jsonText(value, 2).replaceAll('\n', `\n${indent}`)]
}

/**
 * JSON text in which every control and invisible sign is escaped, also those that RFC 8259 §7 allows as they are: what a
 * terminal or a log would obey stays letters, and means the same to a parser.
 */
export function jsonText(value: unknown, spaces?: number): string {
  return JSON.stringify(value, null, spaces).replaceAll(
    /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
