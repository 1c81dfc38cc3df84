import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'acl-domain-head-control',
  category: 'acl',
  severity: 'critical',
  title: 'Somebody outside Tier Zero controls the head of a domain',
  why: 'What is set at the head of a domain is inherited by everything below it, and its extended rights open every secret. Control of this one object is control of the domain.',
  fix: 'Restore the permissions that Windows ships on the head of the domain, and review what was changed while the right existed.',
  attack: ['T1222.001', 'T1003.006'],
  refs: {
    spec: ['MS-ADTS 5.1.3.2', 'MS-ADTS 6.1.1.1'],
    anssi: ['vuln1_permissions_naming_context', 'vuln2_permissions_naming_context'],
    bloodhound: ['GenericAll', 'WriteDacl', 'WriteOwner', 'AllExtendedRights'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  over: 'domain',
  reads: [],

  check({ id }, forest) {
    const { control, usesAllExtendedRights } = forest.access
    return outsiderHit(forest, id, [...control, usesAllExtendedRights])
  },
})
