import assert from 'node:assert/strict'
import { suite, test } from 'node:test'
import { assess, catalogue } from '#exposure'
import { makeSample } from '#sample'
import { csv } from './csv.ts'
import { documentFrom } from './document-shape.ts'
import { type AssessmentDocument, documentOf } from './document.ts'
import { htmlReport } from './html.ts'
import { markdown } from './markdown.ts'
import { ndjson } from './ndjson.ts'
import { sarif } from './sarif.ts'

const now = new Date('2026-01-15T09:00:00Z')
const { snapshot } = makeSample({ now, objects: 0, exposures: 'all' })
const text = JSON.stringify(documentOf(assess(snapshot, catalogue, now)))
const whole = (): Json => JSON.parse(text) as Json

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Path = readonly (string | number)[]

/** Every place in a value, of lists only the first. */
function* placesIn(value: Json, path: Path = []): Generator<Path> {
  if (path.length > 0) yield path
  if (typeof value !== 'object' || value === null) return
  const entries: readonly [string | number, Json][] = Array.isArray(value)
    ? [...value.entries()].slice(0, 1)
    : Object.entries(value)
  for (const [key, each] of entries) yield* placesIn(each, [...path, key])
}

function put(value: Json, path: Path, replacement: Json | undefined): Json {
  const parent = path
    .slice(0, -1)
    .reduce<Json>((at, key) => (at as Record<string, Json>)[key]!, value)
  if (replacement === undefined) delete (parent as Record<string, Json>)[path.at(-1)!]
  else (parent as Record<string, Json>)[path.at(-1)!] = replacement
  return value
}

function render(document: AssessmentDocument): string {
  const lines = [
    ...csv(document),
    ...markdown(document),
    ...ndjson(document),
    ...sarif(document, '1'),
  ]
  return htmlReport(document, { version: '1' }) + lines.join('')
}

const damages: readonly (Json | undefined)[] = [undefined, null, 7, 'x', [], {}, [null]]

suite('a saved document', () => {
  test('is taken as it was written', () => {
    assert.deepEqual(documentFrom(whole()), whole())
  })

  test('is refused with the place where it is not whole', () => {
    assert.deepEqual(documentFrom(put(whole(), ['findings', 0, 'title'], undefined)), {
      misfit: 'findings[0].title',
    })
    assert.deepEqual(documentFrom(put(whole(), ['findings', 0, 'severity'], 'dreadful')), {
      misfit: 'findings[0].severity',
    })
    assert.deepEqual(documentFrom(put(whole(), ['inventory', 'counts', 'users'], 'many')), {
      misfit: 'inventory.counts.users',
    })
    assert.deepEqual(documentFrom(put(whole(), ['takenAt'], 'yesterday')), { misfit: 'takenAt' })
    for (const value of [null, 1, 'glacis.assessment/1', []])
      assert.deepEqual(documentFrom(value), { misfit: '' })
  })

  test('that was damaged anywhere is refused, or can be rendered in every form', () => {
    let refused = 0
    for (const path of placesIn(whole())) {
      for (const damage of damages) {
        const document = documentFrom(put(whole(), path, damage))
        if ('misfit' in document) refused++
        else assert.ok(render(document).length > 0, path.join('.'))
      }
    }
    assert.ok(refused > 500)
  })
})
