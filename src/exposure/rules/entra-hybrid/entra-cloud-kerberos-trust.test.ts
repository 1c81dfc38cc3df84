import type { FriendlyAttributes, ForestBuilder, TestPrincipal } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './entra-cloud-kerberos-trust.ts'

/** The stand-in as the vendor's module makes it. */
function standIn(
  f: ForestBuilder,
  attributes: FriendlyAttributes = {},
  key: FriendlyAttributes = {},
): TestPrincipal {
  const keeper = f.user('krbtgt_AzureAD', {
    pwdLastSet: f.daysAgo(20),
    userAccountControl: 514,
    ...key,
  })
  return f.computer('AzureADKerberos', {
    in: f.domainControllersOu,
    primaryGroupID: 521,
    'msDS-KrbTgtLink': keeper,
    'msDS-NeverRevealGroup': [
      f.administrators,
      f.accountOperators,
      f.serverOperators,
      f.backupOperators,
      f.deniedRodcReplication,
    ],
    ...attributes,
  })
}

exposureTest(rule, {
  exposed: {
    'no denied groups': (f) => standIn(f, { 'msDS-NeverRevealGroup': undefined }),
    'one of the groups missing': (f) =>
      standIn(f, {
        'msDS-NeverRevealGroup': [
          f.administrators,
          f.accountOperators,
          f.serverOperators,
          f.backupOperators,
        ],
      }),
    'an old key': (f) => standIn(f, {}, { pwdLastSet: f.daysAgo(181) }),
    'an old key, found by its name': (f) =>
      standIn(f, { 'msDS-KrbTgtLink': undefined }, { pwdLastSet: f.daysAgo(181) }),
    'somebody who may change it': (f) => {
      const account = standIn(f)
      f.grant(f.user('mallory'), account, 'WP', 'msDS-RevealOnDemandGroup')
      return account
    },
    'somebody who may reset the password of its key': (f) => {
      const account = standIn(f)
      const key = f.at(f.textOf(account, 'msDS-KrbTgtLink') ?? '')
      f.grant(f.user('mallory'), key, 'CR', 'User-Force-Change-Password')
      return account
    },
  },
  clean: {
    'as the module makes it': (f) => void standIn(f),
    'a read-only controller': (f) => f.grant(f.user('mallory'), f.rodc('RODC1'), 'WD'),
  },
  notAssessed: {
    'a key whose age could not be read': (f) => void standIn(f, {}, { pwdLastSet: undefined }),
  },
})
