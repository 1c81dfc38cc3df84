import { type Domain, type ObjectId, type Operation, type Sid, rid, sidInDomain } from '#directory'
import { aceEvidence, passedOnControl, sayAces } from '../../aces.ts'
import { sayWhoCan, trusteeEvidence } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import type { Forest, Outsider } from '../../forest.ts'
import { isShippedToExchange } from '../../mail-grants.ts'
import { dnsAdministrators, tierZeroUnits, wellKnownPlace } from '../../places.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'acl-well-known-container-control',
  category: 'acl',
  severity: 'high',
  title: 'Somebody outside Tier Zero controls a key container',
  why: 'What is set on a container reaches what is in it, now and later. Control of System, Policies, Users or the unit of the domain controllers leads to objects that the whole domain hangs on.',
  fix: 'Remove the entry. Give Tier Zero a branch of its own that inherits nothing from above.',
  attack: ['T1222.001'],
  refs: {
    spec: ['MS-ADTS 6.1.1.4', 'MS-ADTS 6.1.3'],
    anssi: ['vuln2_permissions_gpo_container_priv'],
    bloodhound: ['GenericAll', 'WriteDacl', 'PropagatesACEsTo'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['wellKnownObjects'],
  looksAt: ['container', 'organizationalUnit'],

  *checkForest(forest) {
    const { snapshot } = forest
    const known = new Map(snapshot.domains.flatMap((domain) => keyContainers(forest, domain)))
    for (const unit of tierZeroUnits(forest)) if (!known.has(unit)) known.set(unit, nobody)
    for (const [on, isShipped] of known) {
      const outsiders = controllersOf(forest, on, isShipped)
      const passedOn = passedOnControl(forest, on).filter(
        (ace) => !isShipped(ace.sid) && !isShippedToExchange(forest, on, ace),
      )
      if (outsiders.length === 0 && passedOn.length === 0) continue
      const domain = snapshot.domainOf(on)
      const heirs = sayAces(forest, passedOn, domain)
      const direct = outsiders.length === 0 ? [] : [sayWhoCan(forest, outsiders, snapshot.name(on))]
      const below = heirs.length === 0 ? [] : [`below ${snapshot.name(on)}: ${enumerate(heirs)}`]
      yield {
        on,
        says: [...direct, ...below].join('; '),
        evidence: {
          trustees: outsiders.map((outsider) => trusteeEvidence(outsider)),
          passedOn: passedOn.map((ace) => aceEvidence(forest, ace, domain)),
        },
      }
    }
  },
})

/** Whether Windows ships a container with this for a principal outside Tier Zero. Without operation: whatever it is. */
type IsShipped = (sid: Sid, operation?: Operation) => boolean

const nobody: IsShipped = () => false

function keyContainers(forest: Forest, domain: Domain): (readonly [ObjectId, IsShipped])[] {
  const { access, snapshot } = forest
  const group = (relativeId: number) => sidInDomain(domain.sid, relativeId)
  const creators: IsShipped = (sid, operation) =>
    sid === group(rid.groupPolicyCreatorOwners) && operation === access.createsChild()
  const dns: IsShipped = (sid) => dnsAdministrators(forest).has(sid)
  const remoteAccess: IsShipped = (sid) => sid === group(rid.rasAndIasServers)
  const at = (path: string) => snapshot.byDn(`${path},${domain.dn}`)
  const found: (readonly [ObjectId | undefined, IsShipped])[] = [
    [wellKnownPlace(forest, domain, 'system') ?? at('CN=System'), nobody],
    [wellKnownPlace(forest, domain, 'users') ?? at('CN=Users'), nobody],
    [wellKnownPlace(forest, domain, 'domainControllers') ?? at('OU=Domain Controllers'), nobody],
    [wellKnownPlace(forest, domain, 'deletedObjects') ?? at('CN=Deleted Objects'), nobody],
    [at('CN=Users'), nobody],
    [at('CN=Builtin'), nobody],
    [at('CN=Policies,CN=System'), creators],
    [at('CN=MicrosoftDNS,CN=System'), dns],
    [at('CN=RAS and IAS Servers Access Check,CN=System'), remoteAccess],
  ]
  return found.flatMap(([id, isShipped]) => (id === undefined ? [] : [[id, isShipped] as const]))
}

function controllersOf(forest: Forest, on: ObjectId, isShipped: IsShipped): Outsider[] {
  const { access } = forest
  return forest.outsiders(on, [...access.control, access.createsChild()]).flatMap((outsider) => {
    const can = outsider.can.filter(({ operation }) => !isShipped(outsider.sid, operation))
    return can.length === 0 ? [] : [{ ...outsider, can }]
  })
}
