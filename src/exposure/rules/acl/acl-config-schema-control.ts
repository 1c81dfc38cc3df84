import type { ObjectId } from '#directory'
import { administersForest } from '../../administrators.ts'
import { defineExposure } from '../../define.ts'
import { delegationHits, delegations } from '../../delegations.ts'

export default defineExposure({
  id: 'acl-config-schema-control',
  category: 'acl',
  severity: 'critical',
  title: 'Somebody outside Tier Zero controls the configuration or the schema',
  why: 'Configuration and schema belong to the whole forest: who may change them can add a domain controller, open every new object by default, or change what attributes mean, in all domains at once.',
  fix: 'Restore the permissions that Windows ships. Only Schema Admins should write to the schema, only Enterprise Admins to the configuration.',
  attack: ['T1222.001', 'T1098'],
  refs: {
    spec: ['MS-ADTS 5.1.3.2', 'MS-ADTS 6.1.1.1'],
    anssi: ['vuln1_permissions_schema', 'vuln2_permissions_schema'],
    purpleKnight: ['NonStandardSchemaPermissions'],
    bloodhound: ['GenericAll', 'WriteDacl', 'WriteOwner'],
  },
  needs: ['ldap-config', 'ldap-schema', 'nTSecurityDescriptor'],
  reads: ['objectClass'],
  looksAt: ['container', 'schemaClass', 'schemaAttribute'],

  *checkForest(forest) {
    const { access, snapshot } = forest
    const { configurationDn = '', schemaDn = '' } = snapshot
    const objects: ObjectId[] = []
    for (const dn of [
      configurationDn,
      schemaDn,
      `CN=Sites,${configurationDn}`,
      `CN=Services,${configurationDn}`,
    ]) {
      const id = snapshot.byDn(dn)
      if (id === undefined) yield { gap: `${dn || 'The configuration'} was not read.` }
      else objects.push(id)
    }
    objects.push(...snapshot.ofKind('schemaClass'), ...snapshot.ofKind('schemaAttribute'))
    const places = delegations(forest, {
      of: { objects },
      operations: (id) => [
        ...access.control,
        access.createsChild(),
        access.writesSomePropertyOf(snapshot.value(id, 'objectClass')),
      ],
      // Operators are of Tier Zero, but only of their domain.
      trusts: (sid) => administersForest(forest, sid),
    })
    yield* delegationHits(forest, places, 'object')
  },
})
