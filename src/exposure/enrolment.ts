import {
  type ObjectId,
  type Operation,
  type Sid,
  enrollmentFlag,
  extendedKeyUsage,
  nameOfDn,
} from '#directory'
import type { Evidence, Gap, Hit } from './define.ts'
import { sayWhoCan, trusteeEvidence } from './control.ts'
import type { Forest, Outsider } from './forest.ts'
import { perForest } from './per-forest.ts'

/** Usages one can sign in with. */
const logonUsages: ReadonlySet<string> = new Set([
  extendedKeyUsage.clientAuthentication,
  extendedKeyUsage.smartcardLogon,
  extendedKeyUsage.pkinitClientAuthentication,
  extendedKeyUsage.anyPurpose,
])

/**
 * What certificates of a template may be used for. Schema version 1 knows only pKIExtendedKeyUsage; later ones have application
 * policies, with the former as fallback (MS-CRTD 2.4, 2.23). Empty means: for anything.
 */
export function usagesOf({ snapshot }: Forest, template: ObjectId): readonly string[] {
  const policies = snapshot.value(template, 'msPKI-Certificate-Application-Policy')
  return schemaVersionOf(snapshot.value(template, 'msPKI-Template-Schema-Version')) >= 2 &&
    policies.length > 0
    ? policies
    : snapshot.value(template, 'pKIExtendedKeyUsage')
}

/** Whether one can sign in to the domain with a certificate for these usages. */
export function allowsLogon(usages: readonly string[]): boolean {
  return usages.length === 0 || usages.some((oid) => logonUsages.has(oid))
}

/** An absent version is 1 (MS-CRTD 2.16). */
export function schemaVersionOf(version: number | undefined): number {
  return version ?? 1
}

/** Whether the CA issues at once: no manager approves, and no enrolment agent must sign. Version 1 ignores the latter. */
export function isIssuedAtOnce(template: {
  readonly 'msPKI-Template-Schema-Version': number | undefined
  readonly 'msPKI-Enrollment-Flag': number | undefined
  readonly 'msPKI-RA-Signature': number | undefined
}): boolean {
  const { 'msPKI-Enrollment-Flag': flags = 0, 'msPKI-RA-Signature': signatures = 0 } = template
  if ((flags & enrollmentFlag.pendAllRequests) !== 0) return false
  return schemaVersionOf(template['msPKI-Template-Schema-Version']) < 2 || signatures <= 0
}

/**
 * One hit that says who outside Tier Zero may enrol in a template: it is published by an authority that the forest trusts for
 * logon (NTAuth), and both the template and the authority let them. Nothing when it is not published or nobody may. With
 * `orControl`, also who controls the template, and so can let themselves enrol. `what` goes on "… and".
 */
export function enrolmentHit(
  forest: Forest,
  template: ObjectId,
  what: string,
  evidence: Evidence,
  options: EnrolmentOptions = {},
): Hit | undefined {
  const enrollers = enrollersOf(forest, template, options)
  if (enrollers === undefined) return undefined
  const { authorities, outsiders } = enrollers
  return {
    says: `${sayWhoCan(forest, outsiders, `Template ${forest.snapshot.name(template)}`)}, ${what}`,
    evidence: {
      ...evidence,
      authorities,
      trustees: outsiders.map((outsider) => trusteeEvidence(outsider)),
    },
  }
}

interface EnrolmentOptions {
  readonly except?: (sid: Sid) => boolean
  readonly orControl?: true
}

function enrollersOf(
  forest: Forest,
  template: ObjectId,
  options: EnrolmentOptions,
):
  | { readonly authorities: readonly string[]; readonly outsiders: readonly Outsider[] }
  | undefined {
  const { snapshot, access } = forest
  const authorities = publishers(forest).get(nameOfDn(snapshot.dn(template)).toLowerCase()) ?? []
  const enrol = access.extendedRight('Certificate-Enrollment')
  if (authorities.length === 0 || enrol === undefined) return undefined
  const operations = [enrol, ...(options.orControl === true ? access.control : [])]
  const asked = forest.outsiders(template, operations, options.except)
  const outsiders = new Map<Sid, Outsider>()
  const admitting = authorities.filter((authority) => {
    const admitted = asked
      .map((outsider) => admittedPart(forest, authority, enrol, outsider))
      .filter((outsider) => outsider !== undefined && options.except?.(outsider.sid) !== true)
    for (const outsider of admitted)
      if (outsider !== undefined) outsiders.set(outsider.sid, outsider)
    return admitted.length > 0
  })
  if (admitting.length === 0) return undefined
  return {
    authorities: admitting.map((authority) => snapshot.name(authority)),
    outsiders: [...outsiders.values()],
  }
}

/**
 * The part of a trustee that an authority lets enrol: all of it, or those that are also in a trustee of the authority, by the
 * name of whichever of the two stands for fewer. Nothing when it lets in nobody of them.
 */
function admittedPart(
  forest: Forest,
  authority: ObjectId,
  enrol: Operation,
  outsider: Outsider,
): Outsider | undefined {
  const { access, memberships, tierZero } = forest
  // Where the authority's permissions could not be read, what the template allows is what is known.
  if (!access.readable(authority)) return outsider
  const { sid } = outsider
  const holders = access.holders(authority, enrol)
  const token = memberships.tokenOfSid(sid)
  const object = memberships.objectOf(sid)
  const isAdmitted =
    object === undefined
      ? holders.some((holder) => token.has(holder.sid))
      : access.can(object, authority, enrol) !== 'no'
  if (isAdmitted) return outsider
  const parts = holders.filter(
    (holder) =>
      !tierZero.has(holder.sid) &&
      holder.except?.some((denied) => token.has(denied)) !== true &&
      sharesOne(forest, authority, enrol, sid, holder.sid),
  )
  const [holder] = parts.toSorted((a, b) => memberships.reach(a.sid) - memberships.reach(b.sid))
  if (holder === undefined || memberships.reach(sid) <= memberships.reach(holder.sid))
    return holder && outsider
  return {
    sid: holder.sid,
    name: forest.nameOf(holder.sid),
    can: [{ operation: enrol, holder }],
  }
}

/** Whether somebody outside Tier Zero whom the authority lets enrol is in both trustees. */
function sharesOne(
  { access, memberships, snapshot, tierZero }: Forest,
  authority: ObjectId,
  enrol: Operation,
  one: Sid,
  other: Sid,
): boolean {
  const [these, those] = [one, other].map((sid) => {
    const object = memberships.objectOf(sid)
    return object !== undefined && snapshot.isA(object, 'user')
      ? Uint32Array.of(object)
      : memberships.peopleOf(sid)
  })
  if (these === undefined || those === undefined) return false
  if (these === 'many' && those === 'many') return true
  let left = MOST_ASKED
  for (const id of inBoth(these, those)) {
    if (!snapshot.isA(id, 'user') || tierZero.hasObject(id)) continue
    if (access.can(id, authority, enrol) !== 'no') return true
    if (--left === 0) return false
  }
  return false
}

/** That many refused stand for all. */
const MOST_ASKED = 1000

/** What is in two ascending lists, one of which may be of everybody. */
function* inBoth(a: Uint32Array | 'many', b: Uint32Array | 'many'): Generator<ObjectId> {
  if (a === 'many' || b === 'many') {
    if (a !== 'many') yield* a
    if (b !== 'many') yield* b
    return
  }
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    const [x = 0, y = 0] = [a[i], b[j]]
    if (x === y) yield x
    if (x <= y) i++
    if (y <= x) j++
  }
}

/** What is read of authorities to tell which templates are published. */
export const publicationReads = ['cACertificate', 'certificateTemplates'] as const

/** Authorities trusted for logon, by lower-case name of the templates they publish. */
const publishers = perForest((forest): ReadonlyMap<string, readonly ObjectId[]> => {
  const { snapshot } = forest
  const result = new Map<string, ObjectId[]>()
  const trusted = trustedForLogon(forest)
  for (const authority of snapshot.ofKind('certificationAuthority')) {
    const certificates = snapshot.value(authority, 'cACertificate')
    // Where certificates were not read, nothing speaks against it.
    if (
      trusted !== undefined &&
      certificates.length > 0 &&
      !certificates.some((certificate) => trusted.has(certificate.toHex()))
    )
      continue
    for (const template of snapshot.value(authority, 'certificateTemplates')) {
      const key = template.toLowerCase()
      const list = result.get(key)
      if (list === undefined) result.set(key, [authority])
      else list.push(authority)
    }
  }
  return result
})

/** `CN=Public Key Services`, which every forest has; nothing when it was not read. */
export function publicKeyServices({ snapshot }: Forest): ObjectId | undefined {
  const configuration = snapshot.configurationDn
  return configuration === undefined
    ? undefined
    : snapshot.byDn(`CN=Public Key Services,CN=Services,${configuration}`)
}

/** What a rule says that cannot tell, since nothing below Public Key Services was read. */
export const servicesUnread: Gap = {
  gap: 'CN=Public Key Services, which every forest has, could not be read.',
}

/** The store of authorities whose certificates the forest accepts for logon; undefined when there is none or it was not read. */
export function ntAuthStore(forest: Forest): ObjectId | undefined {
  const services = publicKeyServices(forest)
  return services === undefined
    ? undefined
    : forest.snapshot.byDn(`CN=NTAuthCertificates,${forest.snapshot.dn(services)}`)
}

/** Certificates in the store, as hex digits. The attribute is mandatory: a store without was not read. */
function trustedForLogon(forest: Forest): ReadonlySet<string> | undefined {
  const store = ntAuthStore(forest)
  const certificates = store === undefined ? [] : forest.snapshot.value(store, 'cACertificate')
  return certificates.length === 0
    ? undefined
    : new Set(certificates.map((certificate) => certificate.toHex()))
}
