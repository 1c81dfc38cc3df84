import { defineExposure } from '../../define.ts'
import { judgeProbes } from '../../probes.ts'

export default defineExposure({
  id: 'ldap-signing-not-required',
  category: 'ldap',
  severity: 'high',
  title: 'LDAP signing not required',
  why: 'An intruder in the middle relays somebody’s sign-in to the controller and changes the directory in their name.',
  fix: 'Set LDAPServerIntegrity to 2 on all controllers, once events 2887 and 2889 name no more clients that bind unsigned.',
  attack: ['T1557.001'],
  refs: {
    spec: ['MS-ADTS 5.1.1.1.2'],
    pingcastle: ['A-DCLdapSign'],
    purpleKnight: ['LdapSigningIsNotRequired'],
    bloodhound: ['CoerceAndRelayNTLMToLDAP'],
  },
  needs: ['ldap-probe'],
  reads: [],
  looksAt: ['computer'],

  *checkForest(forest) {
    yield* judgeProbes(
      forest,
      'Whether LDAP signing is required',
      ({ signingRequired }) => (signingRequired === undefined ? undefined : !signingRequired),
      (server) => ({
        says: `${server} takes LDAP binds without signing`,
        evidence: { server, signingRequired: false },
      }),
    )
  },
})
