import { defineExposure } from '../../define.ts'
import { delegationHits, delegations } from '../../delegations.ts'
import type { Forest } from '../../forest.ts'
import { syncAccounts } from '../../hybrid.ts'

export default defineExposure({
  id: 'acl-shadow-credentials-broad',
  category: 'acl',
  severity: 'high',
  title: 'Sign-in keys of accounts can be written by others',
  why: 'Whoever adds a key of their own to an account can sign in as it and learn its password hash, without changing the password and without being noticed by its owner.',
  fix: 'Remove the right where it was set. Only Key Admins need it, and the identity that synchronises with Entra ID on the users it synchronises.',
  attack: ['T1556', 'T1098.005'],
  refs: {
    spec: ['MS-ADTS 2.2.20', 'MS-PKCA 3.1.5.2.1'],
    purpleKnight: ['ShadowCredentials'],
    bloodhound: ['AddKeyCredentialLink'],
  },
  needs: ['ldap-domain', 'nTSecurityDescriptor'],
  reads: [],
  alsoReads: ['description'],
  looksAt: ['user', 'computer', 'managedAccount'],

  *checkForest(forest) {
    const { snapshot } = forest
    const registration = new Set([
      ...deviceRegistration(forest),
      // The identity that synchronises with Entra ID brings the keys of Windows Hello.
      ...syncAccounts(forest).map(({ id }) => snapshot.sid(id)),
    ])
    const places = delegations(forest, {
      of: { kinds: ['user', 'computer', 'managedAccount'] },
      operations: [forest.access.fullControl, forest.access.writes('msDS-KeyCredentialLink')],
      accepts: ({ sid, can }) =>
        !registration.has(sid) ||
        can.some(({ operation }) => operation === forest.access.fullControl),
    })
    yield* delegationHits(forest, places, 'account')
  },
})

/** The device registration service writes keys by design: it is known by its own objects, which it owns or controls. */
function deviceRegistration({ access, snapshot }: Forest): ReadonlySet<string> {
  const found = new Set<string>()
  for (const name of ['msDS-DeviceRegistrationService', 'msDS-DeviceContainer']) {
    for (const id of snapshot.ofClass(name)) {
      for (const { sid } of access.holders(id, access.writesAllProperties)) found.add(sid)
    }
  }
  return found
}
