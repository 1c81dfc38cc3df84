import {
  attributeNames,
  type AttributeName,
  Memberships,
  nameOfDn,
  type ObjectId,
  parseDn,
  parseExtendedDn,
  parseDnWithBinary,
  DirectoryError,
  type Snapshot,
} from '#directory'
import { type AttributeType, AttributeTypes } from './attribute-types.ts'
import { EqualityIndex } from './equality-index.ts'
import { Memory } from './memory.ts'
import { Tree } from './tree.ts'
import { keyOf, octetsOf, textOf, type Words } from './values.ts'

/**
 * A snapshot with what searching it needs besides: attribute types, indexes made when they are first asked for, back links
 * that the source did not hold. One per snapshot, for all connections.
 */
export class Catalog implements Words {
  readonly snapshot: Snapshot
  readonly types: AttributeTypes
  readonly tree: Tree
  /** Back links that no object has values of, though their forward links are there. */
  readonly derivedBackLinks: readonly AttributeType[]
  /** For all searches together: 75 megabytes, by rough count. */
  readonly memory = new Memory(150_000)
  /** Descriptors cut to the parts that were asked for, by number of the descriptor and parts. */
  readonly shownDescriptors = new Map<number, readonly Uint8Array[]>()
  /** Every attribute that some object has, objectClass first as in Active Directory. */
  readonly #stored: readonly AttributeType[]
  readonly #forward: ReadonlyMap<string, AttributeType>
  readonly #indexes = new Map<string, EqualityIndex>()
  readonly #links = new Map<string, EqualityIndex>()
  readonly #holders = new Map<string, Uint32Array | undefined>()
  #keysOfObject: ObjectId | undefined
  readonly #keysByType = new Map<AttributeType, readonly string[]>()
  #deleted: ReadonlySet<ObjectId> | undefined
  #recycled: ReadonlySet<ObjectId> | undefined
  #memberships: Memberships | undefined

  constructor(snapshot: Snapshot) {
    this.snapshot = snapshot
    this.types = new AttributeTypes(snapshot)
    this.tree = new Tree(snapshot)
    this.#forward = missingBackLinks(snapshot, this.types)
    this.derivedBackLinks = [...this.#forward.keys()].flatMap((key) => this.types.find(key) ?? [])
    const names = ['objectClass', 'cn', 'distinguishedName', ...snapshot.attributeNames]
    const stored = names.flatMap((name) => this.types.find(name) ?? [])
    this.#stored = [...new Set([...stored, ...this.derivedBackLinks])].filter(
      ({ isSecret }) => !isSecret,
    )
  }

  /** Values of an attribute as they are stored, sharing memory with the snapshot; none of secret ones. */
  valuesOf(id: ObjectId, type: AttributeType): readonly Uint8Array[] {
    if (type.isSecret) return []
    if (type.key === 'distinguishedname') return [octetsOf(this.snapshot.dn(id))]
    const forward = this.#forward.get(type.key)
    if (forward === undefined) return this.snapshot.raw(id, type.key)
    const holders = this.links(forward).candidates(id)
    return Array.from(holders, (holder) => octetsOf(this.snapshot.dn(holder)))
  }

  /**
   * What the values of an attribute are compared by; none for those that are not of its syntax. Filters may ask for the same
   * in thousands of parts, so those of the object asked for last are kept.
   */
  keysOf(id: ObjectId, type: AttributeType): readonly string[] {
    if (id !== this.#keysOfObject) {
      this.#keysOfObject = id
      this.#keysByType.clear()
    }
    let keys = this.#keysByType.get(type)
    if (keys === undefined) {
      keys = this.valuesOf(id, type).flatMap((value) => keyOf(type.syntax, value, this) ?? [])
      this.#keysByType.set(type, keys)
    }
    return keys
  }

  /** Attributes that an object has values of and that may be read. */
  *storedTypes(id: ObjectId): Generator<AttributeType> {
    for (const type of this.#stored) if (this.has(id, type)) yield type
  }

  /** Whether an object has a value of an attribute that may be read. */
  has(id: ObjectId, type: AttributeType): boolean {
    if (type.isSecret) return false
    if (type.key === 'distinguishedname') return true
    const forward = this.#forward.get(type.key)
    return forward === undefined
      ? this.snapshot.has(id, type.key)
      : this.links(forward).candidates(id).length > 0
  }

  /** A number that objects with the same values of an attribute share; −1 when it is not known, so nothing may be concluded. */
  listOf(id: ObjectId, type: AttributeType): number {
    const name = tableNames.get(type.key)
    return name === undefined ? -1 : this.snapshot.valueId(id, name)
  }

  /** The index of an attribute's values. Let it do its steps before asking it, so that filling it holds up nobody. */
  index(type: AttributeType): EqualityIndex {
    let index = this.#indexes.get(type.key)
    if (index === undefined) {
      index = new EqualityIndex(this.#keys(type))
      this.#indexes.set(type.key, index)
    }
    return index
  }

  /** Who names which object in an attribute of DN syntax. To be filled in the same way. */
  links(type: AttributeType): EqualityIndex {
    let index = this.#links.get(type.key)
    if (index === undefined) {
      index = new EqualityIndex(this.#targets(type))
      this.#links.set(type.key, index)
    }
    return index
  }

  /** The forward link that values of a back link are made from, when they have to be made. */
  forwardOf(type: AttributeType): AttributeType | undefined {
    return this.#forward.get(type.key)
  }

  /** Objects that are deleted, recycled or not. */
  get deleted(): ReadonlySet<ObjectId> {
    this.#deleted ??= new Set(
      [...this.snapshot.having('isDeleted')].filter(
        (id) => this.snapshot.value(id, 'isDeleted') === true,
      ),
    )
    return this.#deleted
  }

  /** Objects that are more than deleted. Without a recycle bin there are none: deleted is deleted. */
  get recycled(): ReadonlySet<ObjectId> {
    this.#recycled ??= new Set(
      hasRecycleBin(this.snapshot)
        ? [...this.deleted].filter(
            (id) => textOf(this.snapshot.raw(id, 'isRecycled')[0] ?? new Uint8Array()) === 'TRUE',
          )
        : [],
    )
    return this.#recycled
  }

  /** Objects that have an attribute, ascending; nothing when they are so many that looking at all is as good. */
  holders(type: AttributeType): Uint32Array | undefined {
    if (type.isSecret) return new Uint32Array()
    if (type.key === 'distinguishedname' || this.#forward.has(type.key)) return undefined
    if (this.#holders.has(type.key)) return this.#holders.get(type.key)
    const most = this.snapshot.count / 4
    const found: number[] = []
    let isSmall = true
    for (const id of this.snapshot.having(type.key)) {
      found.push(id)
      isSmall = found.length <= most
      if (!isSmall) break
    }
    const holders = isSmall ? Uint32Array.from(found) : undefined
    this.#holders.set(type.key, holders)
    return holders
  }

  /** Groups and tokens. */
  get memberships(): Memberships {
    this.#memberships ??= new Memberships(this.snapshot)
    return this.#memberships
  }

  nameOf(word: string): string | undefined {
    return this.types.nameOf(word)
  }

  get areComplete(): boolean {
    return this.types.areWhole
  }

  plainDn(text: string): string {
    const { guid, sid, wellKnownGuid, dn } = parseExtendedDn(text)
    if (guid !== undefined) return this.#dnOf(this.snapshot.byGuid(guid))
    if (sid !== undefined) return this.#dnOf(this.snapshot.bySid(sid))
    if (wellKnownGuid !== undefined) return this.#wellKnown(dn, wellKnownGuid)
    parseDn(dn)
    return dn
  }

  #dnOf(id: ObjectId | undefined): string {
    return id === undefined ? '' : this.snapshot.dn(id)
  }

  /** The object a container calls by a well-known GUID (MS-ADTS 6.1.1.4). */
  #wellKnown(container: string, guid: string): string {
    const id = this.snapshot.byDn(container)
    if (id === undefined) return ''
    const names = [
      ...this.snapshot.raw(id, 'wellKnownObjects'),
      ...this.snapshot.raw(id, 'otherWellKnownObjects'),
    ]
    for (const value of names) {
      try {
        const { binary, dn } = parseDnWithBinary(textOf(value))
        if (binary.toHex().toUpperCase() === guid) return dn
      } catch (error) {
        if (!(error instanceof DirectoryError)) throw error
      }
    }
    return ''
  }

  *#targets(type: AttributeType): Generator<readonly [ObjectId, ObjectId]> {
    for (const id of this.snapshot.having(type.key)) {
      for (const value of this.snapshot.raw(id, type.key)) {
        // Names of nothing count as well, so that a step is never long.
        yield [id, this.snapshot.byDn(textOf(value)) ?? nothing]
      }
    }
  }

  *#keys(type: AttributeType): Generator<readonly [ObjectId, string]> {
    for (const id of this.snapshot.having(type.key)) {
      for (const value of this.snapshot.raw(id, type.key)) {
        const key = keyOf(type.syntax, value, this)
        if (key !== undefined) yield [id, key]
      }
    }
  }
}

/** No object has this number. */
const nothing = 0xffff_ffff

const tableNames = new Map<string, AttributeName>(
  attributeNames.map((name) => [name.toLowerCase(), name]),
)

/** Forward links by the key of the back link that the snapshot has no values of. */
function missingBackLinks(snapshot: Snapshot, types: AttributeTypes): Map<string, AttributeType> {
  const present = new Set(snapshot.attributeNames.map((name) => name.toLowerCase()))
  const found = new Map<string, AttributeType>()
  for (const name of present) {
    const forward = types.find(name)
    if (forward?.linkId === undefined || forward.linkId % 2 !== 0 || forward.syntax !== 'dn')
      continue
    const back = types.byLinkId(forward.linkId + 1)
    if (back !== undefined && !present.has(back.key)) found.set(back.key, forward)
  }
  return found
}

function hasRecycleBin(snapshot: Snapshot): boolean {
  const id = snapshot.byDn(`CN=Partitions,${snapshot.configurationDn}`)
  if (id === undefined) return false
  return snapshot
    .value(id, 'msDS-EnabledFeature')
    .some((dn) => nameOfDn(dn) === 'Recycle Bin Feature')
}
