import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { tierZeroUnits, wellKnownPlace } from '../../places.ts'

export default defineExposure({
  id: 'gpo-link-write-domain',
  category: 'gpo',
  severity: 'critical',
  title: 'Somebody outside Tier Zero can link policies to the domain or to units of Tier Zero',
  why: 'A linked policy runs what its author wants on every machine below. At the head of the domain or on the unit of the domain controllers that is control of the forest.',
  fix: 'Remove the delegation. Only Tier Zero may link policies here.',
  attack: ['T1484.001'],
  refs: {
    spec: ['MS-GPOL 2.2.2', 'MS-ADTS 6.1.1.4'],
    anssi: ['vuln1_permissions_naming_context', 'vuln2_permissions_gpo_container_priv'],
    purpleKnight: ['WeakGPOLinkingOnDomain', 'WeakGPOLinkingOnDCOU'],
    bloodhound: ['WriteGPLink'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: ['domain', 'organizationalUnit'],
  reads: ['gPLink', 'gPOptions', 'wellKnownObjects'],

  check({ id, gPLink, gPOptions }, forest) {
    const { access, snapshot } = forest
    const domain = snapshot.domainOf(id)
    const matters =
      domain?.head === id ||
      tierZeroUnits(forest).has(id) ||
      (domain !== undefined && wellKnownPlace(forest, domain, 'domainControllers') === id)
    if (!matters) return
    const hit = outsiderHit(forest, id, [
      ...access.control,
      access.writes('gPLink'),
      access.writes('gPOptions'),
    ])
    return (
      hit && {
        ...hit,
        evidence: { ...hit.evidence, gPLink: gPLink ?? null, gPOptions: gPOptions ?? 0 },
      }
    )
  },
})
