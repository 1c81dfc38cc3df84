import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { needsRootKey } from '../../delegated-accounts.ts'

export default defineExposure({
  id: 'svc-kds-root-key-acl',
  category: 'service-accounts',
  severity: 'critical',
  title: 'KDS root keys exposed to non-administrators',
  why: 'From a root key the password of every group managed service account can be worked out, at any time and without a trace.',
  fix: 'Restore the default permissions; if somebody could read a key, make a new one and make every managed account anew.',
  attack: ['T1552', 'T1606'],
  refs: {
    spec: ['MS-GKDI 2.2.1', 'MS-ADTS 6.1.1.2.4.1'],
    anssi: ['vuln1_permissions_gmsa_keys', 'vuln2_permissions_gmsa_keys'],
    bloodhound: ['GenericAll'],
  },
  needs: ['ldap-config', 'nTSecurityDescriptor'],
  reads: ['objectClass'],
  looksAt: ['rootKey'],

  *checkForest(forest) {
    const { snapshot, access } = forest
    const keys = snapshot.ofKind('rootKey')
    if (keys.length === 0 && needsRootKey(forest)) {
      yield {
        gap: 'There are group managed service accounts, so there is a KDS root key; but none could be seen.',
      }
    }
    for (const id of keys) {
      const hit = outsiderHit(forest, id, [...access.control, access.reads('msKds-RootKeyData')])
      if (hit !== undefined) yield { on: id, ...hit }
    }
  },
})
