import type { ObjectId } from '#directory'
import { defineExposure } from '../../define.ts'
import { delegationHits, delegations } from '../../delegations.ts'
import { below } from '../../places.ts'

export default defineExposure({
  id: 'acl-dfsr-sysvol-objects',
  category: 'acl',
  severity: 'critical',
  title: 'Somebody outside Tier Zero can change how SYSVOL is replicated',
  why: 'These objects say which folder is SYSVOL and who replicates it. Whoever changes them puts their own logon scripts and policies on every machine.',
  fix: 'Restore the default permissions of the replication objects.',
  attack: ['T1484.001', 'T1222.001'],
  refs: {
    spec: ['MS-FRS2 2.3', 'MS-ADTS 5.1.3.3'],
    anssi: ['vuln1_permissions_dfsr_sysvol', 'vuln2_permissions_dfsr_sysvol'],
    bloodhound: ['GenericAll', 'WriteDacl'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['objectClass'],
  looksAt: ['container', 'computer'],

  *checkForest(forest) {
    const { access, snapshot } = forest
    const objects = new Set<ObjectId>()
    const owners = new Set<string>()
    for (const { dn } of snapshot.domains) {
      const settings = snapshot.byDn(`CN=DFSR-GlobalSettings,CN=System,${dn}`)
      if (settings !== undefined) for (const id of below(forest, settings)) objects.add(id)
    }
    for (const settings of snapshot.ofClass('msDFSR-LocalSettings')) {
      const computer = snapshot.parent(settings)
      const sid = computer === undefined ? undefined : snapshot.sid(computer)
      if (computer === undefined || sid === undefined || !forest.tierZero.hasObject(computer))
        continue
      owners.add(sid)
      for (const id of below(forest, settings)) objects.add(id)
    }
    const places = delegations(forest, {
      of: { objects },
      operations: (id) => [
        ...access.control,
        access.createsChild(),
        access.writesSomePropertyOf(snapshot.value(id, 'objectClass')),
      ],
      accepts: ({ sid }) => !owners.has(sid),
    })
    yield* delegationHits(forest, places, 'object')
  },
})
