import { optionalFeature } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './priv-ephemeral-membership.ts'

const hours = (date: Date, count: number) => new Date(date.getTime() + count * 3_600_000)

exposureTest(rule, {
  exposed: {
    'somebody who was in for an hour': (f) => {
      f.memberChanged(f.domainAdmins, f.user('eve'), f.daysAgo(20), hours(f.daysAgo(20), 1))
      return f.domainAdmins
    },
    'somebody who was in a group that is empty now, for 47 hours': (f) => {
      f.memberChanged(f.keyAdmins, f.user('eve'), f.daysAgo(20), hours(f.daysAgo(20), 47))
      return f.keyAdmins
    },
  },
  clean: {
    'somebody who was in for two days': (f) =>
      f.memberChanged(f.domainAdmins, f.user('eve'), f.daysAgo(20), f.daysAgo(18)),
    'somebody who is in': (f) => {
      const user = f.user('ada')
      f.addTo(f.domainAdmins, user)
      f.memberChanged(f.domainAdmins, user, f.daysAgo(1))
    },
    'a group of no note': (f) =>
      f.memberChanged(f.group('Staff'), f.user('bob'), f.daysAgo(20), f.daysAgo(20)),
    'another link': (f) =>
      f.append(
        f.domainAdmins,
        'msDS-ReplValueMetaData',
        '<DS_REPL_VALUE_META_DATA><pszAttributeName>managedBy</pszAttributeName><pszObjectDn>CN=x</pszObjectDn>' +
          '<ftimeDeleted>2025-12-01T01:00:00Z</ftimeDeleted><ftimeCreated>2025-12-01T00:00:00Z</ftimeCreated></DS_REPL_VALUE_META_DATA>',
      ),
  },
  notAssessed: {
    'a server that keeps no such data': (f) => {
      for (const group of [f.administrators, f.domainAdmins, f.schemaAdmins, f.enterpriseAdmins]) {
        f.withhold(group, 'msDS-ReplValueMetaData')
      }
    },
    'one group whose data is missing': (f) =>
      f.withhold(f.administrators, 'msDS-ReplValueMetaData'),
    'data in no known form': (f) =>
      f.append(f.administrators, 'msDS-ReplValueMetaData', '<nonsense>'),
    'memberships that end by themselves': (f) => {
      const feature = f.object(
        `CN=Privileged Access Management Feature,CN=Optional Features,CN=Directory Service,CN=Windows NT,CN=Services,${f.configurationDn}`,
        ['top', 'msDS-OptionalFeature'],
        {
          'msDS-OptionalFeatureGUID': optionalFeature.privilegedAccessManagement,
        },
      )
      f.set(f.partitions, { 'msDS-EnabledFeature': feature })
      f.memberChanged(f.domainAdmins, f.user('ada'), f.daysAgo(20), hours(f.daysAgo(20), 4))
    },
  },
})
