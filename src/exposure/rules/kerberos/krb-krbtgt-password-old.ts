import { type Domain, rid, sidInDomain } from '#directory'
import { passwordAlsoReads, passwordEvidence, passwordTimes } from '../../account-times.ts'
import { type ForestHit, type Gap, type Severity, defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { count, day } from '../../words.ts'

export default defineExposure({
  id: 'krb-krbtgt-password-old',
  category: 'kerberos',
  severity: 'high',
  title: 'krbtgt password not changed for over a year',
  why: 'Whoever once had the keys of krbtgt can make tickets for anyone until its password has been changed twice.',
  fix: 'Reset it twice, at least ten hours apart and after replication has been checked; then once a year.',
  attack: ['T1558.001'],
  refs: {
    spec: ['MS-KILE 3.3.1.1', 'MS-ADTS 3.1.1.1.9'],
    pingcastle: ['A-Krbtgt'],
    anssi: ['vuln2_krbtgt'],
    purpleKnight: ['KerberosGoldenTicket'],
  },
  needs: ['ldap-domain'],
  looksAt: ['user', 'group'],
  reads: ['objectSid', 'pwdLastSet', 'whenCreated'],
  alsoReads: [...passwordAlsoReads],

  *checkForest(forest) {
    for (const domain of forest.snapshot.domains) {
      const result = judge(forest, domain)
      if (result !== undefined) yield result
    }
  },
})

function judge(forest: Forest, domain: Domain): ForestHit | Gap | undefined {
  const { snapshot } = forest
  const id = snapshot.bySid(sidInDomain(domain.sid, rid.krbtgt))
  if (id === undefined) return { gap: `The account krbtgt of ${domain.name} was not read.` }
  const times = passwordTimes(forest, id)
  // Ticking "must change password" on and off moves pwdLastSet and leaves the keys as they are.
  const changed = times.unicodePwd ?? times.pwdLastSet
  if (changed === undefined)
    return { gap: `When the password of ${snapshot.dn(id)} was changed could not be read.` }
  const age = forest.daysSince(changed) ?? 0
  const hasNoAes = isOlderThanAes(forest, domain, changed)
  const severity = hasNoAes ? 'critical' : severityOf(age)
  if (severity === undefined) return undefined
  return {
    on: id,
    says: `The password of krbtgt of ${domain.name} was last changed on ${day(changed)}, ${count(Math.floor(age), 'day')} ago${hasNoAes ? ', before the domain knew AES: it has no AES keys' : ''}`,
    evidence: { ...passwordEvidence(times), ageDays: Math.floor(age) },
    severity,
  }
}

function severityOf(ageDays: number): Severity | undefined {
  if (ageDays > 4 * 366) return 'critical'
  if (ageDays > 2 * 366) return 'high'
  return ageDays > 366 ? 'medium' : undefined
}

/**
 * Whether the password is older than the group of read-only controllers, which came with AES when the domain was prepared for
 * Windows Server 2008. In a domain born later both are made within the same hour, in no certain order.
 */
function isOlderThanAes(forest: Forest, domain: Domain, changed: Date): boolean {
  const group = forest.snapshot.bySid(sidInDomain(domain.sid, rid.readOnlyControllers))
  const created = group === undefined ? undefined : forest.value(group, 'whenCreated')
  return created !== undefined && created.getTime() - changed.getTime() > DAY_MS
}

const DAY_MS = 86_400_000
