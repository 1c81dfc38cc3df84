import type { Forest } from './forest.ts'

/** A question that is worked out once per forest, however many rules and objects ask it. */
export function perForest<T>(answer: (forest: Forest) => T): (forest: Forest) => T {
  const known = new WeakMap<Forest, { readonly answer: T }>()
  return (forest) => {
    let kept = known.get(forest)
    if (kept === undefined) {
      kept = { answer: answer(forest) }
      known.set(forest, kept)
    }
    return kept.answer
  }
}
