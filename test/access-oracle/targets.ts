import fc from 'fast-check'
import {
  type Ace,
  type SchemaIndex,
  type SecurityDescriptor,
  aceFlags,
  aceType,
  genericRights,
  isDeny,
  right,
  wellKnownSid,
  writeSecurityDescriptor,
} from '#directory'
import type { SambaDc } from '../samba.ts'
import { added, allow, attributes, closed, guidOfRight, modified, quoted } from './domain.ts'
import { type Kind, type Target, kidOf, kinds } from './tries.ts'

/** SIDs that ACEs and owners are made of. */
export interface Cast {
  readonly actors: readonly string[]
  readonly groups: readonly string[]
}

/** As many objects of each kind as asked for, below an organizational unit of their own, with descriptors made from a seed. */
export async function makeTargets(
  dc: SambaDc,
  schema: SchemaIndex,
  cast: Cast,
  { seed, ofEachKind }: { seed: number; ofEachKind: number },
): Promise<Target[]> {
  const box = `OU=Box,${dc.baseDn}`
  const targets = kinds.flatMap((kind, place) => {
    const arbitrary = descriptors(dc, kind, schema, cast)
    const made = fc.sample(arbitrary, { seed: seed + place, numRuns: ofEachKind - 1 })
    return [inHalves(dc, schema, cast), ...made].map((descriptor, i): Target => {
      const name = `${kind.slice(0, 2)}${i}`
      const dn = `${kind === 'organizationalUnit' ? 'OU' : 'CN'}=${name},${box}`
      return { dn, name, kind, descriptor, password: 'Gl4cis-one' }
    })
  })
  const owned = [
    allow(genericRights.all, `${dc.domainSid}-500`),
    allow(right.listContents | right.readProperty, wellKnownSid.authenticatedUsers),
  ]
  const secured = (dn: string, descriptor: SecurityDescriptor) =>
    modified(dn, { nTSecurityDescriptor: Buffer.from(writeSecurityDescriptor(descriptor)) })
  const open = closed(owned, `${dc.domainSid}-512`)
  await dc.modifyAsSystem(
    added(box, { objectClass: 'organizationalUnit' }) +
      secured(box, open) +
      targets
        .flatMap((target) => [
          ...objectsOf(target),
          ...kidsOf(target).map((dn) => secured(dn, open)),
          secured(target.dn, target.descriptor),
        ])
        .join(''),
  )
  return targets
}

/** LDIF of a target and of what is below it, so that neither can really be deleted. */
function objectsOf({ dn, name, kind, password }: Target): string[] {
  const values = Object.values(attributes).map((attribute) => [attribute, 'first'])
  const account = kind === 'computer' ? `${name}$` : name
  const target = added(dn, {
    objectClass: kind,
    ...Object.fromEntries(values),
    ...(kind === 'organizationalUnit' ? {} : { sAMAccountName: account }),
    ...(kind === 'user' ? { userAccountControl: '512', unicodePwd: quoted(password) } : {}),
    ...(kind === 'computer' ? { userAccountControl: '4096' } : {}),
  })
  if (kind !== 'organizationalUnit')
    return [target, added(kidOf(dn, kind), { objectClass: 'classStore' })]
  const [unit, user] = [kidOf(dn, kind), kidOf(dn, 'user')]
  return [
    target,
    added(unit, { objectClass: 'organizationalUnit' }),
    added(kidOf(unit, 'organizationalUnit'), { objectClass: 'organizationalUnit' }),
    added(user, { objectClass: 'user', sAMAccountName: `kid${name}` }),
    added(kidOf(user, 'user'), { objectClass: 'classStore' }),
  ]
}

function kidsOf({ dn, kind }: Target): string[] {
  return kind === 'organizationalUnit' ? [kidOf(dn, kind), kidOf(dn, 'user')] : [kidOf(dn, kind)]
}

/** A descriptor that lets an actor read the confidential attribute by two ACEs of different kinds, which chance seldom makes. */
function inHalves({ domainSid }: SambaDc, schema: SchemaIndex, { actors }: Cast) {
  const [actor] = actors
  const objectType = schema.guidOfAttribute(attributes.confidential)
  return closed(
    [
      allow(genericRights.all, `${domainSid}-500`),
      { ...allow(right.readProperty, actor!), type: aceType.accessAllowedObject, objectType },
      allow(right.controlAccess, actor!),
    ],
    `${domainSid}-512`,
  )
}

/** Descriptors whose ACEs are mostly about what there is on objects of a kind. The first lets Administrator in. */
function descriptors(
  { domainSid }: SambaDc,
  kind: Kind,
  schema: SchemaIndex,
  { actors, groups }: Cast,
): fc.Arbitrary<SecurityDescriptor> {
  const everybody = ['S-1-1-0', 'S-1-5-11', 'S-1-5-7', 'S-1-5-2', 'S-1-5-32-545', 'S-1-5-32-554']
  const relative = [512, 513, 515].map((rid) => `${domainSid}-${rid}`)
  const standIns = ['S-1-5-10', 'S-1-5-10', 'S-1-3-0', 'S-1-3-4']
  const strangers = ['S-1-5-32-544', 'S-1-5-21-1-2-3-4']
  const own = [...actors, ...groups]
  const trustee = fc.constantFrom(
    ...own,
    ...own,
    ...everybody,
    ...relative,
    ...standIns,
    ...strangers,
  )
  const heir = fc.constantFrom(...kinds.map((one) => schema.guidOfClass(one)!))
  const ace = fc
    .record({
      allows: fc.constantFrom(true, true, false),
      flags: fc.constantFrom(...inheritance),
      rights: rightsOn(kind, schema),
      sid: trustee,
      heirs: fc.option(heir, { freq: 6, nil: undefined }),
    })
    .map(({ allows, flags, rights: { mask, objectType }, sid, heirs }): Ace => {
      const inheritedObjectType = (flags & aceFlags.containerInherit) === 0 ? undefined : heirs
      const isObject = objectType !== undefined || inheritedObjectType !== undefined
      const types = isObject
        ? [aceType.accessAllowedObject, aceType.accessDeniedObject]
        : [aceType.accessAllowed, aceType.accessDenied]
      const type = types[allows ? 0 : 1]!
      return { type, flags, mask: mask >>> 0, sid, objectType, inheritedObjectType }
    })
  const admins = `${domainSid}-512`
  return fc
    .record({
      aces: fc.array(ace, { maxLength: 8, size: 'max' }),
      isCanonical: fc.boolean(),
      owner: fc.constantFrom(admins, admins, ...own),
    })
    .map(({ aces, isCanonical, owner }) => {
      const ordered = isCanonical ? aces.toSorted((a, b) => rank(a) - rank(b)) : aces
      return closed([allow(genericRights.all, `${domainSid}-500`), ...ordered], owner)
    })
}

function rank({ type }: Ace): number {
  return isDeny(type) ? 0 : 1
}

const { containerInherit, objectInherit, noPropagateInherit, inheritOnly } = aceFlags
const inheritance = [
  0,
  0,
  0,
  0,
  0,
  containerInherit,
  containerInherit | noPropagateInherit,
  containerInherit | objectInherit,
  containerInherit | inheritOnly,
]

/** Rights that go together, on what they can be about. */
function rightsOn(kind: Kind, schema: SchemaIndex) {
  const ofClass = (name: string) => schema.guidOfClass(name)!
  const withSet = (name: string) =>
    [schema.guidOfAttribute(name), schema.propertySetOf(name)].filter((guid) => guid !== undefined)
  const extended = (name: string) => guidOfRight(schema, name)
  const common = [
    ...Object.values(attributes).flatMap(withSet),
    ofClass(kind),
    ofClass('container'),
  ]
  const confidential = [ofClass(kind), ...withSet(attributes.confidential)]
  const validated = ['member', 'servicePrincipalName', 'dNSHostName'].flatMap(withSet)
  const { readProperty, writeProperty, controlAccess, self, createChild, deleteChild } = right
  const { listContents, readControl, writeDacl, writeOwner, delete: deletes } = right
  const about = (rights: readonly number[], types: readonly string[], untyped = 5) =>
    fc.record({
      mask: fc.subarray([...rights], { minLength: 1 }).map((bits) => bits.reduce((a, b) => a | b)),
      objectType: fc.option(fc.constantFrom(...types), { nil: undefined, freq: untyped }),
    })
  return fc.oneof(
    { weight: 4, arbitrary: about([readProperty, writeProperty], common) },
    { weight: 3, arbitrary: about([readProperty, controlAccess], confidential, 1) },
    {
      weight: 2,
      arbitrary: about(
        [controlAccess],
        [
          extended('User-Force-Change-Password'),
          extended('User-Change-Password'),
          schema.guidOfAttribute(attributes.confidential)!,
        ],
      ),
    },
    {
      weight: kind === 'computer' || kind === 'group' ? 3 : 1,
      arbitrary: about([self, writeProperty], validated),
    },
    {
      weight: kind === 'organizationalUnit' ? 4 : 1,
      arbitrary: about([createChild, deleteChild], kinds.map(ofClass)),
    },
    {
      weight: 3,
      arbitrary: about(
        [listContents, readControl, writeDacl, writeOwner, deletes],
        [ofClass(kind), ofClass('container')],
        1,
      ),
    },
    {
      weight: 2,
      arbitrary: fc.record({
        mask: fc.constantFrom(
          right.genericAll,
          right.genericRead,
          right.genericWrite,
          right.genericExecute,
          genericRights.all,
          genericRights.write,
        ),
        objectType: fc.constant(undefined),
      }),
    },
  )
}
