import { type Ace, aceFlags } from '#directory'
import { protectedAces } from '../../admin-sd-holder.ts'
import { aceEvidence, covers, isShippedGrant, rightsLeft, sayAces } from '../../aces.ts'
import { defineExposure } from '../../define.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'acl-protected-object-differs',
  category: 'acl',
  severity: 'high',
  title: 'A protected account has permissions that AdminSDHolder does not give',
  why: 'Privileged accounts and groups should have the permissions of AdminSDHolder and no others. What is on top gives somebody a way to the account, and that it stays shows that SDProp does not do its work.',
  fix: 'Remove the entries, and find out why SDProp left them: whether it runs on the PDC emulator, and whether dSHeuristics takes the group out. Samba has no SDProp; there the entries must be removed by hand.',
  attack: ['T1098', 'T1222.001'],
  refs: {
    spec: ['MS-ADTS 3.1.1.6.1'],
    anssi: ['vuln1_privileged_members_perm', 'vuln2_privileged_members_perm'],
    bloodhound: ['GenericAll', 'ForceChangePassword', 'AddKeyCredentialLink'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: ['user', 'computer', 'managedAccount', 'group'],
  reads: ['nTSecurityDescriptor', 'adminCount'],

  check({ id, nTSecurityDescriptor, adminCount }, forest) {
    const { access, snapshot, tierZero } = forest
    if (!access.isProtected(id)) return
    const domain = snapshot.domainOf(id)
    const own = snapshot.sid(id)
    const template = protectedAces(forest, domain)
    const entries = nTSecurityDescriptor?.dacl ?? []
    const isExtra = (ace: Ace) =>
      (ace.flags & aceFlags.inheritOnly) === 0 &&
      !isShippedGrant(ace) &&
      ace.sid !== own &&
      !tierZero.has(ace.sid, domain) &&
      rightsLeft(forest, entries, ace, domain) !== 0
    const extra = entries.filter(isExtra)
    if (extra.length === 0) return
    if (template === undefined) {
      return {
        gap: `The permissions of AdminSDHolder in ${domain?.name ?? 'the domain'} were not read.`,
      }
    }
    const beyond = extra.filter((ace) => !template.some((given) => covers(given, ace)))
    if (beyond.length === 0) return
    return {
      says: `${snapshot.name(id)}: ${enumerate(sayAces(forest, beyond, domain))}, which AdminSDHolder does not give`,
      evidence: {
        adminCount: adminCount ?? null,
        beyond: beyond.map((ace) => aceEvidence(forest, ace, domain)),
      },
    }
  },
})
