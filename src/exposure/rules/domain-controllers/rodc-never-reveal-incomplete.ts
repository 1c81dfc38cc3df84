import { type Domain, type ObjectId, type Sid, builtinSid, rid, sidInDomain } from '#directory'
import { isReadOnlyController } from '../../controllers.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'rodc-never-reveal-incomplete',
  category: 'domain-controllers',
  severity: 'high',
  title: 'Deny list of a read-only domain controller misses privileged groups',
  why: 'A read-only domain controller stands where it may be stolen. What is not on its deny list may be kept on it, with its password hash.',
  fix: 'Put the five default principals back on the deny list: Administrators, Account, Server and Backup Operators, and the Denied RODC Password Replication Group.',
  attack: ['T1003.003'],
  refs: {
    spec: ['MS-ADTS 6.1.1.3.2', 'MS-ADA2 msDS-NeverRevealGroup'],
    pingcastle: ['P-RODCNeverReveal'],
    anssi: ['vuln3_rodc_never_reveal'],
    purpleKnight: ['RiskyRODCCreds'],
  },
  needs: ['ldap-domain'],
  over: 'computer',
  reads: ['sAMAccountName', 'userAccountControl', 'primaryGroupID', 'msDS-NeverRevealGroup'],

  check({ id, sAMAccountName, 'msDS-NeverRevealGroup': denied }, forest) {
    const domain = forest.snapshot.domainOf(id)
    if (domain === undefined || !isReadOnlyController(forest, id)) return
    const missing = wantedIn(domain).filter((sid) => !isListed(forest, denied, sid, domain))
    if (missing.length === 0) return
    const unread = denied.filter((dn) => forest.snapshot.byDn(dn) === undefined)
    if (unread.length > 0)
      return {
        gap: `Entries of the deny list of ${sAMAccountName} could not be read, such as ${unread[0]}.`,
      }
    return {
      says: `The read-only domain controller ${sAMAccountName} may keep the passwords of ${enumerate(
        missing.map((sid) => forest.nameOf(sid, domain)),
        5,
      )}`,
      evidence: { 'msDS-NeverRevealGroup': denied, missing },
    }
  },
})

function wantedIn(domain: Domain): readonly Sid[] {
  return [
    builtinSid.administrators,
    builtinSid.accountOperators,
    builtinSid.serverOperators,
    builtinSid.backupOperators,
    sidInDomain(domain.sid, rid.deniedRodcPasswordReplication),
  ]
}

function isListed(forest: Forest, dns: readonly string[], sid: Sid, domain: Domain): boolean {
  const wanted: ObjectId | undefined = forest.memberships.objectOf(sid, domain)
  return dns.some((dn) => {
    const id = forest.snapshot.byDn(dn)
    return id !== undefined && (id === wanted || forest.snapshot.sid(id) === sid)
  })
}
