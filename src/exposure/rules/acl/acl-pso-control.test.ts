import { exposureTest } from '../../testing.ts'
import rule from './acl-pso-control.ts'

exposureTest(rule, {
  exposed: {
    'making them': (f) => (
      f.grant(f.user('mallory'), f.passwordSettingsContainer, 'CC'),
      f.passwordSettingsContainer
    ),
    'the container': (f) => (
      f.grant(f.user('mallory'), f.passwordSettingsContainer, 'WD'),
      f.passwordSettingsContainer
    ),
    'one of them': (f) => {
      const settings = f.passwordSettings('Admins', { appliesTo: [f.domainAdmins] })
      f.grant(f.user('mallory'), settings, 'WP', 'msDS-MinimumPasswordLength')
      return settings
    },
    'owning one': (f) => {
      const settings = f.passwordSettings('Admins')
      f.owner(settings, f.user('mallory'))
      return settings
    },
  },
  clean: {
    reading: (f) => f.grant('S-1-5-11', f.passwordSettings('Admins'), 'RPLCRC'),
    'Tier Zero': (f) => f.grant(f.enterpriseAdmins, f.passwordSettingsContainer, 'GA'),
  },
  notAssessed: { 'the container hidden': (f) => f.remove(f.passwordSettingsContainer) },
})
