import { searchFlags } from './flags.ts'
import type { Guid } from './guid.ts'
import {
  classGuid,
  confidentialAttributes,
  knownAttributes,
  knownRights,
  knownSuperclass,
} from './known-schema.ts'
import { type SyntaxName, syntaxes, syntaxOf } from './syntax.ts'

/** An attributeSchema object, as far as Glacis asks (MS-ADTS 3.1.1.2.3). */
export interface AttributeDefinition {
  readonly lDAPDisplayName: string
  readonly schemaIDGUID: Guid
  /** The property set it is in, by GUID. */
  readonly attributeSecurityGUID?: Guid | undefined
  /** Bits of `searchFlags`; 0 when absent. */
  readonly searchFlags?: number | undefined
  readonly systemFlags?: number | undefined
  /** OID of the attribute. */
  readonly attributeID?: string | undefined
  readonly attributeSyntax?: string | undefined
  readonly oMSyntax?: number | undefined
  readonly oMObjectClass?: Uint8Array | undefined
  readonly isSingleValued?: boolean | undefined
  /** Even: forward link; odd: the back link of the one before. */
  readonly linkID?: number | undefined
}

/** A classSchema object (MS-ADTS 3.1.1.2.4). */
export interface ClassDefinition {
  readonly lDAPDisplayName: string
  readonly schemaIDGUID: Guid
  readonly subClassOf?: string | undefined
  /** OID of the class. */
  readonly governsID?: string | undefined
  /** 1 structural, 2 abstract, 3 auxiliary, 0 of 1993. */
  readonly objectClassCategory?: number | undefined
  /** The lists here hold what the schema has in `x` and in `systemX`. */
  readonly auxiliaryClass?: readonly string[] | undefined
  readonly possSuperiors?: readonly string[] | undefined
  readonly mayContain?: readonly string[] | undefined
  readonly mustContain?: readonly string[] | undefined
  /** SDDL. */
  readonly defaultSecurityDescriptor?: string | undefined
}

/** A controlAccessRight object: property set, extended right or validated write (MS-ADTS 5.1.3.2). */
export interface RightDefinition {
  readonly rightsGuid: Guid
  /** Its cn, such as `User-Force-Change-Password`. */
  readonly name: string
  readonly displayName?: string | undefined
  /** Mask of the rights it is checked with: 0x30 property set, 0x100 extended right, 0x8 validated write. */
  readonly validAccesses: number
  /** schemaIDGUIDs of the classes it has a meaning on; absent when not known. */
  readonly appliesTo?: readonly Guid[] | undefined
}

/** What the object type of an ACE stands for. */
export interface GuidMeaning {
  readonly kind: 'attribute' | 'class' | 'propertySet' | 'extendedRight' | 'validatedWrite'
  /** lDAPDisplayName of an attribute or class, cn of a right. */
  readonly name: string
}

const PROPERTY_ACCESS = 0x30
const CONTROL_ACCESS = 0x100
const SELF = 0x8
const CHILD_ACCESS = 0x3

const confidential = new Set(confidentialAttributes.map((name) => name.toLowerCase()))

const builtInAttributes: readonly AttributeDefinition[] = knownAttributes.map((known) => ({
  lDAPDisplayName: known.name,
  schemaIDGUID: known.schemaIDGUID,
  attributeSecurityGUID: known.attributeSecurityGUID,
  attributeSyntax: syntaxes[known.syntax].attributeSyntax,
  oMSyntax: syntaxes[known.syntax].oMSyntax,
  searchFlags: confidential.has(known.name.toLowerCase()) ? searchFlags.confidential : 0,
}))

const builtInClasses: readonly ClassDefinition[] = Object.entries(classGuid).map(
  ([name, guid]) => ({
    lDAPDisplayName: name,
    schemaIDGUID: guid,
    subClassOf: knownSuperclass[name],
  }),
)

const builtInRights: readonly RightDefinition[] = knownRights.map((known) => ({
  rightsGuid: known.guid,
  name: known.name,
  validAccesses: known.validAccesses,
}))

/**
 * Answers questions about a forest's schema. Names are compared without regard to case. Of
 * attributes, classes and rights, each kind that the source had none of is taken from what Glacis
 * knows of every forest; a kind that it had is believed as it is, so that "not in the schema" is
 * a fact.
 */
export class SchemaIndex {
  /** What Glacis knows of every forest, for sources without a schema. */
  static readonly builtIn: SchemaIndex = new SchemaIndex({})

  /** Whether attributes and classes came from the source. */
  readonly isRead: boolean
  readonly #attributes = new Map<string, AttributeDefinition>()
  readonly #attributesByGuid = new Map<Guid, AttributeDefinition>()
  readonly #attributesByOid = new Map<string, AttributeDefinition>()
  readonly #members = new Map<Guid, AttributeDefinition[]>()
  readonly #classes = new Map<string, ClassDefinition>()
  readonly #classesByGuid = new Map<Guid, ClassDefinition>()
  readonly #rights = new Map<Guid, RightDefinition[]>()
  readonly #ancestors = new Map<string, readonly string[]>()

  constructor(source: {
    readonly attributes?: Iterable<AttributeDefinition>
    readonly classes?: Iterable<ClassDefinition>
    readonly rights?: Iterable<RightDefinition>
  }) {
    const attributes = [...(source.attributes ?? [])]
    const classes = [...(source.classes ?? [])]
    const rights = [...(source.rights ?? [])]
    this.isRead = attributes.length > 0 && classes.length > 0
    for (const attribute of attributes.length > 0 ? attributes : builtInAttributes) {
      this.#attributes.set(attribute.lDAPDisplayName.toLowerCase(), attribute)
      this.#attributesByGuid.set(attribute.schemaIDGUID, attribute)
      if (attribute.attributeID !== undefined) {
        this.#attributesByOid.set(attribute.attributeID, attribute)
      }
      const set = attribute.attributeSecurityGUID
      if (set !== undefined) append(this.#members, set, attribute)
    }
    for (const objectClass of classes.length > 0 ? classes : builtInClasses) {
      this.#classes.set(objectClass.lDAPDisplayName.toLowerCase(), objectClass)
      this.#classesByGuid.set(objectClass.schemaIDGUID, objectClass)
    }
    for (const right of rights.length > 0 ? rights : builtInRights) {
      append(this.#rights, right.rightsGuid, right)
    }
  }

  get attributes(): Iterable<AttributeDefinition> {
    return this.#attributes.values()
  }

  get classes(): Iterable<ClassDefinition> {
    return this.#classes.values()
  }

  get rights(): Iterable<RightDefinition> {
    return [...this.#rights.values()].flat()
  }

  /** The attribute of a name, or of an OID with or without the prefix `OID.`. */
  attribute(name: string): AttributeDefinition | undefined {
    const key = name.toLowerCase()
    return this.#attributes.get(key) ?? this.#attributesByOid.get(key.replace(/^oid\./, ''))
  }

  attributeByGuid(guid: Guid): AttributeDefinition | undefined {
    return this.#attributesByGuid.get(guid)
  }

  class(name: string): ClassDefinition | undefined {
    return this.#classes.get(name.toLowerCase())
  }

  classByGuid(guid: Guid): ClassDefinition | undefined {
    return this.#classesByGuid.get(guid)
  }

  /** The rights of a GUID; a validated write and a property set can have the same one. */
  rightsByGuid(guid: Guid): readonly RightDefinition[] {
    return this.#rights.get(guid) ?? []
  }

  /** schemaIDGUID of an attribute: the forest's own, so it serves for LAPS too. */
  guidOfAttribute(name: string): Guid | undefined {
    return this.attribute(name)?.schemaIDGUID
  }

  guidOfClass(name: string): Guid | undefined {
    return this.class(name)?.schemaIDGUID
  }

  /** The property set an attribute is in, by GUID: an ACE on the set is an ACE on the attribute. */
  propertySetOf(attribute: string): Guid | undefined {
    const found = this.#attributesByGuid.get(attribute) ?? this.attribute(attribute)
    return found?.attributeSecurityGUID
  }

  /** The attributes in a property set. */
  membersOf(propertySet: Guid): readonly AttributeDefinition[] {
    return this.#members.get(propertySet) ?? []
  }

  /**
   * Whether reading an attribute needs CONTROL_ACCESS beside READ_PROPERTY (MS-ADTS 3.1.1.4.4).
   * Attributes that the schema does not have are answered as Windows ships them.
   */
  isConfidential(attribute: string): boolean {
    const found = this.attribute(attribute)
    if (found === undefined) return confidential.has(attribute.toLowerCase())
    return ((found.searchFlags ?? 0) & searchFlags.confidential) !== 0
  }

  /** Syntax of an attribute. */
  syntaxOf(attribute: string): SyntaxName | undefined {
    const found = this.attribute(attribute)
    if (found?.attributeSyntax === undefined) return undefined
    return syntaxOf(found.attributeSyntax, found.oMSyntax, found.oMObjectClass)
  }

  /**
   * A class and its superclasses up to `top`, nearest first, as lDAPDisplayNames; only the name
   * itself when it is not known. Auxiliary classes are not in it.
   */
  ancestryOf(objectClass: string): readonly string[] {
    const key = objectClass.toLowerCase()
    const known = this.#ancestors.get(key)
    if (known !== undefined) return known
    const found: string[] = []
    for (let name: string | undefined = objectClass; name !== undefined;) {
      const definition: ClassDefinition | undefined = this.class(name)
      const displayName: string = definition?.lDAPDisplayName ?? name
      // `top` is its own superclass; a broken schema may have longer circles.
      if (found.includes(displayName)) break
      found.push(displayName)
      name = definition?.subClassOf
    }
    if (this.#classes.has(key)) this.#ancestors.set(key, found)
    return found
  }

  /** Whether a class is the other one or derives from it. */
  isSubclassOf(objectClass: string, ancestor: string): boolean {
    const wanted = ancestor.toLowerCase()
    return this.ancestryOf(objectClass).some((name) => name.toLowerCase() === wanted)
  }

  /**
   * Names of the attributes that an object of these classes may have, those of superclasses and auxiliary classes among them
   * (MS-ADTS 3.1.1.2.4.5). `undefined` where the schema does not say.
   */
  attributesOf(classes: readonly string[]): readonly string[] | undefined {
    // Every object may have what top says; a source without that has left these lists out.
    if ((this.class('top')?.mayContain ?? []).length === 0) return undefined
    const found = new Set<string>()
    const names = new Set(['top', ...classes.map((name) => name.toLowerCase())])
    for (const name of names) {
      const definition = this.class(name)
      if (definition === undefined) return undefined
      const { auxiliaryClass = [], mayContain = [], mustContain = [], subClassOf } = definition
      for (const attribute of [...mayContain, ...mustContain]) found.add(attribute)
      for (const more of subClassOf === undefined
        ? auxiliaryClass
        : [...auxiliaryClass, subClassOf])
        names.add(more.toLowerCase())
    }
    return [...found]
  }

  /**
   * What the object type of an ACE stands for. One GUID can be an attribute, a property set and a
   * validated write at once; the rights in the ACE's mask tell which is meant.
   */
  meaningOf(objectType: Guid, mask: number): GuidMeaning | undefined {
    const attribute = this.#attributesByGuid.get(objectType)
    const objectClass = this.#classesByGuid.get(objectType)
    const right = (accesses: number) =>
      this.rightsByGuid(objectType).find(({ validAccesses }) => (validAccesses & accesses) !== 0)

    const set = right(PROPERTY_ACCESS) ?? (this.#members.has(objectType) ? right(~0) : undefined)
    const found: [accesses: number, GuidMeaning['kind'], name: string | undefined][] = [
      [CONTROL_ACCESS, 'extendedRight', right(CONTROL_ACCESS)?.name],
      [PROPERTY_ACCESS | CONTROL_ACCESS, 'propertySet', set?.name],
      [PROPERTY_ACCESS | CONTROL_ACCESS, 'attribute', attribute?.lDAPDisplayName],
      [SELF, 'validatedWrite', right(SELF)?.name],
      [CHILD_ACCESS, 'class', objectClass?.lDAPDisplayName],
    ]
    const named = found.filter(([, , name]) => name !== undefined)
    const chosen = named.find(([accesses]) => (mask & accesses) !== 0) ?? named[0]
    return chosen && { kind: chosen[1], name: chosen[2]! }
  }
}

function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}
