import type { ForestBuilder } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './svc-dmsa-write-existing.ts'

/** The attribute as a forest's own schema has it: its GUID is looked up there. */
function stateAttribute(f: ForestBuilder): string {
  const schemaIDGUID = '6f1d7a52-0d3b-4c1e-9a55-0123456789ab'
  f.object(`CN=ms-DS-Delegated-MSA-State,${f.schemaDn}`, ['top', 'attributeSchema'], {
    lDAPDisplayName: 'msDS-DelegatedMSAState',
    schemaIDGUID,
  })
  return schemaIDGUID
}

exposureTest(rule, {
  exposed: {
    'one that a user controls': (f) => {
      const account = f.managedAccount('dmsaApp', { kind: 'delegated' })
      f.grant(f.user('alice'), account, 'GA')
      return account
    },
    'one whose link and state a user may write, each through another group': (f) => {
      const account = f.managedAccount('dmsaApp', { kind: 'delegated' })
      const alice = f.user('alice')
      f.grant(
        f.group('Linkers', { members: [alice] }),
        account,
        'WP',
        'msDS-ManagedAccountPrecededByLink',
      )
      f.grant(f.group('Staters', { members: [alice] }), account, 'WP', stateAttribute(f))
      return account
    },
  },
  clean: {
    'one whose link alone a user may write': (f) => {
      f.grant(
        f.user('alice'),
        f.managedAccount('dmsaApp', { kind: 'delegated' }),
        'WP',
        'msDS-ManagedAccountPrecededByLink',
      )
    },
    'a group managed account that a user controls': (f) => {
      f.grant(f.user('alice'), f.managedAccount('gmsaApp'), 'GA')
    },
  },
  notAssessed: {
    'a link that a user may write, and no schema to tell whether the state too': (f) => {
      f.grant(
        f.user('alice'),
        f.managedAccount('dmsaApp', { kind: 'delegated' }),
        'WP',
        'msDS-ManagedAccountPrecededByLink',
      )
      f.without('ldap-schema')
    },
  },
})
