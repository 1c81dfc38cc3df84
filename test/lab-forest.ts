import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { collect } from '#collect'
import {
  type Ace,
  type LdapProbe,
  type RawAttribute,
  type SecurityDescriptor,
  type Sid,
  type Snapshot,
  SnapshotBuilder,
  aceFlags,
  aceType,
  descriptorControl,
  dnKey,
  inheritDescriptor,
  nameOfDn,
  parentDn,
  parseGuid,
  readSecurityDescriptor,
  readSid,
  writeGuid,
  writeSecurityDescriptor,
  writeSid,
} from '#directory'
import { assess, catalogue } from '#exposure'

const lab = join(import.meta.dirname, '../../shared/lab/goad-essos.ldif.gz')

/** Skips a test by name where the laboratory's data is not there. */
export const needsLab = existsSync(lab) ? false : 'needs ../shared/lab/goad-essos.ldif.gz'

/** A value as a directory keeps it: text (numbers, DNs, times and TRUE too), or octets. */
export type Value = string | number | Uint8Array
/** Attributes of an object; nothing for one that is to be taken away. */
export type Attributes = Readonly<Record<string, Value | readonly Value[] | undefined>>

/** When the laboratory was read: the clock of its tests. */
export const labNow = new Date('2024-01-05T00:00:00Z')

/** What was found in a forest: DNs by exposure; reasons by exposure for what could not be told. */
export interface Verdicts {
  readonly findings: Readonly<Record<string, readonly string[]>>
  readonly passed: readonly string[]
  readonly notAssessed: Readonly<Record<string, string>>
}

/** The public laboratory's real Windows domain, to be changed by a test as an administrator or an intruder would change it. */
export class LabForest {
  readonly dn = 'DC=essos,DC=local'
  readonly configurationDn = `CN=Configuration,${this.dn}`
  readonly schemaDn = `CN=Schema,${this.configurationDn}`
  readonly domainSid: Sid = 'S-1-5-21-1757510637-1147777529-968741302'
  readonly #snapshot: Snapshot
  /** What every laboratory begins with is shared: an object is replaced, never changed. */
  readonly #objects: Map<string, LabObject>
  #serial = 9000
  readonly #rootDse: Map<string, readonly string[]>
  readonly #probes: LdapProbe[] = []

  private constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot
    this.#rootDse = new Map(snapshot.rootDse)
    this.#objects = new Map(objectsOf(snapshot))
  }

  static async open(): Promise<LabForest> {
    return new LabForest(await readLab())
  }

  /** A DN below the domain, from the part before it: `CN=Users`. */
  at(relative: string): string {
    return `${relative},${this.dn}`
  }

  /** SID of a principal by its DN, or of a relative identifier of the domain. */
  sid(of: string | number): Sid {
    return typeof of === 'number'
      ? `${this.domainSid}-${of}`
      : readSid(this.raw(of, 'objectSid')[0]!)
  }

  raw(dn: string, name: string): readonly Uint8Array[] {
    return this.#object(dn).attributes.get(name.toLowerCase())?.[1] ?? []
  }

  text(dn: string, name: string): string | undefined {
    const [value] = this.raw(dn, name)
    return value === undefined ? undefined : Buffer.from(value).toString()
  }

  set(dn: string, attributes: Attributes): void {
    const object = this.#object(dn)
    const changed = new Map(object.attributes)
    for (const [name, values] of Object.entries(attributes)) {
      if (values === undefined) changed.delete(name.toLowerCase())
      else changed.set(name.toLowerCase(), [name, [values].flat().map(octets)])
    }
    this.#objects.set(dnKey(dn), { dn: object.dn, attributes: changed })
  }

  append(dn: string, name: string, ...values: readonly Value[]): void {
    this.set(dn, { [name]: [...this.raw(dn, name), ...values] })
  }

  remove(dn: string): void {
    this.#object(dn)
    this.#objects.delete(dnKey(dn))
  }

  /**
   * A new object. `classes` from top to the most special one; GUID, times and a descriptor are made for it: what is inherited
   * from its parent, owned by Domain Admins. Answers its DN.
   */
  add(dn: string, classes: readonly string[], attributes: Attributes = {}): string {
    const descriptor = inheritDescriptor({
      explicit: {
        control: descriptorControl.daclPresent,
        owner: this.sid(512),
        group: this.sid(512),
        dacl: [],
      },
      parent: this.descriptor(parentDn(dn)!),
      classGuids: [],
    })
    this.#put(dn, [])
    this.set(dn, {
      objectClass: classes,
      cn: nameOfDn(dn),
      name: nameOfDn(dn),
      objectGUID: this.#guid(),
      instanceType: 4,
      whenCreated: '20240104120000.0Z',
      whenChanged: '20240104120000.0Z',
      objectCategory: `CN=Person,${this.schemaDn}`,
      nTSecurityDescriptor: writeSecurityDescriptor(descriptor),
      ...attributes,
    })
    return dn
  }

  /** A new object like another one, with a GUID, a SID if that has one, and names of its own. Answers its DN. */
  copy(from: string, dn: string, attributes: Attributes = {}): string {
    const { attributes: all } = this.#object(from)
    const own =
      /^(?:member|memberof|objectguid|objectsid|samaccountname|cn|name|userprincipalname|serviceprincipalname|admincount|distinguishedname)$/
    this.#put(
      dn,
      [...all].flatMap(([key, attribute]) => (own.test(key) ? [] : [attribute])),
    )
    const isComputer = this.raw(from, 'objectClass').some(
      (name) => Buffer.from(name).toString() === 'computer',
    )
    const name = nameOfDn(dn)
    this.set(dn, {
      cn: name,
      name,
      objectGUID: this.#guid(),
      ...(all.has('objectsid')
        ? { objectSid: writeSid(this.newSid()), sAMAccountName: isComputer ? `${name}$` : name }
        : {}),
      ...attributes,
    })
    return dn
  }

  /** A SID of the domain that nobody has yet. */
  newSid(): Sid {
    return this.sid(++this.#serial)
  }

  /** Makes somebody a member of a group, on both ends of the link. */
  join(group: string, member: string): void {
    this.append(group, 'member', member)
    this.append(member, 'memberOf', group)
  }

  descriptor(dn: string): SecurityDescriptor {
    return readSecurityDescriptor(this.raw(dn, 'nTSecurityDescriptor')[0]!)
  }

  changeDescriptor(dn: string, change: (before: SecurityDescriptor) => SecurityDescriptor): void {
    const octetsOf = writeSecurityDescriptor(change(this.descriptor(dn)))
    this.set(dn, { nTSecurityDescriptor: octetsOf })
  }

  /** Puts an explicit ACE in front of the access list of this object alone: an allowing one unless `type` says otherwise. */
  grant(dn: string, sid: Sid, mask: number, more: Partial<Ace> = {}): void {
    const isObject = more.objectType !== undefined || more.inheritedObjectType !== undefined
    const type = isObject ? aceType.accessAllowedObject : aceType.accessAllowed
    const ace: Ace = { type, flags: 0, mask, sid, ...more }
    this.changeDescriptor(dn, (before) => ({ ...before, dacl: [ace, ...(before.dacl ?? [])] }))
  }

  /** As {@link grant}, on this object and, as AD would have it, on all below that do not refuse to inherit. */
  grantBelow(dn: string, sid: Sid, mask: number, more: Partial<Ace> = {}): void {
    this.grant(dn, sid, mask, { flags: aceFlags.containerInherit, ...more })
    const suffix = `,${dnKey(dn)}`
    const flags = aceFlags.containerInherit | aceFlags.inherited
    // What hangs below the head of the domain by name only, and inherits nothing from it.
    const isElsewhere = (key: string) =>
      dn === this.dn && /,cn=configuration,dc=essos|,dc=(?:domain|forest)dnszones,/.test(key)
    for (const [key, { dn: below }] of this.#objects) {
      if (
        !key.endsWith(suffix) ||
        isElsewhere(`,${key}`) ||
        this.raw(below, 'nTSecurityDescriptor').length === 0
      )
        continue
      if ((this.descriptor(below).control & descriptorControl.daclProtected) !== 0) continue
      const isHeir =
        more.inheritedObjectType === undefined ||
        this.#snapshot.schema.guidOfClass(this.#classOf(below)) === more.inheritedObjectType
      this.changeDescriptor(below, (before) => {
        const type =
          more.objectType === undefined && more.inheritedObjectType === undefined
            ? aceType.accessAllowed
            : aceType.accessAllowedObject
        const heirFlags = isHeir ? flags : flags | aceFlags.inheritOnly
        const ace: Ace = { type, mask, sid, ...more, flags: heirFlags }
        return { ...before, dacl: [...(before.dacl ?? []), ace] }
      })
    }
  }

  build(): Snapshot {
    const builder = new SnapshotBuilder()
    for (const { dn, attributes } of this.#objects.values()) builder.add(dn, attributes.values())
    builder.setRootDse(
      [...this.#rootDse].map(([name, values]): RawAttribute => [name, values.map(octets)]),
    )
    const { origin, asked } = this.#snapshot
    const probes = this.#probes
    const coverage = this.#snapshot.coverage.map((each) =>
      each.source === 'ldap-probe' && probes.length > 0
        ? { source: each.source, state: 'read' as const }
        : each,
    )
    return builder.build({ origin, coverage, probes, asked })
  }

  /** Changes values of the rootDSE. */
  setRootDse(values: Readonly<Record<string, string | readonly string[]>>): void {
    for (const [name, value] of Object.entries(values))
      this.#rootDse.set(name.toLowerCase(), [value].flat())
  }

  /** What a controller answered to the LDAP probes. */
  probe(answers: Partial<LdapProbe>): void {
    this.#probes.push({ server: 'meereen.essos.local', gaps: [], ...answers })
  }

  verdicts(now = labNow): Verdicts {
    const { findings, passed, notAssessed } = assess(this.build(), catalogue, now)
    return {
      findings: Object.fromEntries(
        findings.map(({ rule, objects }) => [rule.id, objects.map(({ dn }) => dn).toSorted()]),
      ),
      passed: passed.map(({ id }) => id),
      notAssessed: Object.fromEntries(notAssessed.map(({ rule, because }) => [rule.id, because])),
    }
  }

  #classOf(dn: string): string {
    return Buffer.from(this.raw(dn, 'objectClass').at(-1)!).toString()
  }

  #guid(): Uint8Array {
    return writeGuid(
      parseGuid(`00000000-0000-4000-8000-${String(++this.#serial).padStart(12, '0')}`),
    )
  }

  #put(dn: string, attributes: readonly RawAttribute[]): void {
    this.#objects.set(dnKey(dn), labObject(dn, attributes))
  }

  #object(dn: string): LabObject {
    const object = this.#objects.get(dnKey(dn))
    if (object === undefined) throw new RangeError(`the laboratory has no ${dn}`)
    return object
  }
}

interface LabObject {
  readonly dn: string
  readonly attributes: ReadonlyMap<string, RawAttribute>
}

function labObject(dn: string, attributes: readonly RawAttribute[]): LabObject {
  return { dn, attributes: new Map(attributes.map((each) => [each[0].toLowerCase(), each])) }
}

let untouched: ReadonlyMap<string, LabObject> | undefined

/** The objects of the one snapshot that was read, made once. */
function objectsOf(snapshot: Snapshot): ReadonlyMap<string, LabObject> {
  untouched ??= new Map(
    Array.from({ length: snapshot.count }, (_, id) => {
      const names = snapshot.attributeNames.filter((name) => snapshot.has(id, name))
      const attributes = names.map((name): RawAttribute => [name, snapshot.raw(id, name)])
      return [dnKey(snapshot.dn(id)), labObject(snapshot.dn(id), attributes)]
    }),
  )
  return untouched
}

let read: Promise<Snapshot> | undefined

function readLab(): Promise<Snapshot> {
  return (read ??= collect(lab))
}

function octets(value: Value): Uint8Array {
  return typeof value === 'object' ? value : Buffer.from(String(value))
}

/** What is new in one set of findings, as `id: DN`. */
export function addedTo(before: Verdicts, after: Verdicts): readonly string[] {
  const lines = ({ findings }: Verdicts) =>
    Object.entries(findings).flatMap(([id, dns]) => dns.map((dn) => `${id}: ${dn}`))
  const known = new Set(lines(before))
  return lines(after).filter((line) => !known.has(line))
}
