import {
  type ObjectId,
  type Operation,
  type Sid,
  enrollmentFlag,
  extendedKeyUsage,
  wellKnownSid,
} from '#directory'
import type { Evidence, Hit } from './define.ts'
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
export function isIssuedAtOnce(
  version: number | undefined,
  flags: number | undefined,
  signatures: number | undefined,
): boolean {
  if (((flags ?? 0) & enrollmentFlag.pendAllRequests) !== 0) return false
  return schemaVersionOf(version) < 2 || (signatures ?? 0) <= 0
}

/** Who outside Tier Zero can get a certificate of a published template, and from which authorities. */
export interface Enrollers {
  readonly authorities: readonly string[]
  readonly outsiders: readonly Outsider[]
}

/**
 * Who outside Tier Zero may enrol in a template: it is published by an authority that the forest trusts for logon (NTAuth), and
 * both the template and the authority let them. Nothing when it is not published or nobody may.
 */
export function enrollersOf(
  forest: Forest,
  template: ObjectId,
  except?: (sid: Sid) => boolean,
): Enrollers | undefined {
  const { snapshot, access } = forest
  const authorities =
    publishers(forest).get(snapshot.value(template, 'cn')?.toLowerCase() ?? '') ?? []
  const enrol = access.extendedRight('Certificate-Enrollment')
  if (authorities.length === 0 || enrol === undefined) return undefined
  const asked = forest.outsiders(template, [enrol], except)
  const admitting = authorities.flatMap((authority) => {
    const admitted = asked.filter(({ sid }) => admits(forest, authority, enrol, sid))
    return admitted.length === 0 ? [] : [{ authority, admitted }]
  })
  if (admitting.length === 0) return undefined
  const sids = new Set(admitting.flatMap(({ admitted }) => admitted.map(({ sid }) => sid)))
  return {
    authorities: admitting.map(({ authority }) => snapshot.name(authority)),
    outsiders: asked.filter(({ sid }) => sids.has(sid)),
  }
}

/** One hit that says who can enrol; `what` goes on "… and". */
export function enrolmentHit(
  forest: Forest,
  template: ObjectId,
  { authorities, outsiders }: Enrollers,
  what: string,
  evidence: Evidence,
): Hit {
  return {
    says: `${sayWhoCan(forest, outsiders, `Template ${forest.snapshot.name(template)}`)}, ${what}`,
    evidence: {
      ...evidence,
      authorities,
      trustees: outsiders.map((outsider) => trusteeEvidence(outsider)),
    },
  }
}

/** Whether the authority lets the trustee enrol: it or a group it is in may, or one of its members may. */
function admits(
  { snapshot, access, memberships, tierZero }: Forest,
  authority: ObjectId,
  enrol: Operation,
  sid: Sid,
): boolean {
  // Where the authority's permissions could not be read, what the template allows is what is known.
  if (!access.readable(authority)) return true
  const trustee = snapshot.bySid(sid)
  const token = trustee === undefined ? undefined : memberships.tokenOf(trustee)
  return access.holders(authority, enrol).some(({ sid: holder }) => {
    if (holder === sid || holder === wellKnownSid.everyone || token?.has(holder) === true)
      return true
    if (holder === wellKnownSid.authenticatedUsers) return sid !== wellKnownSid.anonymous
    // A smaller group than the template lets in: its members can, when they are in the trustee.
    const group = snapshot.bySid(holder)
    return group !== undefined && !tierZero.hasObject(group) && memberships.tokenOf(group).has(sid)
  })
}

/** Authorities trusted for logon, by lower-case name of the templates they publish. */
const publishers = perForest((forest): ReadonlyMap<string, readonly ObjectId[]> => {
  const { snapshot } = forest
  const result = new Map<string, ObjectId[]>()
  const trusted = trustedForLogon(forest)
  for (const authority of snapshot.ofKind('certificationAuthority')) {
    const certificates = snapshot.value(authority, 'cACertificate')
    if (
      trusted !== undefined &&
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

/** The store of authorities whose certificates the forest accepts for logon; undefined when it was not read. */
export function ntAuthStore({ snapshot }: Forest): ObjectId | undefined {
  const configuration = snapshot.configurationDn
  return configuration === undefined
    ? undefined
    : snapshot.byDn(`CN=NTAuthCertificates,CN=Public Key Services,CN=Services,${configuration}`)
}

function trustedForLogon(forest: Forest): ReadonlySet<string> | undefined {
  const store = ntAuthStore(forest)
  if (store === undefined) return undefined
  return new Set(
    forest.snapshot.value(store, 'cACertificate').map((certificate) => certificate.toHex()),
  )
}
