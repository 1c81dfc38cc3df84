import { exposureTest } from '../../testing.ts'
import rule from './acl-dc-object-control.ts'

exposureTest(rule, {
  exposed: {
    'full control': (f) => (f.grant(f.user('mallory'), f.controllers[0]!, 'GA'), f.controllers[0]!),
    'all extended rights': (f) => (
      f.grant(f.user('mallory'), f.controllers[0]!, 'CR'),
      f.controllers[0]!
    ),
    'saying who may act for others': (f) => (
      f.grant(
        f.user('mallory'),
        f.controllers[0]!,
        'WP',
        'msDS-AllowedToActOnBehalfOfOtherIdentity',
      ),
      f.controllers[0]!
    ),
    'its account options by the property set': (f) => (
      f.grant(f.user('mallory'), f.controllers[0]!, 'WP', 'User-Account-Restrictions'),
      f.controllers[0]!
    ),
    'its DNS name': (f) => (
      f.grant(f.user('mallory'), f.controllers[0]!, 'WP', 'dNSHostName'),
      f.controllers[0]!
    ),
    'its service principal names': (f) => (
      f.grant(f.user('mallory'), f.controllers[0]!, 'WP', 'servicePrincipalName'),
      f.controllers[0]!
    ),
    'a right that comes from its unit': (f) => {
      f.grant(f.group('ServerTeam'), f.domainControllersOu, 'WP', 'msDS-KeyCredentialLink', {
        onlyTo: 'computer',
      })
      return f.controllers[0]!
    },
    'how it takes part in replication': (f) => {
      const settings = f.at(`CN=DFSR-LocalSettings,${f.controllers[0]!.dn}`)
      f.grant(f.user('mallory'), settings, 'WD')
      return settings
    },
    'the subscription to SYSVOL below it': (f) => {
      const subscriber = `CN=Domain System Volume,CN=DFSR-LocalSettings,${f.controllers[0]!.dn}`
      const subscription = f.at(`CN=SYSVOL Subscription,${subscriber}`)
      f.grant(f.user('mallory'), subscription, 'WO')
      return subscription
    },
    'what only objects below it inherit': (f) => {
      const settings = f.at(`CN=DFSR-LocalSettings,${f.controllers[0]!.dn}`)
      f.grant(f.user('mallory'), f.controllers[0]!, 'GA', undefined, {
        onlyTo: 'msDFSR-LocalSettings',
      })
      return settings
    },
    'a read-only one': (f) => {
      const rodc = f.rodc('RODC1')
      f.grant(f.user('mallory'), rodc, 'WD')
      return rodc
    },
  },
  clean: {
    'a member server': (f) => f.grant(f.user('mallory'), f.computer('WEB1'), 'GA'),
    'a harmless property': (f) =>
      f.grant(f.user('mallory'), f.controllers[0]!, 'WP', 'description'),
    'whom a read-only controller was given to': (f) => {
      const branch = f.group('BranchAdmins')
      f.grant(branch, f.rodc('RODC1', { managedBy: branch }), 'WP', 'servicePrincipalName')
    },
  },
})
