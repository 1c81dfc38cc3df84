import { administers } from '../../administrators.ts'
import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'acl-dpapi-backup-keys',
  category: 'acl',
  severity: 'critical',
  title: 'The backup keys of protected data are accessible',
  why: "With the domain's DPAPI backup key every secret that users ever protected on their machines can be opened: browser passwords, private keys, credentials. The key cannot be changed.",
  fix: 'Restore the access list of the secret. If the key was read, plan for a new domain: nothing else makes it worthless.',
  attack: ['T1555', 'T1003'],
  refs: {
    spec: ['MS-BKRP 3.1.1'],
    anssi: ['vuln1_permissions_dpapi', 'vuln2_permissions_dpapi'],
    purpleKnight: ['DPAPIKeysPermissions'],
    bloodhound: ['GenericAll'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['objectClass'],
  looksAt: ['secret'],

  *checkForest(forest) {
    const { access, snapshot } = forest
    const operations = [
      ...access.control,
      access.usesAllExtendedRights,
      access.reads('currentValue'),
      access.writes('currentValue'),
    ]
    for (const on of snapshot.ofKind('secret')) {
      if (!/^CN=(?:G\$)?BCKUPKEY_/i.test(snapshot.dn(on))) continue
      const hit = outsiderHit(forest, on, operations, {
        // Operators are of Tier Zero, but have no business with the keys.
        trusts: (sid, domain) => domain !== undefined && administers(forest, domain, sid),
      })
      if (hit !== undefined) yield { on, ...hit }
    }
  },
})
