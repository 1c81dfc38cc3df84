import { aceFlags, descriptorControl } from '#directory'
import { aceEvidence, isShippedGrant, rightsLeft, sayAces } from '../../aces.ts'
import { defineExposure } from '../../define.ts'
import { isShippedToExchange } from '../../mail-grants.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'acl-adminsdholder',
  category: 'acl',
  severity: 'critical',
  title: 'The template of privileged permissions was altered',
  why: 'Every hour the permissions of AdminSDHolder are put on all privileged accounts and groups. An entry added here gives lasting control of every one of them, and comes back after each clean-up.',
  fix: 'Reset the access list of AdminSDHolder to what Windows ships, protect it from inheritance, give it to Domain Admins, then run SDProp.',
  attack: ['T1098', 'T1222.001'],
  refs: {
    spec: ['MS-ADTS 3.1.1.6.1'],
    anssi: ['vuln1_permissions_adminsdholder', 'vuln2_permissions_adminsdholder'],
    purpleKnight: ['AdminSDHolderPermissionChange', 'AdminSDHolderInheritance'],
    bloodhound: ['GenericAll', 'WriteDacl', 'ProtectAdminGroups'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['nTSecurityDescriptor'],
  looksAt: ['container'],

  *checkForest(forest) {
    const { access, snapshot, tierZero } = forest
    for (const domain of snapshot.domains) {
      const on = snapshot.byDn(`CN=AdminSDHolder,CN=System,${domain.dn}`)
      if (on === undefined || !access.readable(on)) {
        yield { gap: `The permissions of AdminSDHolder in ${domain.name} were not read.` }
        continue
      }
      const descriptor = snapshot.value(on, 'nTSecurityDescriptor')
      if (descriptor === undefined) continue
      const { control, owner, dacl } = descriptor
      const inherits = (control & descriptorControl.daclProtected) === 0
      const isForeign = owner !== undefined && !tierZero.has(owner, domain)
      const entries = dacl ?? []
      // What only children would inherit reaches nobody: SDProp copies it, and privileged accounts have no children.
      const added = entries.filter(
        (ace) =>
          (ace.flags & aceFlags.inheritOnly) === 0 &&
          !isShippedGrant(ace) &&
          !isShippedToExchange(forest, on, ace) &&
          !tierZero.has(ace.sid, domain) &&
          rightsLeft(forest, entries, ace, domain) !== 0,
      )
      const isOpen = dacl === null || dacl === undefined
      if (!inherits && !isForeign && !isOpen && added.length === 0) continue
      const faults = [
        ...(isOpen ? ['it has no access list'] : []),
        ...(inherits ? ['it inherits from the containers above'] : []),
        ...(isForeign ? [`it belongs to ${forest.nameOf(owner, domain)}`] : []),
        ...sayAces(forest, added, domain),
      ]
      yield {
        on,
        says: `AdminSDHolder of ${domain.name}: ${enumerate(faults)}`,
        evidence: {
          ...(inherits || isOpen ? { control } : {}),
          ...(isForeign ? { owner } : {}),
          added: added.map((ace) => aceEvidence(forest, ace, domain)),
        },
      }
    }
  },
})
