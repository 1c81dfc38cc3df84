import { exposureTest } from '../../testing.ts'
import rule from './ldap-anonymous-read.ts'

exposureTest(rule, {
  exposed: {
    'a controller that let an anonymous caller search': (f) => {
      f.probe(f.controllers[0]!, { anonymousRead: true })
      return f.controllers[0]!
    },
    'a unit that Anonymous Logon may list': (f) => {
      const unit = f.ou('Staff')
      f.grant('S-1-5-7', unit, 'LC')
      return unit
    },
    'the container for users, whose properties Everyone may read': (f) => {
      f.grant('S-1-1-0', f.users, 'RP')
      return f.users
    },
    'a unit that hands down what Anonymous Logon may read': (f) => {
      const unit = f.ou('Staff')
      f.grant('S-1-5-7', unit, 'GR', undefined, { onlyTo: 'user' })
      return unit
    },
    'the configuration, whose properties Everyone may read': (f) => {
      const configuration = f.at(f.configurationDn)
      f.grant('S-1-1-0', configuration, 'RP')
      return configuration
    },
    'permissions, even where no controller was probed': (f) => {
      f.without('ldap-probe')
      f.grant('S-1-5-7', f.head, 'LC')
      return f.head
    },
  },
  clean: {
    'a unit protected from deletion by a denial for Everyone': (f) => {
      f.deny('S-1-1-0', f.ou('Staff'), 'DTSD')
    },
  },
})
