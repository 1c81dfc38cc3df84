import type { Guid } from './guid.ts'
import {
  type Ace,
  type SecurityDescriptor,
  aceFlags,
  isAllow,
  isCallback,
  isDeny,
  mapGenericRights,
  right,
} from './security-descriptor.ts'
import type { Sid } from './sid.ts'
import { wellKnownSid } from './well-known.ts'

/** What an access check asks for: all rights of the mask on one thing. */
export interface Requirement {
  /** Bits of `right`. */
  readonly mask: number
  /** Object types by which an ACE is about that thing. An ACE without object type is about everything. */
  readonly types: ReadonlySet<Guid>
  /** The class of the object is such a type too: the root of its object type tree (MS-ADTS 5.1.3.3.3). */
  readonly onClass: boolean
  /** Any one of the types will do, or any whatever where there are none, so that a deny ACE counts only without one. */
  readonly anyType: boolean
}

/** `possibly`: it hangs on the condition of a callback ACE, which only the server can judge. */
export type Verdict = 'yes' | 'no' | 'possibly'

/** Outcome of a check, with what granted it. */
export interface Judgement {
  readonly verdict: Verdict
  /** ACEs that granted rights, in stored order. */
  readonly aces: readonly Ace[]
  /** READ_CONTROL or WRITE_DAC came from owning the object. */
  readonly byOwner: boolean
}

/** An ACE that has a say in a requirement: which of its rights it is about. */
export interface Say {
  readonly ace: Ace
  readonly bits: number
  readonly allows: boolean
  readonly isConditional: boolean
}

/** The ACEs of one DACL that have a say in one requirement, in stored order. */
export class Says {
  readonly list: readonly Say[]
  #placesBySid: Map<Sid, number[]> | undefined

  constructor(list: readonly Say[]) {
    this.list = list
  }

  /** Those whose trustee is one of the SIDs, in stored order. */
  of(sids: ReadonlySet<Sid>): readonly Say[] {
    if (this.list.length <= 64) return this.list.filter(({ ace }) => sids.has(ace.sid))
    // A list may hold thousands of trustees, and each is judged by a token of a few.
    this.#placesBySid ??= this.#index()
    const places: number[] = []
    for (const sid of sids) places.push(...(this.#placesBySid.get(sid) ?? []))
    return places.toSorted((a, b) => a - b).map((place) => this.list[place]!)
  }

  #index(): Map<Sid, number[]> {
    const places = new Map<Sid, number[]>()
    for (const [place, { ace }] of this.list.entries()) {
      const known = places.get(ace.sid)
      if (known === undefined) places.set(ace.sid, [place])
      else known.push(place)
    }
    return places
  }
}

/** An object's descriptor, ready for checks by anybody. */
export class Checker {
  readonly owner: Sid | undefined
  /** The object has no DACL: everybody may do everything. */
  readonly isOpen: boolean
  /** The DACL says what the owner may do, so that owning grants nothing by itself. */
  readonly #limitsOwner: boolean
  readonly #aces: readonly Ace[]
  readonly #masks: readonly number[]
  readonly #classGuid: Guid | undefined

  /**
   * @param classGuid schemaIDGUID of the object's class. @param classes that one and those of auxiliary classes attached to
   * the object; `undefined` when the class is not known.
   */
  constructor(
    descriptor: SecurityDescriptor,
    classGuid: Guid | undefined,
    classes: ReadonlySet<Guid> | undefined,
  ) {
    this.owner = descriptor.owner
    this.isOpen = descriptor.dacl === undefined || descriptor.dacl === null
    this.#aces = (descriptor.dacl ?? []).filter((ace) => isEffective(ace, classes))
    this.#masks = this.#aces.map(({ mask }) => mapGenericRights(mask))
    this.#limitsOwner = this.#aces.some(({ sid }) => sid === wellKnownSid.ownerRights)
    this.#classGuid = classGuid
  }

  /** The ACEs that have a say in a requirement, in stored order. */
  says(requirement: Requirement): Says {
    const found: Say[] = []
    for (const [index, ace] of this.#aces.entries()) {
      const bits = this.#masks[index]! & requirement.mask
      if (bits === 0) continue
      const allows = isAllow(ace.type)
      if (!this.#isAbout(ace.objectType, requirement, allows)) continue
      found.push({ ace, bits, allows, isConditional: isCallback(ace.type) })
    }
    return new Says(found)
  }

  /**
   * Judges a requirement for a token, given the ACEs that have a say in it: in stored order, the first ACE that names a
   * right decides it (MS-DTYP 2.5.3.2, MS-ADTS 5.1.3.3.2 to 5.1.3.3.5).
   * @param token its SIDs, with SELF when it is the object's own.
   * @param ownsImplicitly owners have READ_CONTROL and WRITE_DAC by themselves.
   */
  judge(
    requirement: Requirement,
    says: Says,
    token: ReadonlySet<Sid>,
    ownsImplicitly: boolean,
  ): Judgement {
    if (this.isOpen) return { verdict: 'yes', aces: [], byOwner: false }
    const isOwner = this.owner !== undefined && token.has(this.owner)
    const matching = says.of(
      isOwner && this.#limitsOwner ? new Set([...token, wellKnownSid.ownerRights]) : token,
    )
    const byAces = this.#walk(requirement.mask, matching)
    if (byAces.verdict === 'yes' || !isOwner || !ownsImplicitly || this.#limitsOwner) return byAces
    const left = requirement.mask & ~IMPLICIT
    if (left === requirement.mask) return byAces
    const withOwning = this.#walk(left, matching)
    return withOwning.verdict === 'no' ? byAces : { ...withOwning, byOwner: true }
  }

  /** Whether being the owner can help with a requirement. */
  ownerHelps(requirement: Requirement): boolean {
    return !this.#limitsOwner && (requirement.mask & IMPLICIT) !== 0
  }

  #walk(mask: number, says: readonly Say[]): Judgement {
    const certain = firstDeciders(mask, says, (say) => !say.allows || !say.isConditional)
    if (certain !== undefined) return { verdict: 'yes', aces: certain, byOwner: false }
    if (says.some(({ isConditional }) => isConditional)) {
      const possible = firstDeciders(mask, says, (say) => say.allows || !say.isConditional)
      if (possible !== undefined) return { verdict: 'possibly', aces: possible, byOwner: false }
    }
    return { verdict: 'no', aces: [], byOwner: false }
  }

  #isAbout(
    objectType: Guid | undefined,
    { types, onClass, anyType }: Requirement,
    allows: boolean,
  ): boolean {
    if (objectType === undefined) return true
    const isNamed = types.has(objectType) || (onClass && objectType === this.#classGuid)
    return anyType ? allows && (isNamed || types.size === 0) : isNamed
  }
}

/** What an owner may do by owning (MS-DTYP 2.5.3.2). */
const IMPLICIT = right.readControl | right.writeDacl

/** The ACEs that grant the mask, walking those that count; nothing when a right is denied first or by nobody granted. */
function firstDeciders(
  mask: number,
  says: readonly Say[],
  counts: (say: Say) => boolean,
): Ace[] | undefined {
  let open = mask
  const aces: Ace[] = []
  if (open === 0) return aces
  for (const say of says) {
    if ((say.bits & open) === 0 || !counts(say)) continue
    if (!say.allows) return undefined
    aces.push(say.ace)
    open &= ~say.bits
    if (open === 0) return aces
  }
  return undefined
}

/** Whether an ACE of a DACL says anything about the object that holds it. */
function isEffective(ace: Ace, classes: ReadonlySet<Guid> | undefined): boolean {
  if (!isAllow(ace.type) && !isDeny(ace.type)) return false
  if ((ace.flags & aceFlags.inheritOnly) !== 0) return false
  // These stand for the creator of a child in ACEs to inherit; no token holds them.
  if (ace.sid === wellKnownSid.creatorOwner || ace.sid === wellKnownSid.creatorGroup) return false
  // An access check does not look at the class for heirs: an explicit ACE for heirs of another class that is not
  // inherit-only counts here too (as Exchange's did on domain heads). One that came by inheritance and is for another
  // class cannot be from a domain controller, which would have marked it inherit-only.
  if (ace.inheritedObjectType === undefined || (ace.flags & aceFlags.inherited) === 0) return true
  return classes === undefined || classes.has(ace.inheritedObjectType)
}
