import type { ForestBuilder, TestObject, TestPrincipal } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './entra-adfs-dkm-readable.ts'

/** A key container as AD FS makes it: only its service account and administrators. */
function key(f: ForestBuilder, service: TestPrincipal, more = ''): TestObject {
  const top = f.object(`CN=ADFS,CN=Microsoft,CN=Program Data,${f.dn}`, ['top', 'container'])
  const group = f.object(`CN=0a1b2c3d,${top.dn}`, ['top', 'container'])
  f.descriptor(group, `D:P(A;CI;GA;;;DA)(A;CI;GA;;;SY)(A;CI;RPWPCCDCLCRC;;;${service.sid})`)
  const contact = f.object(`CN=4d5e6f,${group.dn}`, [
    'top',
    'person',
    'organizationalPerson',
    'contact',
  ])
  f.descriptor(
    contact,
    `O:${service.sid}D:P(A;;GA;;;DA)(A;;GA;;;SY)(A;;RPWP;;;${service.sid})${more}`,
  )
  return contact
}

exposureTest(rule, {
  exposed: {
    everybody: (f) => key(f, f.user('svc-adfs'), '(A;;RP;;;AU)'),
    'one other account': (f) =>
      key(f, f.managedAccount('adfs'), `(A;;RP;;;${f.user('mallory').sid})`),
    'the attribute alone': (f) =>
      key(f, f.user('svc-adfs'), `(OA;;RP;8d3bca50-1d7e-11d0-a081-00aa006c33ed;;DU)`),
    'the only one who may write, who is no service': (f) =>
      key(f, f.domainAdmins, `(A;;GA;;;${f.user('mallory').sid})`),
    'an owner who is no service': (f) => {
      const contact = key(f, f.user('svc-adfs'))
      f.owner(contact, f.user('mallory'))
      return contact
    },
    'changing permissions': (f) => key(f, f.user('svc-adfs'), `(A;;WD;;;${f.user('mallory').sid})`),
  },
  clean: {
    'the service account and administrators': (f) => void key(f, f.user('svc-adfs')),
    'keys that an administrator made': (f) => f.owner(key(f, f.user('svc-adfs')), f.domainAdmins),
    'a service account known by its names of services': (f) =>
      void key(f, f.user('farm', { servicePrincipalName: 'host/sts.corp.example' })),
    'how keys are used, which is no secret': (f) => {
      const { dn } = key(f, f.user('svc-adfs'))
      const farm = dn.slice(dn.indexOf(',') + 1)
      f.object(`CN=CryptoPolicy,${farm}`, ['top', 'person', 'organizationalPerson', 'contact'])
    },
    'a contact elsewhere': (f) =>
      void f.object(`CN=Partner,${f.users.dn}`, [
        'top',
        'person',
        'organizationalPerson',
        'contact',
      ]),
  },
})
