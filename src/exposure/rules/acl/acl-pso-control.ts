import type { ObjectId } from '#directory'
import { outsiderHit } from '../../control.ts'
import { defineExposure } from '../../define.ts'
import { count } from '../../words.ts'

export default defineExposure({
  id: 'acl-pso-control',
  category: 'acl',
  severity: 'high',
  title: 'Somebody outside Tier Zero controls password settings',
  why: 'Password settings beat the policy of the domain. Who may change them can take away length and lockout for administrators, and then guess at leisure.',
  fix: 'Let only Domain Admins change the Password Settings Container and what is in it.',
  attack: ['T1556.005', 'T1098'],
  refs: { spec: ['MS-ADTS 6.1.1.4.11.1', 'MS-ADTS 3.1.1.4.5.36'] },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: ['msDS-PSOAppliesTo', 'objectClass'],
  looksAt: ['passwordSettings'],

  *checkForest(forest) {
    const { access, snapshot } = forest
    const operations = (id: ObjectId) => [
      ...access.control,
      access.writesSomePropertyOf(snapshot.value(id, 'objectClass')),
    ]
    for (const { dn, name } of snapshot.domains) {
      const on = snapshot.byDn(`CN=Password Settings Container,CN=System,${dn}`)
      if (on === undefined) {
        yield { gap: `The Password Settings Container of ${name} was not read.` }
        continue
      }
      const hit = outsiderHit(forest, on, [
        ...operations(on),
        access.createsChild('msDS-PasswordSettings'),
      ])
      if (hit !== undefined) yield { on, ...hit }
    }
    for (const on of snapshot.ofKind('passwordSettings')) {
      const hit = outsiderHit(forest, on, operations(on))
      if (hit === undefined) continue
      const appliesTo = snapshot.value(on, 'msDS-PSOAppliesTo').length
      yield {
        on,
        ...hit,
        says: `${hit.says}; it applies to ${count(appliesTo, 'object')}`,
        evidence: { ...hit.evidence, appliesTo },
      }
    }
  },
})
