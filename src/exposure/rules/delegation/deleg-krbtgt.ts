import { rid, ridOfSid } from '#directory'
import { type Gap, type Hit, defineExposure } from '../../define.ts'
import { actorsOn, isTicketService, unreadActors } from '../../delegation-targets.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'deleg-krbtgt',
  category: 'delegation',
  severity: 'critical',
  title: 'Delegation to krbtgt',
  why: 'Who may act for others towards krbtgt can get a ticket-granting ticket for anybody, which is a golden ticket without the key. Nobody sets this up but an intruder who means to come back.',
  fix: 'Clear the value, treat it as a sign of an intruder, and change the password of krbtgt twice.',
  attack: ['T1558.001', 'T1098'],
  refs: {
    spec: ['MS-SFU 3.2.5.2', 'MS-KILE 3.3.1.1'],
    purpleKnight: ['RBCDOnkrbtgt', 'ConstrainedDelegationToKRBTGT'],
    bloodhound: ['AllowedToAct', 'AllowedToDelegate'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: ['user', 'computer', 'managedAccount'],
  reads: [
    'sAMAccountName',
    'objectSid',
    'msDS-SecondaryKrbTgtNumber',
    'msDS-AllowedToActOnBehalfOfOtherIdentity',
    'msDS-AllowedToDelegateTo',
  ],

  check(row, forest): Hit | Gap | undefined {
    const { sAMAccountName } = row
    const isTicketAccount =
      ridOfSid(row.objectSid) === rid.krbtgt ||
      row['msDS-SecondaryKrbTgtNumber'] !== undefined ||
      /^krbtgt_/i.test(sAMAccountName)
    const actors = isTicketAccount
      ? actorsOn(forest, row.id, row['msDS-AllowedToActOnBehalfOfOtherIdentity'])
      : []
    const targets = row['msDS-AllowedToDelegateTo'].filter((spn) => isTicketService(spn))
    if (actors.length > 0) {
      return {
        says: `${enumerate(actors.map(({ name }) => name))} may act as anyone towards ${sAMAccountName}`,
        evidence: { 'msDS-AllowedToActOnBehalfOfOtherIdentity': actors },
      }
    }
    if (targets.length === 0) return isTicketAccount ? unreadActors(forest, row.id) : undefined
    return {
      says: `${sAMAccountName} may act for others towards ${enumerate(targets)}`,
      evidence: { 'msDS-AllowedToDelegateTo': targets },
    }
  },
})
