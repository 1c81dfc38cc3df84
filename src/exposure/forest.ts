import {
  Access,
  type AttributeName,
  type Domain,
  type Holder,
  Memberships,
  type ObjectId,
  type Operation,
  type Sid,
  type Snapshot,
  TierZero,
  type ValueOf,
  wellKnownSid,
} from '#directory'
import { isHeldByExchange } from './mail-grants.ts'

/** Someone outside Tier Zero who can do something to an object, and the proof. */
export interface Outsider {
  readonly sid: Sid
  readonly name: string
  readonly can: readonly { readonly operation: Operation; readonly holder: Holder }[]
}

interface OutsiderOptions {
  /** Also groups of Exchange by what its set-up gives them. */
  readonly withExchange?: boolean
  /** Who is no outsider, instead of Tier Zero. */
  readonly trusts?: (sid: Sid, domain?: Domain) => boolean
}

/** What rules may ask about the forest around an object: one snapshot, at one time. */
export class Forest {
  readonly snapshot: Snapshot
  /** "Now" of every rule: the time the snapshot was taken, or the one the caller gave. */
  readonly now: Date
  readonly memberships: Memberships
  readonly access: Access
  readonly tierZero: TierZero
  #unreadable = new Set<ObjectId>()

  constructor(snapshot: Snapshot, now: Date) {
    this.snapshot = snapshot
    this.now = now
    this.memberships = new Memberships(snapshot)
    this.access = new Access(snapshot, this.memberships)
    this.tierZero = new TierZero(snapshot, this.memberships, this.access)
  }

  /** Typed value of an attribute of an object. */
  value<A extends AttributeName>(id: ObjectId, name: A): ValueOf<A> {
    return this.snapshot.value(id, name)
  }

  /** Days from a time to now; `undefined` when there is no time. Fractions are kept. */
  daysSince(time: Date | undefined): number | undefined {
    return time === undefined ? undefined : (this.now.getTime() - time.getTime()) / 86_400_000
  }

  /** A name for people: the account's in this snapshot, the English one of a well-known SID, or the SID itself. */
  nameOf(sid: Sid, domain?: Domain): string {
    return this.memberships.nameOf(sid, domain)
  }

  /**
   * Who outside Tier Zero holds any of the operations on the object. Not the object itself (SELF, or its own SID), and not
   * `except`; nor, unless asked for, groups of Exchange by what its set-up gives them, which has exposures of its own. Where
   * the object's descriptor could not be read there is no answer, and the engine reports the gap.
   */
  outsiders(
    id: ObjectId,
    operations: readonly (Operation | undefined)[],
    except?: (sid: Sid) => boolean,
    {
      withExchange = false,
      trusts = (sid: Sid, domain?: Domain) => this.tierZero.has(sid, domain),
    }: OutsiderOptions = {},
  ): Outsider[] {
    if (!this.access.readable(id)) {
      this.#unreadable.add(id)
      return []
    }
    const own = this.snapshot.sid(id)
    const domain = this.snapshot.domainOf(id)
    const found = new Map<Sid, { operation: Operation; holder: Holder }[]>()
    for (const operation of operations) {
      if (operation === undefined) continue
      for (const holder of this.access.holders(id, operation)) {
        const { sid } = holder
        if (
          sid === own ||
          sid === wellKnownSid.self ||
          trusts(sid, domain) ||
          except?.(sid) === true ||
          (!withExchange && isHeldByExchange(this, id, holder))
        )
          continue
        const known = found.get(sid)
        if (known === undefined) found.set(sid, [{ operation, holder }])
        else known.push({ operation, holder })
      }
    }
    return [...found].map(([sid, can]) => ({ sid, name: this.nameOf(sid, domain), can }))
  }

  /** Who outside Tier Zero holds all of the operations at once, be it through several groups. Nobody when one is not known to the schema. */
  outsidersOfAll(id: ObjectId, operations: readonly (Operation | undefined)[]): Outsider[] {
    const known = operations.filter((operation) => operation !== undefined)
    if (known.length < operations.length) return []
    if (!this.access.readable(id)) {
      this.#unreadable.add(id)
      return []
    }
    const own = this.snapshot.sid(id)
    const domain = this.snapshot.domainOf(id)
    return this.access
      .holdersOfAll(id, known)
      .filter(
        ({ sid }) => sid !== own && sid !== wellKnownSid.self && !this.tierZero.has(sid, domain),
      )
      .map((holder) => ({
        sid: holder.sid,
        name: this.nameOf(holder.sid, domain),
        can: known.map((operation) => ({ operation, holder })),
      }))
  }

  /** Objects whose access was asked for but whose descriptor could not be read, since the last call. For the engine. */
  takeUnreadable(): readonly ObjectId[] {
    const ids = [...this.#unreadable]
    this.#unreadable.clear()
    return ids
  }
}
