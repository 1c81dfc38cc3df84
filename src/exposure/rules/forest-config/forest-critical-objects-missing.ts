import { type Domain, type Sid, builtinSid, rid, sidInDomain } from '#directory'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { wellKnownPlace } from '../../places.ts'

export default defineExposure({
  id: 'forest-critical-objects-missing',
  category: 'forest-config',
  severity: 'high',
  title: 'Critical directory objects are missing or unreadable',
  why: 'Every domain has these objects, and every account may see them. One that cannot be seen was deleted, or somebody hides it and what was done to it.',
  fix: 'Look for the object as an administrator; restore it from a backup when it is gone, and find out what happened.',
  attack: ['T1564.002', 'T1485'],
  refs: {
    spec: ['MS-ADTS 6.1.1.1', 'MS-ADTS 6.1.1.4', 'MS-ADTS 6.1.1.6'],
    anssi: ['vuln1_critical_objects'],
  },
  needs: ['ldap-domain', 'ldap-config'],
  reads: ['objectSid', 'objectClass', 'wellKnownObjects'],
  looksAt: ['user', 'group', 'organizationalUnit', 'container', 'domain'],

  *checkForest(forest) {
    const { snapshot } = forest
    const partial = snapshot.coverage.filter(
      ({ source, state, gaps }) =>
        state === 'partial' &&
        isOurs(source) &&
        gaps?.some(({ hides }) => hides === undefined) === true,
    )
    // What a gap may hide is not missing, and the engine tells of the gap.
    if (partial.length > 0) return
    for (const { what, dn } of [
      ...snapshot.domains.flatMap((domain) => missingIn(forest, domain)),
      ...missingInForest(forest),
    ]) {
      yield {
        on: dn,
        says: `${what} is missing, or may not be seen by the account that read the directory`,
        evidence: { expected: dn },
      }
    }
  },
})

interface Missing {
  readonly what: string
  readonly dn: string
}

function isOurs(source: string): boolean {
  return source === 'ldap-domain' || source === 'ldap-config'
}

function missingIn(forest: Forest, domain: Domain): Missing[] {
  const { snapshot } = forest
  const sids: readonly Sid[] = [
    builtinSid.administrators,
    ...[rid.krbtgt, rid.domainAdmins, rid.controllers].map((relative) =>
      sidInDomain(domain.sid, relative),
    ),
    ...(domain.isRoot ? [rid.schemaAdmins, rid.enterpriseAdmins] : []).map((relative) =>
      sidInDomain(domain.sid, relative),
    ),
  ]
  const unit = wellKnownPlace(forest, domain, 'domainControllers')
  const places = [
    'CN=AdminSDHolder,CN=System',
    'CN=Policies,CN=System',
    ...(unit === undefined ? ['OU=Domain Controllers'] : []),
  ]
  return [
    ...sids
      .filter((sid) => forest.memberships.objectOf(sid, domain) === undefined)
      .map((sid) => ({
        what: `${forest.nameOf(sid, domain)} of ${domain.name} (${sid})`,
        dn: `<SID=${sid}>`,
      })),
    ...places
      .map((place) => `${place},${domain.dn}`)
      .filter((dn) => snapshot.byDn(dn) === undefined)
      .map((dn) => ({ what: dn, dn })),
  ]
}

function missingInForest({ snapshot }: Forest): Missing[] {
  const { configurationDn, schemaDn, coverage } = snapshot
  const hasSchema = coverage.some(
    ({ source, state }) => source === 'ldap-schema' && state !== 'absent',
  )
  const dns = [
    ...(configurationDn === undefined
      ? []
      : [configurationDn, `CN=Directory Service,CN=Windows NT,CN=Services,${configurationDn}`]),
    ...(schemaDn === undefined || !hasSchema ? [] : [schemaDn]),
  ]
  return dns.filter((dn) => snapshot.byDn(dn) === undefined).map((dn) => ({ what: dn, dn }))
}
