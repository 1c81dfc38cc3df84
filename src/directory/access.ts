import {
  Checker,
  type Judgement,
  type Requirement,
  type Says,
  type Verdict,
} from './access-check.ts'
import { adminSdExMask, adminSdExMaskOf, dsHeuristic, heuristic, isSecurityGroup } from './flags.ts'
import type { Memberships } from './groups.ts'
import { type Guid, isGuid } from './guid.ts'
import { type RightDefinition, SchemaIndex } from './schema.ts'
import {
  type Ace,
  type SecurityDescriptor,
  aceFlags,
  genericRights,
  right,
} from './security-descriptor.ts'
import { type Sid, ridOfSid } from './sid.ts'
import type { Domain, ObjectId, Snapshot } from './snapshot.ts'
import { builtinSid, rid, sidInDomain, wellKnownSid } from './well-known.ts'

/** Something one can do to an object. Made by {@link Access}; the same one each time, so it can be compared. */
export interface Operation extends Requirement {
  /** Completes "X can …", about the object: `reset its password`. */
  readonly words: string
}

/** A trustee that holds an operation on an object, and why. */
export interface Holder {
  readonly sid: Sid
  /** `owner`: by owning the object. `ownerRights`: by owning it and an ACE for OWNER RIGHTS. `nullDacl`: everybody does. */
  readonly because: 'ace' | 'owner' | 'ownerRights' | 'nullDacl'
  /** The ACEs that grant it, in stored order; none when owning or a missing DACL is enough. */
  readonly aces: readonly Ace[]
  /** Everything that grants it came from the parent. */
  readonly inherited: boolean
  /** Groups and accounts that a deny ACE takes out of this trustee. */
  readonly except?: readonly Sid[]
  /** It hangs on the condition of a callback ACE, which only a domain controller can judge. */
  readonly isPossible?: true
}

/**
 * Who can do what to which object: the one place that decides it, as a domain controller would (MS-ADTS 5.1.3.3, MS-DTYP
 * 2.5.3.2). Objects with the same descriptor, class and domain share their answers.
 */
export class Access {
  readonly #snapshot: Snapshot
  readonly #memberships: Memberships
  readonly #operations = new Map<string, Operation | undefined>()
  readonly #rights = new Map<string, RightDefinition[]>()
  /** Place in #judged by object, plus one; 0 when not looked up yet, NONE when the descriptor cannot be read. */
  readonly #place: Uint32Array
  readonly #places = new Map<string, number>()
  readonly #judged: Judged[] = []
  readonly #domains = new Map<string, readonly (Domain | undefined)[]>()
  #holdersKept = 0
  #guarded: Uint8Array | undefined
  readonly #ownersBlocked: boolean

  readonly writeDacl: Operation
  readonly writeOwner: Operation
  readonly fullControl: Operation
  /** Writes every attribute; one that a deny ACE protects is told by {@link writes}. */
  readonly writesAllProperties: Operation
  /** Writes some attribute, whichever. */
  readonly writesSomeProperty: Operation
  readonly usesAllExtendedRights: Operation
  readonly usesAllValidatedWrites: Operation
  readonly deletes: Operation
  readonly deletesTree: Operation
  readonly listsChildren: Operation
  readonly readsDescriptor: Operation
  /** Reads every attribute that is not confidential. */
  readonly readsAllProperties: Operation
  /** Whoever holds one of these on an object controls it. Strongest first. */
  readonly control: readonly Operation[]

  constructor(snapshot: Snapshot, memberships: Memberships) {
    this.#snapshot = snapshot
    this.#memberships = memberships
    this.#place = new Uint32Array(snapshot.count)
    const heuristics = dSHeuristicsOf(snapshot)
    this.#ownersBlocked = heuristic(heuristics, dsHeuristic.blockOwnerImplicitRights) === '1'
    for (const definition of snapshot.schema.rights)
      index(this.#rights, definition.name.toLowerCase(), definition)
    for (const definition of SchemaIndex.builtIn.rights) {
      // The objects that describe rights are for people; the server knows its rights without them (MS-ADTS 5.1.3.2.1).
      const key = definition.name.toLowerCase()
      const same = this.#rights.get(key) ?? []
      if (!same.some(({ rightsGuid }) => rightsGuid === definition.rightsGuid))
        index(this.#rights, key, definition)
    }

    const all = (words: string, mask: number) => operation(words, mask, [], { onClass: true })
    this.writeDacl = all('change its permissions', right.writeDacl)
    this.writeOwner = all('take ownership of it', right.writeOwner)
    this.fullControl = all('do anything to it', genericRights.all)
    this.writesAllProperties = all('write all its properties', right.writeProperty)
    this.writesSomeProperty = operation('write some of its properties', right.writeProperty, [], {
      anyType: true,
    })
    this.usesAllExtendedRights = operation('use all extended rights on it', right.controlAccess, [])
    this.usesAllValidatedWrites = operation('make all validated writes to it', right.self, [])
    this.deletes = all('delete it', right.delete)
    this.deletesTree = all('delete it and everything below it', right.deleteTree)
    this.listsChildren = all('list what is below it', right.listContents)
    this.readsDescriptor = all('read its permissions', right.readControl)
    this.readsAllProperties = all('read all its properties', right.readProperty)
    this.control = [this.fullControl, this.writeDacl, this.writeOwner, this.writesAllProperties]
  }

  /** Writing any value to an attribute. `undefined` when the schema has no such attribute. */
  writes(attribute: string): Operation | undefined {
    return this.#operation(`w ${attribute}`, () => {
      const types = this.#attributeTypes(attribute)
      if (types === undefined) return undefined
      return operation(
        writeWords[attribute] ?? `write its ${attribute}`,
        right.writeProperty,
        types,
        { onClass: true },
      )
    })
  }

  /**
   * Writing some attribute that an object of these classes may have. As {@link writesSomeProperty} where the schema does not say
   * which those are.
   */
  writesSomePropertyOf(classes: readonly string[]): Operation {
    const made = this.#operation(`some ${classes.join()}`, () => {
      const types = this.#snapshot.schema
        .attributesOf(classes)
        ?.flatMap((name) => this.#attributeTypes(name) ?? [])
      return types === undefined
        ? this.writesSomeProperty
        : operation('write some of its properties', right.writeProperty, types, {
            onClass: true,
            anyType: true,
          })
    })
    return made ?? this.writesSomeProperty
  }

  /** Reading an attribute; a confidential one needs CONTROL_ACCESS as well (MS-ADTS 3.1.1.4.4). */
  reads(attribute: string): Operation | undefined {
    return this.#operation(`r ${attribute}`, () => {
      const types = this.#attributeTypes(attribute)
      if (types === undefined) return undefined
      const mask =
        right.readProperty |
        (this.#snapshot.schema.isConfidential(attribute) ? right.controlAccess : 0)
      return operation(readWords[attribute] ?? `read its ${attribute}`, mask, types, {
        onClass: true,
      })
    })
  }

  /** An extended right, by the cn of its controlAccessRight or by its GUID. `undefined` for a name no forest has. */
  extendedRight(name: string): Operation | undefined {
    return this.#operation(`x ${name}`, () => {
      const found = this.#rightOf(name, right.controlAccess)
      return (
        found &&
        operation(
          rightWords[found.name] ?? `use the extended right ${found.name} on it`,
          right.controlAccess,
          [found.guid],
        )
      )
    })
  }

  /** A validated write, by the cn of its controlAccessRight or by its GUID. `undefined` for a name no forest has. */
  validatedWrite(name: string): Operation | undefined {
    return this.#operation(`v ${name}`, () => {
      const found = this.#rightOf(name, right.self)
      return (
        found &&
        operation(
          rightWords[found.name] ?? `make the validated write ${found.name} to it`,
          right.self,
          [found.guid],
        )
      )
    })
  }

  /** Creating children of a class, or of some class when none is named. `undefined` when the schema has no such class. */
  createsChild(objectClass?: string): Operation | undefined {
    return this.#childOperation('create', right.createChild, objectClass)
  }

  /** Deleting children of a class, or of some class when none is named. `undefined` when the schema has no such class. */
  deletesChild(objectClass?: string): Operation | undefined {
    return this.#childOperation('delete', right.deleteChild, objectClass)
  }

  /**
   * Every trustee that holds an operation on an object, each judged with what the tokens of all its members hold. SELF is
   * a trustee of its own; the owner appears by its SID. Accounts appear beside the trustees when they hold the operation
   * only by being in several of them. Shared between objects: do not change. Empty when the descriptor cannot be read.
   */
  holders(object: ObjectId, asked: Operation): readonly Holder[] {
    const judged = this.#judgedOf(object)
    if (judged === undefined) return []
    let answer = judged.answers.get(asked)
    if (answer === undefined) {
      answer = this.#holders(judged, [asked])
      this.#keep(judged, asked, answer)
    }
    return answer
  }

  /**
   * Every trustee that holds all the operations at once, be it through several trustees: a user who replicates changes as a
   * member of one group and secrets as a member of another is found by name.
   */
  holdersOfAll(object: ObjectId, operations: readonly Operation[]): readonly Holder[] {
    const judged = this.#judgedOf(object)
    return judged === undefined ? [] : this.#holders(judged, operations)
  }

  /**
   * Every trustee that holds an operation by a descriptor that stands in an attribute: readers of a managed account
   * (`msDS-GroupMSAMembership`, {@link readsAllProperties}), or who may act on a service for others
   * (`msDS-AllowedToActOnBehalfOfOtherIdentity`, {@link usesAllExtendedRights}). Owning grants nothing there.
   * @param domain whose BUILTIN groups are meant; the root's when not given.
   */
  holdersIn(
    descriptor: SecurityDescriptor,
    asked: Operation,
    domain: Domain | undefined = this.#snapshot.rootDomain,
  ): readonly Holder[] {
    const checker = new Checker({ ...descriptor, owner: undefined }, undefined, undefined)
    return this.#holders({ checker, domains: [domain], ownersBlocked: false, answers: new Map() }, [
      asked,
    ])
  }

  /** Whether an account can do something to an object, judged on its token. 'no' when the descriptor cannot be read. */
  can(principal: ObjectId, object: ObjectId, asked: Operation): Verdict {
    const judged = this.#judgedOf(object)
    if (judged === undefined) return 'no'
    const says = judged.checker.says(asked)
    const self = this.#snapshot.sid(object)
    return best(
      judged.domains.map((domain) => {
        const own = this.#memberships.tokenOf(principal, domain)
        const token =
          self !== undefined && own.has(self) ? new Set([...own, wellKnownSid.self]) : own
        return judged.checker.judge(asked, says, token, this.#ownsImplicitly(judged, domain, token))
          .verdict
      }),
    )
  }

  /** Whether the object's security descriptor was read and understood. */
  readable(object: ObjectId): boolean {
    return this.#judgedOf(object) !== undefined
  }

  /** Owner of an object. */
  ownerOf(object: ObjectId): Sid | undefined {
    return this.#judgedOf(object)?.checker.owner
  }

  /**
   * Whether AdminSDHolder's permissions are put on an object hourly: by what it is and whose member it is, not by its
   * adminCount, which stays behind (MS-ADTS 3.1.1.6.1.2, with the exclusions of dwAdminSDExMask).
   */
  isProtected(object: ObjectId): boolean {
    this.#guarded ??= guardedObjects(this.#snapshot, this.#memberships)
    return this.#guarded[object] === 1
  }

  #operation(key: string, make: () => Operation | undefined): Operation | undefined {
    const lower = key.toLowerCase()
    const known = this.#operations.get(lower)
    if (known !== undefined || this.#operations.has(lower)) return known
    const made = make()
    this.#operations.set(lower, made)
    return made
  }

  #childOperation(
    verb: string,
    mask: number,
    objectClass: string | undefined,
  ): Operation | undefined {
    return this.#operation(`${verb} ${objectClass ?? ''}`, () => {
      if (objectClass === undefined)
        return operation(`${verb} objects in it`, mask, [], { anyType: true })
      const guid = this.#snapshot.schema.guidOfClass(objectClass)
      return guid === undefined
        ? undefined
        : operation(`${verb} ${objectClass} objects in it`, mask, [guid])
    })
  }

  /** GUIDs by which an ACE is about an attribute: its own and its property set's. */
  #attributeTypes(attribute: string): Guid[] | undefined {
    const definition = this.#snapshot.schema.attribute(attribute)
    if (definition === undefined) return undefined
    const set = definition.attributeSecurityGUID
    return set === undefined ? [definition.schemaIDGUID] : [definition.schemaIDGUID, set]
  }

  #rightOf(name: string, access: number): { guid: Guid; name: string } | undefined {
    const fits = ({ validAccesses }: RightDefinition) => (validAccesses & access) !== 0
    const key = name.toLowerCase()
    if (isGuid(key)) {
      const known = [
        ...this.#snapshot.schema.rightsByGuid(key),
        ...SchemaIndex.builtIn.rightsByGuid(key),
      ].find(fits)
      return { guid: key, name: known?.name ?? key }
    }
    const found = this.#rights.get(key)?.find(fits)
    return found && { guid: found.rightsGuid, name: found.name }
  }

  /** Keeps an answer; all are dropped when they are too many, as where each object has a descriptor of its own. */
  #keep(judged: Judged, asked: Operation, answer: readonly Holder[]): void {
    this.#holdersKept += answer.length + 1
    if (this.#holdersKept > MAX_HOLDERS_KEPT) {
      for (const { answers } of this.#judged) answers.clear()
      this.#holdersKept = answer.length + 1
    }
    judged.answers.set(asked, answer)
  }

  #judgedOf(object: ObjectId): Judged | undefined {
    let place = this.#place[object]
    if (place === 0) {
      place = this.#lookUp(object)
      this.#place[object] = place
    }
    return place === undefined || place === UNREADABLE ? undefined : this.#judged[place - 1]
  }

  /** The place + 1 of what an object shares with others of the same descriptor, classes and naming context. */
  #lookUp(object: ObjectId): number {
    const snapshot = this.#snapshot
    const list = snapshot.valueId(object, 'nTSecurityDescriptor')
    if (list < 0) return UNREADABLE
    const context = snapshot.namingContextOf(object)
    const key = `${list} ${snapshot.valueId(object, 'objectClass')} ${context}`
    const known = this.#places.get(key)
    if (known !== undefined) return known
    const descriptor = snapshot.value(object, 'nTSecurityDescriptor')
    let place = UNREADABLE
    if (descriptor !== undefined) {
      const classes = snapshot.value(object, 'objectClass')
      const objectClass = snapshot.classOf(object)
      const classGuid = snapshot.schema.guidOfClass(objectClass)
      this.#judged.push({
        checker: new Checker(
          descriptor,
          classGuid,
          classGuid === undefined ? undefined : this.#classGuids(objectClass, classes),
        ),
        domains: this.#domainsOf(object, context),
        ownersBlocked:
          this.#ownersBlocked && classes.some((name) => name.toLowerCase() === 'computer'),
        answers: new Map(),
      })
      place = this.#judged.length
    }
    this.#places.set(key, place)
    return place
  }

  /** schemaIDGUIDs of an object's structural class and of the auxiliary classes attached to it. */
  #classGuids(objectClass: string, classes: readonly string[]): Set<Guid> {
    const { schema } = this.#snapshot
    const guids = new Set<Guid>()
    for (const name of classes) {
      if (name !== objectClass && schema.isSubclassOf(objectClass, name)) continue
      const guid = schema.guidOfClass(name)
      if (guid !== undefined) guids.add(guid)
    }
    return guids
  }

  /**
   * Domains whose controllers judge access to an object, which says whose BUILTIN and domain-local groups count. All of
   * them for what is on every domain controller: whoever passes at one of them passes.
   */
  #domainsOf(object: ObjectId, context: string): readonly (Domain | undefined)[] {
    const known = this.#domains.get(context)
    if (known !== undefined) return known
    const own = this.#snapshot.domainOf(object) ?? domainOfZones(this.#snapshot.domains, context)
    const { domains } = this.#snapshot
    const found = own === undefined ? (domains.length === 0 ? [undefined] : domains) : [own]
    this.#domains.set(context, found)
    return found
  }

  #ownsImplicitly(judged: Judged, domain: Domain | undefined, token: ReadonlySet<Sid>): boolean {
    if (!judged.ownersBlocked) return true
    // MS-ADTS 6.1.3.4
    const root = this.#snapshot.rootDomain
    return (
      (domain !== undefined && token.has(sidInDomain(domain.sid, rid.domainAdmins))) ||
      (root !== undefined && token.has(sidInDomain(root.sid, rid.enterpriseAdmins)))
    )
  }

  #holders(judged: Judged, operations: readonly Operation[]): readonly Holder[] {
    if (judged.checker.isOpen) return operations.length === 0 ? [] : openHolders
    const found = new Map<Sid, Holder>()
    for (const domain of judged.domains) {
      const question = new Question(
        judged.checker,
        operations,
        this.#memberships,
        this.#snapshot,
        domain,
        (token) => this.#ownsImplicitly(judged, domain, token),
      )
      for (const holder of question.holders())
        if (!found.has(holder.sid)) found.set(holder.sid, holder)
    }
    return [...found.values()]
  }
}

const UNREADABLE = 0xffff_ffff

/** About 400 MB. */
const MAX_HOLDERS_KEPT = 2_000_000

/** A descriptor on objects of one class in one naming context. */
interface Judged {
  readonly checker: Checker
  readonly domains: readonly (Domain | undefined)[]
  /** dSHeuristics takes what owning implies away from those who are no administrators. */
  readonly ownersBlocked: boolean
  readonly answers: Map<Operation, readonly Holder[]>
}

const openHolders: readonly Holder[] = [
  { sid: wellKnownSid.everyone, because: 'nullDacl', aces: [], inherited: false },
]

/** Who holds several operations at once on one descriptor, in the eyes of one domain. */
class Question {
  readonly #checker: Checker
  readonly #parts: readonly { readonly operation: Operation; readonly says: Says }[]
  readonly #memberships: Memberships
  readonly #snapshot: Snapshot
  readonly #domain: Domain | undefined
  readonly #ownsImplicitly: (token: ReadonlySet<Sid>) => boolean

  constructor(
    checker: Checker,
    operations: readonly Operation[],
    memberships: Memberships,
    snapshot: Snapshot,
    domain: Domain | undefined,
    ownsImplicitly: (token: ReadonlySet<Sid>) => boolean,
  ) {
    this.#checker = checker
    this.#parts = operations.map((asked) => ({ operation: asked, says: checker.says(asked) }))
    this.#memberships = memberships
    this.#snapshot = snapshot
    this.#domain = domain
    this.#ownsImplicitly = ownsImplicitly
  }

  holders(): Holder[] {
    const found: Holder[] = []
    for (const sid of this.#trustees()) {
      if (!this.#memberships.isInTokens(sid, this.#domain)) continue
      const token = this.#memberships.tokenOfSid(sid, this.#domain)
      const judgement = this.#judge(token)
      if (judgement.verdict === 'no') continue
      found.push(holderOf(sid, judgement, this.#exceptions(sid, token)))
    }
    return [...found, ...this.#combined(found)]
  }

  /** Trustees worth judging: whom an ACE or owning gives at least a part. */
  #trustees(): Set<Sid> {
    const trustees = new Set<Sid>()
    const { owner } = this.#checker
    for (const { operation: asked, says } of this.#parts) {
      for (const { ace, allows } of says.list) {
        const sid = ace.sid === wellKnownSid.ownerRights ? owner : ace.sid
        if (allows && sid !== undefined) trustees.add(sid)
      }
      if (owner !== undefined && this.#checker.ownerHelps(asked)) trustees.add(owner)
    }
    return trustees
  }

  #judge(token: ReadonlySet<Sid>): Judgement {
    const owns = this.#ownsImplicitly(token)
    const aces: Ace[] = []
    let isPossible = false
    let byOwner = false
    for (const { operation: asked, says } of this.#parts) {
      const judgement = this.#checker.judge(asked, says, token, owns)
      if (judgement.verdict === 'no') return judgement
      isPossible ||= judgement.verdict === 'possibly'
      byOwner ||= judgement.byOwner
      for (const ace of judgement.aces) if (!aces.includes(ace)) aces.push(ace)
    }
    return { verdict: isPossible ? 'possibly' : 'yes', aces, byOwner }
  }

  /** Trustees of deny ACEs that keep some members of `sid` from it. */
  #exceptions(sid: Sid, token: ReadonlySet<Sid>): Sid[] {
    const exceptions = new Set<Sid>()
    for (const { says } of this.#parts) {
      for (const { ace, allows } of says.list) {
        if (allows || token.has(ace.sid) || exceptions.has(ace.sid)) continue
        const denied = ace.sid === wellKnownSid.ownerRights ? this.#checker.owner : ace.sid
        if (denied === undefined || !this.#overlap(sid, denied)) continue
        const both = new Set([...token, ...this.#memberships.tokenOfSid(denied, this.#domain)])
        if (this.#judge(both).verdict === 'no') exceptions.add(denied)
      }
    }
    return [...exceptions]
  }

  /** Whether somebody may be of both trustees, the second of which is not above the first. */
  #overlap(allowed: Sid, denied: Sid): boolean {
    const ofAllowed = this.#memberships.peopleOf(allowed, this.#domain)
    // Who SELF is differs from object to object that shares the descriptor.
    if (ofAllowed === 'many' || [allowed, denied].includes(wellKnownSid.self)) return true
    const ofDenied = this.#memberships.peopleOf(denied, this.#domain)
    if (ofDenied === 'many') return ofAllowed.length > 0
    // Foreign security principals among them: those are members too.
    const objects = this.#snapshot.allBySid(denied)
    if (objects.some((object) => contains(ofAllowed, object))) return true
    const [fewer, more] =
      ofAllowed.length < ofDenied.length ? [ofAllowed, ofDenied] : [ofDenied, ofAllowed]
    return fewer.some((id) => contains(more, id))
  }

  /**
   * Members of several trustees that hold together what none of these holds alone. Whoever does needs each right from a
   * trustee that gives it, so only those are looked at who are members of one trustee for every right.
   */
  #combined(found: readonly Holder[]): Holder[] {
    /** Holders who are so with all their members, and how sure that is. */
    const complete = new Map<Sid, Verdict>()
    for (const { sid, except, isPossible } of found)
      if (except === undefined) complete.set(sid, isPossible ? 'possibly' : 'yes')
    const givers: (readonly Uint32Array[])[] = []
    const rights = this.#parts.flatMap((part) =>
      bitsOf(part.operation.mask).map((bit) => ({ part, bit })),
    )
    if (rights.length < 2) return []
    for (const { part, bit } of rights) {
      const sids = this.#giversOf(part, bit).filter((sid) => complete.get(sid) !== 'yes')
      if (sids.length === 0) return []
      const people = sids.map((sid) => this.#memberships.peopleOf(sid, this.#domain))
      if (people.includes('many')) continue
      givers.push(people.filter((ids) => ids !== 'many'))
    }
    const [fewest, ...others] = givers.toSorted((a, b) => total(a) - total(b))
    if (fewest === undefined) return []
    const candidates = new Set(fewest.flatMap((ids) => [...ids]))
    return this.#widest(
      [...candidates].filter((id) =>
        others.every((people) => people.some((ids) => contains(ids, id))),
      ),
      complete,
    )
  }

  /** Of the candidates that hold everything, those that are not in one already found. */
  #widest(candidates: readonly ObjectId[], complete: Map<Sid, Verdict>): Holder[] {
    const kept: Holder[] = []
    const breadth = (id: ObjectId) => this.#memberships.transitiveMembers(id).length
    for (const id of candidates.toSorted((a, b) => breadth(b) - breadth(a) || a - b)) {
      const sid = this.#snapshot.sid(id)
      if (sid === undefined || complete.get(sid) === 'yes') continue
      const token = this.#memberships.tokenOf(id, this.#domain)
      const known = best([...complete].filter(([other]) => token.has(other)).map(([, how]) => how))
      if (known === 'yes') continue
      const judgement = this.#judge(token)
      if (judgement.verdict === 'no' || judgement.verdict === known) continue
      const exceptions = this.#exceptions(sid, token)
      kept.push(holderOf(sid, judgement, exceptions))
      if (exceptions.length === 0) complete.set(sid, judgement.verdict)
    }
    return kept
  }

  #giversOf({ operation: asked, says }: { operation: Operation; says: Says }, bit: number): Sid[] {
    const { owner } = this.#checker
    const sids = new Set<Sid>()
    for (const { ace, bits, allows } of says.list) {
      const sid = ace.sid === wellKnownSid.ownerRights ? owner : ace.sid
      if (allows && (bits & bit) !== 0 && sid !== undefined) sids.add(sid)
    }
    const implicit = (bit & (right.readControl | right.writeDacl)) !== 0
    if (implicit && owner !== undefined && this.#checker.ownerHelps(asked)) sids.add(owner)
    return [...sids]
  }
}

function holderOf(
  sid: Sid,
  { verdict, aces, byOwner }: Judgement,
  exceptions: readonly Sid[],
): Holder {
  const byRights = aces.some((ace) => ace.sid === wellKnownSid.ownerRights)
  const because = byOwner ? 'owner' : byRights ? 'ownerRights' : 'ace'
  return {
    sid,
    because,
    aces,
    inherited: !byOwner && aces.every(({ flags }) => (flags & aceFlags.inherited) !== 0),
    ...(exceptions.length === 0 ? {} : { except: exceptions }),
    ...(verdict === 'possibly' ? { isPossible: true } : {}),
  }
}

function operation(
  words: string,
  mask: number,
  types: readonly Guid[],
  { onClass = false, anyType = false }: { onClass?: boolean; anyType?: boolean } = {},
): Operation {
  return { words, mask, types: new Set(types), onClass, anyType }
}

/** What some reads mean, for people. */
const readWords: Readonly<Record<string, string>> = {
  'ms-Mcs-AdmPwd': "read its local administrator's password",
  'msLAPS-Password': "read its local administrator's password",
  'msLAPS-EncryptedPassword': "read its local administrator's encrypted password",
  currentValue: 'read its secret',
  thumbnailPhoto: 'read the key in its thumbnailPhoto',
}

/** What some writes mean, for people. */
const writeWords: Readonly<Record<string, string>> = {
  member: 'change its members',
  servicePrincipalName: 'set its service principal names',
  userAccountControl: 'change its account options',
  gPLink: 'link policies to it',
  'msDS-KeyCredentialLink': 'add sign-in keys to it',
  'msDS-AllowedToActOnBehalfOfOtherIdentity': 'say who may act for others on it',
}

/** What some extended rights and validated writes mean, for people. */
const rightWords: Readonly<Record<string, string>> = {
  'User-Force-Change-Password': 'reset its password',
  'User-Change-Password': 'change its password knowing the old one',
  'DS-Replication-Get-Changes': 'replicate from it',
  'DS-Replication-Get-Changes-All': 'replicate its secrets',
  'DS-Replication-Get-Changes-In-Filtered-Set': 'replicate its filtered attributes',
  'Certificate-Enrollment': 'enrol for it',
  'Certificate-AutoEnrollment': 'enrol for it automatically',
  'Self-Membership': 'add itself to it',
  'Validated-SPN': 'set its service principal names within limits',
  'Migrate-SID-History': 'migrate SID history into it',
  'Reanimate-Tombstones': 'revive deleted objects in it',
  'DS-Install-Replica': 'add domain controllers to it',
  'Send-As': 'send mail as it',
}

function best(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('yes')) return 'yes'
  return verdicts.includes('possibly') ? 'possibly' : 'no'
}

function bitsOf(mask: number): number[] {
  return Array.from({ length: 32 }, (_, place) => (mask & (1 << place)) >>> 0).filter(
    (bit) => bit !== 0,
  )
}

function total(lists: readonly Uint32Array[]): number {
  return lists.reduce((sum, { length }) => sum + length, 0)
}

/** Whether an ascending list holds an id. */
function contains(ids: Uint32Array, id: ObjectId): boolean {
  let low = 0
  let high = ids.length - 1
  while (low <= high) {
    const middle = (low + high) >>> 1
    const found = ids[middle]!
    if (found === id) return true
    if (found < id) low = middle + 1
    else high = middle - 1
  }
  return false
}

function index<V>(lists: Map<string, V[]>, key: string, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

/** The domain whose controllers hold a domain's own DNS zones. */
function domainOfZones(domains: readonly Domain[], context: string): Domain | undefined {
  const zones = /^DC=DomainDnsZones,/i
  if (!zones.test(context)) return undefined
  const dn = context.replace(zones, '').toLowerCase()
  return domains.find((domain) => domain.dn.toLowerCase() === dn)
}

function dSHeuristicsOf(snapshot: Snapshot): string | undefined {
  const dn = snapshot.configurationDn
  const service =
    dn === undefined
      ? undefined
      : snapshot.byDn(`CN=Directory Service,CN=Windows NT,CN=Services,${dn}`)
  return service === undefined ? undefined : snapshot.value(service, 'dSHeuristics')
}

function guardedObjects(snapshot: Snapshot, memberships: Memberships): Uint8Array {
  const guarded = new Uint8Array(snapshot.count)
  const excluded = adminSdExMaskOf(dSHeuristicsOf(snapshot))
  const operators: readonly [Sid, number][] = [
    [builtinSid.administrators, 0],
    [builtinSid.replicator, 0],
    [builtinSid.accountOperators, adminSdExMask.accountOperators],
    [builtinSid.serverOperators, adminSdExMask.serverOperators],
    [builtinSid.printOperators, adminSdExMask.printOperators],
    [builtinSid.backupOperators, adminSdExMask.backupOperators],
  ]
  for (const domain of snapshot.domains) {
    const own = (relative: number) => sidInDomain(domain.sid, relative)
    const groups = [
      ...operators.filter(([, bit]) => (excluded & bit) === 0).map(([sid]) => sid),
      ...[rid.domainAdmins, rid.schemaAdmins, rid.enterpriseAdmins].map(own),
    ]
    const alone = [rid.administrator, rid.krbtgt, rid.controllers, rid.readOnlyControllers].map(own)
    for (const sid of [...groups, ...alone]) {
      const group = snapshot.bySid(sid, domain)
      if (group === undefined) continue
      guarded[group] = 1
      if (alone.includes(sid)) continue
      for (const member of memberships.transitiveMembers(group)) {
        if (snapshot.domainOf(member) === domain && isGuardable(snapshot, member))
          guarded[member] = 1
      }
    }
  }
  return guarded
}

/** SDProp looks after users, computers among them, and security groups, but not BUILTIN groups it does not name. */
function isGuardable(snapshot: Snapshot, id: ObjectId): boolean {
  const sid = snapshot.sid(id)
  if (
    sid === undefined ||
    ridOfSid(sid) === undefined ||
    sid.startsWith(`${wellKnownSid.builtin}-`)
  )
    return false
  const type = snapshot.value(id, 'groupType')
  return type === undefined ? snapshot.isA(id, 'user') : isSecurityGroup(type)
}
