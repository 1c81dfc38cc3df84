import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './acct-name-impersonation.ts'

exposureTest(rule, {
  exposed: {
    'the name of an administrator before the @, in other letters': (f) =>
      f.user('bob', { userPrincipalName: `ADMINISTRATOR@${f.name}` }),
    'the bare name of an administrator': (f) =>
      f.user('bob', { userPrincipalName: 'Administrator' }),
    'the name of a controller': (f) => f.user('bob', { userPrincipalName: `DC1$@${f.name}` }),
    'the name of an administrator of the domain behind the @': (f) => {
      const child = f.childDomain('emea')
      child.addTo(child.domainAdmins, child.user('ada', { userPrincipalName: undefined }))
      return f.user('bob', { userPrincipalName: `ada@${child.name}` })
    },
    'a user principal name that two accounts have': (f) => [
      f.user('bob', { userPrincipalName: 'Shared@corp.example' }),
      f.user('eve', { userPrincipalName: 'shared@corp.example' }),
    ],
    'a user, and a computer, called like a controller without $': (f) => [
      f.user('u1', { sAMAccountName: 'dc1' }),
      f.computer('X1', { sAMAccountName: 'DC1', dNSHostName: 'x1.corp.example' }),
    ],
    'a computer without $': (f) => f.computer('X1', { sAMAccountName: 'X1' }),
    'a computer and a managed account with the host name of a controller': (f) => [
      f.computer('X1', { dNSHostName: 'DC1.corp.example' }),
      f.managedAccount('gmsa', { dNSHostName: 'dc1.corp.example' }),
    ],
  },
  clean: {
    'an administrator with a name of their own': (f) => f.addTo(f.domainAdmins, f.user('ada')),
    'the same name as an administrator of another domain': (f) => {
      const child = f.childDomain('emea')
      child.addTo(child.domainAdmins, child.user('smith'))
      f.user('smith')
    },
    'a disabled account': (f) =>
      void f.user('bob', {
        userPrincipalName: `administrator@${f.name}`,
        userAccountControl: uac.normalAccount | uac.disabled,
      }),
    'the account of a trust': (f) => void f.trust('dc1.example'),
    'the name of an ordinary user': (f) => {
      f.user('bob')
      f.user('eve', { userPrincipalName: `bob2@${f.name}` })
    },
    'controllers of several domains': (f) => {
      f.controller('DC2')
      f.childDomain('emea')
    },
  },
})
