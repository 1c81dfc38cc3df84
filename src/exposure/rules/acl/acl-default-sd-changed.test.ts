import { exposureTest } from '../../testing.ts'
import rule from './acl-default-sd-changed.ts'

const user =
  'D:(A;;RPWPCRCCDCLCLORCWOWDSDDTSW;;;DA)(A;;RPLCLORC;;;PS)(OA;;CR;ab721a53-1e2f-11d0-9819-00aa0040529b;;WD)'

exposureTest(rule, {
  exposed: {
    'full control for everybody': {
      lDAPDisplayName: 'user',
      defaultSecurityDescriptor: `${user}(A;;GA;;;WD)`,
      whenChanged: undefined,
    },
    'writing for Authenticated Users': {
      lDAPDisplayName: 'group',
      defaultSecurityDescriptor: `${user}(A;;WP;;;AU)`,
      whenChanged: new Date(0),
    },
    'one property for Domain Users': {
      lDAPDisplayName: 'user',
      defaultSecurityDescriptor: `${user}(OA;;WP;5b47d60f-6090-40b2-9f37-2a4de88f3063;;DU)`,
      whenChanged: undefined,
    },
    'resetting passwords for an account': {
      lDAPDisplayName: 'user',
      defaultSecurityDescriptor: `${user}(OA;;CR;00299570-246d-11d0-a768-00aa006e0529;;S-1-5-21-1-2-3-1104)`,
      whenChanged: undefined,
    },
    'what another class ships with': {
      lDAPDisplayName: 'container',
      defaultSecurityDescriptor: 'D:(A;;CC;;;AU)',
      whenChanged: undefined,
    },
    'changing permissions for Domain Computers': {
      lDAPDisplayName: 'msTPM-InformationObjectsContainer',
      defaultSecurityDescriptor: 'D:(A;;CCWD;;;DC)',
      whenChanged: undefined,
    },
  },
  clean: {
    'as it ships': {
      lDAPDisplayName: 'user',
      defaultSecurityDescriptor: user,
      whenChanged: undefined,
    },
    none: {
      lDAPDisplayName: 'securityPrincipal',
      defaultSecurityDescriptor: undefined,
      whenChanged: undefined,
    },
    'an empty list': {
      lDAPDisplayName: 'attributeSchema',
      defaultSecurityDescriptor: 'D:S:',
      whenChanged: undefined,
    },
    'zones, in which everybody makes names': {
      lDAPDisplayName: 'dnsZone',
      defaultSecurityDescriptor: 'D:(A;;CC;;;AU)',
      whenChanged: undefined,
    },
    'the SID of the domain the schema was made in': {
      lDAPDisplayName: 'domainDNS',
      defaultSecurityDescriptor:
        'D:(OA;;CR;1131f6aa-9c07-11d1-f79f-00c04fc2dcd2;;S-1-5-21-1419929373-1327843497-4227689449-498)',
      whenChanged: undefined,
    },
    creators: {
      lDAPDisplayName: 'computer',
      defaultSecurityDescriptor: 'D:(OA;;WP;4c164200-20c0-11d0-a768-00aa006e0529;;CO)',
      whenChanged: undefined,
    },
  },
  notAssessed: {
    'a text that is broken': (f) =>
      f.set(f.at(`CN=User,${f.schemaDn}`), { defaultSecurityDescriptor: 'D:(A;;GA;;;' }),
  },
})
