import type { ObjectId, Operation, Sid } from '#directory'
import { templateBehind } from './admin-sd-holder.ts'
import { howHeld, sayWhoCan, trusteeEvidence } from './control.ts'
import type { ForestHit } from './define.ts'
import { type Delegate, delegationHits, together } from './delegations.ts'
import type { Forest, Outsider } from './forest.ts'

interface Question {
  /** What is asked of an object; nothing of those that do not matter. */
  readonly operations: (object: ObjectId) => readonly (Operation | undefined)[]
  /** Trustees who are meant to hold them. */
  readonly except?: (sid: Sid, object: ObjectId) => boolean
  /** Also what the set-up of Exchange gives its groups. */
  readonly withExchange?: true
}

/**
 * Findings on the objects of Tier Zero that somebody outside can do something to, one for each object. What SDProp puts on
 * hundreds of accounts is one finding, on the AdminSDHolder it comes from.
 */
export function* tierZeroHits(forest: Forest, question: Question): Generator<ForestHit> {
  const { snapshot, tierZero } = forest
  const spread: { template: ObjectId; on: ObjectId; outsider: Outsider }[] = []
  for (const on of tierZero.objects) {
    const operations = question.operations(on)
    if (operations.length === 0) continue
    const outsiders = forest.outsiders(
      on,
      operations,
      (sid) => question.except?.(sid, on) === true,
      question,
    )
    const own: Outsider[] = []
    for (const outsider of outsiders) {
      const { can } = outsider
      const templates = can.map(({ holder }) => templateBehind(forest, on, holder))
      const mine = can.filter((_, index) => templates[index] === undefined)
      const theirs = can.filter((_, index) => templates[index] !== undefined)
      const template = templates.find((found) => found !== undefined)
      if (mine.length > 0) own.push({ ...outsider, can: mine })
      if (template !== undefined)
        spread.push({ template, on, outsider: { ...outsider, can: theirs } })
    }
    if (own.length === 0) continue
    yield {
      on,
      says: sayWhoCan(forest, own, snapshot.name(on)),
      evidence: {
        trustees: own.map((outsider) => trusteeEvidence(outsider)),
        tierZero: tierZero.why(on),
      },
    }
  }
  const places = together(
    spread.map(({ template, on, outsider }) => ({
      on: template,
      delegates: [delegateOf(forest, on, outsider)],
    })),
  )
  yield* delegationHits(forest, places, 'object')
}

function delegateOf(forest: Forest, on: ObjectId, { sid, name, can }: Outsider): Delegate {
  return {
    sid,
    name,
    isBroad: forest.memberships.isBroad(sid, forest.snapshot.domainOf(on)),
    operations: new Set(can.map(({ operation }) => operation)),
    by: new Set(can.map(({ holder }) => howHeld(holder))),
    objects: 1,
    example: on,
  }
}
