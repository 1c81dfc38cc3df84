import { exposureTest } from '../../testing.ts'
import type { ForestBuilder } from '#directory'
import rule from './svc-dmsa-create-delegated.ts'

/** A controller of Windows Server 2025 and a root key. */
function newForest(f: ForestBuilder): void {
  f.kdsRootKey()
  f.controller('DC25', {
    operatingSystem: 'Windows Server 2025 Standard',
    operatingSystemVersion: '10.0 (26100)',
  })
}

exposureTest(rule, {
  exposed: {
    'a unit in which a user may create any object': (f) => {
      newForest(f)
      const unit = f.ou('Services')
      f.grant(f.user('alice'), unit, 'CC')
      return unit
    },
    'a unit in which a group may create just these': (f) => {
      newForest(f)
      const unit = f.ou('Services')
      f.grant(f.group('Service desk'), unit, 'CC', 'msDS-DelegatedManagedServiceAccount')
      return unit
    },
    'a container whose permissions a user may change': (f) => {
      newForest(f)
      const container = f.container('Apps')
      f.grant(f.user('alice'), container, 'WD')
      return container
    },
    'the head of a domain': (f) => {
      newForest(f)
      f.grant(f.user('alice'), f.head, 'CC', 'msDS-DelegatedManagedServiceAccount')
      return f.head
    },
    'a root key that a managed account tells of': (f) => {
      f.controller('DC25', { operatingSystemVersion: '10.0 (26100)' })
      f.managedAccount('gmsaApp')
      const unit = f.ou('Services')
      f.grant(f.user('alice'), unit, 'CC')
      return unit
    },
    'the container of policies, when a user may create policies': (f) => {
      newForest(f)
      f.addTo(f.groupPolicyCreators, f.user('alice'))
      return [f.policies, f.at('CN=WMIPolicy,CN=System'), f.at('CN=SOM,CN=WMIPolicy,CN=System')]
    },
  },
  clean: {
    'a forest with a controller of 2025 and nothing delegated': newForest,
    'a unit whose properties a user may write': (f) => {
      newForest(f)
      f.grant(f.user('alice'), f.ou('Staff'), 'WP')
    },
    'a unit in which a user may create users only': (f) => {
      newForest(f)
      f.grant(f.user('alice'), f.ou('Staff'), 'CC', 'user')
    },
    'a right to create where no controller knows such accounts': (f) => {
      f.kdsRootKey()
      f.grant(f.user('alice'), f.ou('Services'), 'CC')
    },
  },
  notAssessed: {
    'no root key in sight': (f) => {
      f.controller('DC25', { operatingSystemVersion: '10.0 (26100)' })
      f.grant(f.user('alice'), f.ou('Services'), 'CC')
    },
  },
})
