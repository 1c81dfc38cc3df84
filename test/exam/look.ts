import { type Exposed, assess, catalogue } from '#exposure'
import { type LabForest, type Verdicts, addedTo, labNow } from '../lab-forest.ts'

/** Verdicts on a forest, and what was said of each object. */
export interface Look extends Verdicts {
  /** What a rule found on an object. */
  on(id: string, dn: string): Exposed
}

/** Assesses a forest with all rules. */
export function look(forest: LabForest, now: Date = labNow): Look {
  const { findings, passed, notAssessed } = assess(forest.build(), catalogue, now)
  return {
    findings: Object.fromEntries(
      findings.map(({ rule, objects }) => [rule.id, objects.map(({ dn }) => dn).toSorted()]),
    ),
    passed: passed.map(({ id }) => id),
    notAssessed: Object.fromEntries(notAssessed.map(({ rule, because }) => [rule.id, because])),
    on(id, dn) {
      const found = findings
        .find(({ rule }) => rule.id === id)
        ?.objects.find((object) => object.dn === dn)
      if (found === undefined) throw new RangeError(`${id} was not found on ${dn}`)
      return found
    },
  }
}

/** What is new in one look, sorted. */
export function added(before: Verdicts, after: Verdicts): readonly string[] {
  return addedTo(before, after).toSorted()
}

/** Lines as {@link added} has them: one exposure on objects. */
export function on(id: string, ...dns: readonly string[]): readonly string[] {
  return dns.map((dn) => `${id}: ${dn}`)
}
