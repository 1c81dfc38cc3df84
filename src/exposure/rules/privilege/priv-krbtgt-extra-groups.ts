import { type ObjectId, dnKey, isEnabled, nameOfDn, rid, ridOfSid, sidInDomain } from '#directory'
import { nameOf } from '../../admin-groups.ts'
import { defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'priv-krbtgt-extra-groups',
  category: 'privilege',
  severity: 'critical',
  title: 'krbtgt is enabled, in extra groups or has extra service names',
  why: 'krbtgt holds the keys of all tickets. It is born disabled and in no group of note; anything else is a mistake or a back door.',
  fix: 'Put the account back as it was born, and reset its password twice.',
  attack: ['T1558.001', 'T1098'],
  refs: { spec: ['MS-ADTS 6.1.1.6', 'MS-KILE 3.3.1.1'] },
  needs: ['ldap-domain'],
  over: 'user',
  reads: [
    'sAMAccountName',
    'objectSid',
    'userAccountControl',
    'primaryGroupID',
    'servicePrincipalName',
    'memberOf',
  ],

  check(
    { id, sAMAccountName, objectSid, userAccountControl, primaryGroupID, servicePrincipalName },
    forest,
  ) {
    if (ridOfSid(objectSid) !== rid.krbtgt) return
    const extraGroups = extraGroupsOf(forest, id)
    const extraSpns = servicePrincipalName.filter((spn) => spn.toLowerCase() !== 'kadmin/changepw')
    const faults = [
      ...(isEnabled(userAccountControl) ? ['is enabled'] : []),
      ...(primaryGroupID === rid.domainUsers ? [] : [`has ${primaryGroupID} as primary group`]),
      ...(extraGroups.length > 0
        ? [`is in ${enumerate(extraGroups.map(({ name }) => name))}`]
        : []),
      ...(extraSpns.length > 0 ? [`serves ${enumerate(extraSpns)}`] : []),
    ]
    if (faults.length === 0) return
    return {
      says: `${sAMAccountName} ${enumerate(faults)}`,
      evidence: {
        userAccountControl,
        primaryGroupID,
        servicePrincipalName,
        memberOf: extraGroups.map(({ dn }) => dn),
      },
    }
  },
})

/**
 * Groups that it is in directly, besides the two that every krbtgt is in and its primary group, which is told apart: those that
 * name it, and those that it names, which need not have been read.
 */
function extraGroupsOf(forest: Forest, account: ObjectId): { name: string; dn: string }[] {
  const { snapshot, memberships } = forest
  const domain = snapshot.domainOf(account)?.sid ?? ''
  const primary = forest.value(account, 'primaryGroupID') ?? rid.domainUsers
  const usual = new Set(
    [rid.deniedRodcPasswordReplication, rid.domainUsers, primary].map((relative) =>
      sidInDomain(domain, relative),
    ),
  )
  const naming = [...memberships.groupsOf(account)].filter((group) =>
    memberships.members(group).includes(account),
  )
  const dns = [...naming.map((group) => snapshot.dn(group)), ...forest.value(account, 'memberOf')]
  return [...new Map(dns.map((dn) => [dnKey(dn), dn])).values()].flatMap((dn) => {
    const group = snapshot.byDn(dn)
    if (group === undefined) return [{ name: nameOfDn(dn), dn }]
    return usual.has(snapshot.sid(group) ?? '') ? [] : [{ name: nameOf(forest, group), dn }]
  })
}
