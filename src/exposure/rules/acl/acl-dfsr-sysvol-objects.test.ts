import type { ForestBuilder } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './acl-dfsr-sysvol-objects.ts'

const local = (f: ForestBuilder) => f.at(`CN=DFSR-LocalSettings,${f.controllers[0]!.dn}`)
const global = (f: ForestBuilder) => f.at('CN=DFSR-GlobalSettings,CN=System')

exposureTest(rule, {
  exposed: {
    'the settings of the domain': (f) => (
      f.grant(f.user('mallory'), global(f), 'GA', undefined, { inherit: true }),
      global(f)
    ),
    'one property of a domain controller’s settings': (f) => {
      const subscriber = f.at(`CN=Domain System Volume,${local(f).dn}`)
      f.grant(f.user('mallory'), subscriber, 'WP', 'description')
      return subscriber
    },
    'owning them': (f) => (f.owner(local(f), f.user('mallory')), local(f)),
  },
  clean: {
    'the domain controller itself': (f) => f.grant(f.controllers[0]!, local(f), 'GA'),
    reading: (f) => f.grant('S-1-5-11', global(f), 'RPLC', undefined, { inherit: true }),
    'a file server that replicates its own folders': (f) => {
      const server = f.computer('FILES1')
      const settings = f.object(`CN=DFSR-LocalSettings,${server.dn}`, [
        'top',
        'msDFSR-LocalSettings',
      ])
      f.grant(f.group('FileTeam'), settings, 'GA')
    },
  },
})
