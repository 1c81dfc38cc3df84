import { type Sid, domainOfSid, firstOrdinaryRid, isDomainSid, ridOfSid } from '#directory'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'acct-sidhistory-privileged',
  category: 'accounts',
  severity: 'critical',
  title: 'SID history holds a privileged, local or same-domain SID',
  why: 'Whatever SID stands there is put into the tokens of the account: it has the rights of that group without being in it, and no list of members shows it.',
  fix: 'Clear the attribute at once, and treat the account as a back door until you know who wrote it.',
  attack: ['T1134.005'],
  refs: {
    spec: ['MS-ADA3 sIDHistory', 'MS-PAC 4.1.2.2'],
    pingcastle: ['T-SIDHistoryDangerous', 'T-SIDHistorySameDomain'],
    anssi: ['vuln2_sidhistory_dangerous'],
    purpleKnight: ['SIDHistoryPrivilegedSID'],
    bloodhound: ['HasSIDHistory'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount', 'group'],
  reads: ['sAMAccountName', 'objectSid', 'sIDHistory'],

  check({ id, sAMAccountName, objectSid, sIDHistory }, forest) {
    const bad = sIDHistory.flatMap((sid) => {
      const reason = reasonAgainst(forest, sid, objectSid, id)
      return reason === undefined ? [] : [{ sid, reason }]
    })
    if (bad.length === 0) return
    return {
      says: `${sAMAccountName} has in its SID history ${enumerate(bad.map(({ sid, reason }) => `${forest.nameOf(sid)}, ${reason}`))}`,
      evidence: { sIDHistory, bad },
    }
  },
})

/** Why a SID should not be in a history; nothing for one that a migration may have left. */
function reasonAgainst(forest: Forest, sid: Sid, own: Sid, id: number): string | undefined {
  const { snapshot, tierZero } = forest
  const domain = domainOfSid(sid)
  if (domain === undefined || !isDomainSid(domain)) return 'which is of no domain'
  if (domain === domainOfSid(own)) return 'which is of its own domain'
  if ((ridOfSid(sid) ?? 0) < firstOrdinaryRid) return 'which every domain is born with'
  // An account that brings a Tier Zero SID is of Tier Zero for it; what counts is whose SID it is.
  const holder = snapshot.allBySid(sid).find((object) => object !== id)
  const isPrivileged = holder === undefined ? tierZero.has(sid) : tierZero.hasObject(holder)
  return isPrivileged ? 'which is of Tier Zero' : undefined
}
