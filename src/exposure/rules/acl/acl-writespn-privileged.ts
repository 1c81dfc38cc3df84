import { defineExposure } from '../../define.ts'
import { tierZeroHits } from '../../tier-zero-control.ts'

export default defineExposure({
  id: 'acl-writespn-privileged',
  category: 'acl',
  severity: 'high',
  title: 'Service principal names of privileged accounts can be written by others',
  why: "With a service principal name on an administrator's account anybody can ask for a ticket made with its password and guess that offline. On a computer the name draws tickets, and delegations, that were meant for another.",
  fix: 'Remove the entry. Let services run as managed accounts that only know AES.',
  attack: ['T1558.003', 'T1098'],
  refs: {
    spec: ['MS-ADTS 5.1.3.2.2', 'MS-ADTS 3.1.1.5.3.1.1.4'],
    bloodhound: ['WriteSPN', 'GenericWrite'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: [],
  looksAt: ['user', 'computer', 'managedAccount'],

  *checkForest(forest) {
    const { access, snapshot } = forest
    const write = access.writes('servicePrincipalName')
    // Validated writes to it are for computers; on users the server refuses them.
    const validated = access.validatedWrite('Validated-SPN')
    yield* tierZeroHits(forest, {
      operations: (id) => {
        if (snapshot.isA(id, 'computer')) return [write, validated]
        return snapshot.isA(id, 'user') ? [write] : []
      },
    })
  },
})
