import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './priv-krbtgt-extra-groups.ts'

exposureTest(rule, {
  exposed: {
    'one that is enabled': (f) => {
      f.set(f.krbtgt, { userAccountControl: uac.normalAccount })
      return f.krbtgt
    },
    'one in another group': (f) => {
      f.addTo(f.group('Hidden'), f.krbtgt)
      return f.krbtgt
    },
    'one with another primary group': (f) => {
      f.set(f.krbtgt, { primaryGroupID: 512 })
      return f.krbtgt
    },
    'one with another service name, under another name': (f) => {
      f.set(f.krbtgt, {
        sAMAccountName: 'kdc',
        servicePrincipalName: ['kadmin/changepw', 'HTTP/web'],
      })
      return f.krbtgt
    },
    'one that names a group which could not be read': (f) => {
      f.append(f.krbtgt, 'memberOf', `CN=Hidden,OU=Secret,${f.dn}`)
      return f.krbtgt
    },
    'that of a child': (f) => {
      const child = f.childDomain('emea')
      f.addTo(f.group('Wide', { scope: 'universal' }), child.krbtgt)
      return child.krbtgt
    },
  },
  clean: {
    'the service name in capitals': (f) =>
      f.set(f.krbtgt, { servicePrincipalName: 'KADMIN/CHANGEPW' }),
    'one without service name': (f) => f.set(f.krbtgt, { servicePrincipalName: undefined }),
    'groups that Domain Users is in': (f) => f.addTo(f.group('All'), f.domainUsers),
    'the krbtgt of a read-only controller': (f) => void f.rodc('RODC1'),
  },
})
