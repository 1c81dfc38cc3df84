import {
  type Ace,
  type Domain,
  type Holder,
  type ObjectId,
  type Operation,
  type Sid,
  aceFlags,
  right,
} from '#directory'
import type { Evidence, Hit, Severity } from './define.ts'
import type { Forest, Outsider } from './forest.ts'
import { enumerate } from './words.ts'

/**
 * One hit for all outsiders who hold any of the operations on an object: "alice can reset its password; HelpDesk can …".
 * Nothing when there are none.
 */
export function outsiderHit(
  forest: Forest,
  id: ObjectId,
  operations: readonly (Operation | undefined)[],
  options: {
    readonly except?: (sid: Sid) => boolean
    readonly trusts?: (sid: Sid, domain?: Domain) => boolean
    readonly severity?: (outsiders: readonly Outsider[]) => Severity | undefined
  } = {},
): Hit | undefined {
  const outsiders = forest.outsiders(id, operations, options.except, options)
  if (outsiders.length === 0) return undefined
  const severity = options.severity?.(outsiders)
  return {
    says: sayWhoCan(forest, outsiders, forest.snapshot.name(id)),
    evidence: { trustees: outsiders.map((outsider) => trusteeEvidence(outsider)) },
    ...(severity === undefined ? {} : { severity }),
  }
}

/** "alice can reset the password of bob; HelpDesk can …": at most three trustees by name, then a count. */
export function sayWhoCan(forest: Forest, outsiders: readonly Outsider[], target: string): string {
  const named = outsiders.slice(0, 3).map(({ name, can }) => {
    const said = strongest(
      forest,
      can.map(({ operation }) => operation),
    )
    return `${name} can ${enumerate(
      said.map(({ words }) => words),
      4,
    )}`
  })
  const rest = outsiders.length - named.length
  return `${target}: ${named.join('; ')}${rest === 0 ? '' : `; and ${rest} more`}`
}

/** Who, by which rights, and how they come to them, for the JSON document. */
export function trusteeEvidence({ sid, name, can }: Outsider): Evidence {
  return {
    sid,
    name,
    rights: can.map(({ operation }) => operation.words),
    by: [...new Set(can.map(({ holder }) => howHeld(holder)))],
  }
}

/** Of several operations, what is worth saying: who can do anything, or write everything, need not be told the rest of it. */
export function strongest(forest: Forest, operations: readonly Operation[]): readonly Operation[] {
  const { fullControl, usesAllExtendedRights, writesAllProperties } = forest.access
  if (operations.includes(fullControl)) return [fullControl]
  const covered = new Set([
    ...(operations.includes(writesAllProperties) ? [right.writeProperty] : []),
    ...(operations.includes(usesAllExtendedRights) ? [right.controlAccess] : []),
  ])
  return operations.filter(
    (operation) =>
      operation === writesAllProperties ||
      operation === usesAllExtendedRights ||
      !covered.has(operation.mask),
  )
}

/** How a holder comes to an operation, for evidence: `inherited ACE`, `owner`. */
export function howHeld(holder: Holder): string {
  if (holder.because !== 'ace') return holder.because
  const inherited = decidingAces(holder).every(({ flags }) => (flags & aceFlags.inherited) !== 0)
  return `${inherited ? 'inherited' : 'explicit'} ACE${holder.isPossible === true ? ' with a condition' : ''}`
}

/**
 * The ACEs that make a holder one, without those that everybody has a part from: a right to a secret is often half a right to
 * read that everybody has, and half one to use that only the trustee has.
 */
export function decidingAces({ sid, aces }: Holder): readonly Ace[] {
  const own = aces.filter((ace) => ace.sid === sid)
  return own.length > 0 ? own : aces
}
