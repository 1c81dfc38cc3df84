import { exposureTest } from '../../testing.ts'
import type { ForestBuilder, TestObject } from '#directory'
import rule from './adcs-esc13.ts'

const logon = {
  'msPKI-Template-Schema-Version': 2,
  pKIExtendedKeyUsage: ['1.3.6.1.5.5.7.3.2'],
  'msPKI-Certificate-Policy': ['1.3.6.1.4.1.311.21.8.1'],
}

/** An issuance policy with this OID that makes its bearers members of the group. */
function link(f: ForestBuilder, group: TestObject, oid = '1.3.6.1.4.1.311.21.8.1'): void {
  f.object(`CN=1.Policy,CN=OID,${f.publicKeyServices.dn}`, ['top', 'msPKI-Enterprise-Oid'], {
    'msPKI-Cert-Template-OID': oid,
    'msDS-OIDToGroupLink': group.dn,
    flags: 2,
  })
}

exposureTest(rule, {
  exposed: {
    'a published template whose policy is linked to a group': (f) => {
      link(f, f.group('Vault', { scope: 'universal' }))
      const template = f.template('Vaulted', { ...logon, enrollees: [f.domainUsers] })
      f.authority('CA1', { templates: [template] })
      return template
    },
  },
  clean: {
    'one with a policy that is linked to nothing': (f) => {
      link(f, f.group('Vault', { scope: 'universal' }), '1.2.3')
      f.authority('CA1', {
        templates: [f.template('Plain', { ...logon, enrollees: [f.domainUsers] })],
      })
    },
    'one that only administrators may enrol in': (f) => {
      link(f, f.group('Vault', { scope: 'universal' }))
      f.authority('CA1', {
        templates: [f.template('Closed', { ...logon, enrollees: [f.domainAdmins] })],
      })
    },
  },
})
