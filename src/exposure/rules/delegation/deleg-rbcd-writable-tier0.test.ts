import { exposureTest } from '../../testing.ts'
import rule from './deleg-rbcd-writable-tier0.ts'

const acts = 'msDS-AllowedToActOnBehalfOfOtherIdentity'

exposureTest(rule, {
  exposed: {
    'the attribute of a domain controller': (f) => (
      f.grant(f.user('mallory'), f.controllers[0]!, 'WP', acts),
      f.controllers[0]!
    ),
    'the property set': (f) => (
      f.grant(f.group('HelpDesk'), f.controllers[0]!, 'WP', 'User-Account-Restrictions'),
      f.controllers[0]!
    ),
    'every property of krbtgt': (f) => (f.grant(f.user('mallory'), f.krbtgt, 'WP'), f.krbtgt),
    'what the unit of the domain controllers passes on': (f) => {
      f.grant(f.group('ServerTeam'), f.domainControllersOu, 'GA', undefined, { onlyTo: 'computer' })
      return f.controllers[0]!
    },
  },
  clean: {
    'the domain controller itself': (f) => f.grant('S-1-5-10', f.controllers[0]!, 'WP', acts),
    'a member server': (f) => f.grant(f.user('mallory'), f.computer('WEB1'), 'WP', acts),
    'an administrator, whom nobody acts towards': (f) =>
      f.grant(f.user('mallory'), f.administrator, 'WP', acts),
    'Tier Zero': (f) => f.grant(f.serverOperators, f.controllers[0]!, 'WP', acts),
    'whom a read-only controller was given to': (f) => {
      const branch = f.group('BranchAdmins')
      f.grant(branch, f.rodc('RODC1', { managedBy: branch }), 'WP', acts)
    },
  },
})
