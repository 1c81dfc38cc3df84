import { exposureTest } from '../../testing.ts'
import rule from './adcs-esc14-weak-mapping.ts'

const alice = { sAMAccountName: 'alice' }

exposureTest(rule, {
  exposed: {
    'issuer and subject': {
      ...alice,
      altSecurityIdentities: ['X509:<I>DC=example,CN=CA<S>CN=alice'],
    },
    'subject alone': { ...alice, altSecurityIdentities: ['X509:<S>CN=alice'] },
    'mail address': { ...alice, altSecurityIdentities: ['X509:<RFC822>alice@corp.example'] },
    'a weak one beside a strong one': {
      ...alice,
      altSecurityIdentities: ['X509:<SKI>123abc', 'X509:<S>CN=alice'],
    },
    'an account of a forest': (f) => f.user('bob', { altSecurityIdentities: ['X509:<S>CN=bob'] }),
  },
  clean: {
    'issuer and serial number': {
      ...alice,
      altSecurityIdentities: ['X509:<I>DC=example,CN=CA<SR>1200000000ab'],
    },
    'key identifier and public key': {
      ...alice,
      altSecurityIdentities: ['X509:<SKI>123abc', 'X509:<SHA1-PUKEY>00ff'],
    },
    'a Kerberos name': { ...alice, altSecurityIdentities: ['Kerberos:alice@OTHER.EXAMPLE'] },
    'no mapping': { ...alice, altSecurityIdentities: [] },
  },
})
