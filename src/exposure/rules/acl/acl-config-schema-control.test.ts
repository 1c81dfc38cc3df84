import { exposureTest } from '../../testing.ts'
import rule from './acl-config-schema-control.ts'

exposureTest(rule, {
  exposed: {
    'full control of the configuration': (f) => (
      f.grant(f.user('mallory'), f.configuration, 'GA'),
      f.configuration
    ),
    'writing to the schema, which its objects inherit': (f) => {
      f.grant(f.user('mallory'), f.schema, 'WP', undefined, { inherit: true })
      return f.schema
    },
    'creating objects in Sites': (f) => (f.grant(f.user('mallory'), f.sites, 'CC'), f.sites),
    'one property of Services': (f) => (
      f.grant(f.user('mallory'), f.services, 'WP', 'description'),
      f.services
    ),
    'operators, who are of Tier Zero in their domain only': (f) => (
      f.grant(f.accountOperators, f.services, 'WD'),
      f.services
    ),
    'one attribute of the schema': (f) => {
      const attribute = f.at(`CN=Member,${f.schemaDn}`)
      f.grant(f.domainUsers, attribute, 'WP', 'searchFlags')
      return attribute
    },
  },
  clean: {
    reading: (f) =>
      f.grant(f.user('reader'), f.configuration, 'RPRC', undefined, { inherit: true }),
    'Schema Admins': (f) => f.grant(f.schemaAdmins, f.configuration, 'WD'),
    'an administrator by name': (f) => f.grant(f.administrator, f.sites, 'WD'),
    'the administrators of the forest': (f) => f.grant(f.enterpriseAdmins, f.services, 'GA'),
    'a site administrator, who has nothing at the top': (f) =>
      f.grant(f.user('network'), f.site('Branch'), 'GA'),
  },
})
