import { defineExposure } from '../../define.ts'
import { judgeProbes } from '../../probes.ts'

export default defineExposure({
  id: 'ldap-channel-binding-missing',
  category: 'ldap',
  severity: 'high',
  title: 'LDAPS does not enforce channel binding',
  why: 'A sign-in that was meant for another server can be relayed into a TLS connection of the intruder’s.',
  fix: 'Set LdapEnforceChannelBinding to 2 on all controllers, once events 3039 to 3041 stay away.',
  attack: ['T1557.001'],
  refs: {
    spec: ['MS-ADTS 5.1.1.1.2', 'RFC 5929 4'],
    pingcastle: ['A-DCLdapsChannelBinding'],
    bloodhound: ['CoerceAndRelayNTLMToLDAPS'],
  },
  needs: ['ldap-probe'],
  reads: [],
  looksAt: ['computer'],

  *checkForest(forest) {
    yield* judgeProbes(
      forest,
      'Whether channel binding is enforced',
      ({ channelBindingRequired }) =>
        channelBindingRequired === undefined ? undefined : !channelBindingRequired,
      (server) => ({
        says: `${server} takes binds over TLS without the right channel binding`,
        evidence: { server, channelBindingRequired: false },
      }),
    )
  },
})
