import type { ForestBuilder, TestPrincipal } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './entra-sync-server-exposed.ts'

function server(f: ForestBuilder): TestPrincipal {
  f.user('MSOL_0a1b2c', {
    description:
      'Account created by Azure AD Connect running on computer SYNC1 configured to synchronize to tenant corp.example.',
  })
  return f.computer('SYNC1')
}

exposureTest(rule, {
  exposed: {
    'a server team with full control': (f) => {
      const host = server(f)
      f.grant(f.group('ServerTeam'), host, 'GA')
      return host
    },
    'readers of its local password': (f) => {
      const host = server(f)
      f.grant(f.group('HelpDesk'), host, 'RPCR', 'msLAPS-Password')
      return host
    },
    'somebody who may say who acts for others on it': (f) => {
      const host = server(f)
      f.grant(f.user('mallory'), host, 'WP', 'msDS-AllowedToActOnBehalfOfOtherIdentity')
      return host
    },
    'a host that the description names in another language': (f) => {
      f.user('MSOL_1', { description: `exécuté sur l'ordinateur 'SYNC3' configuré pour 'corp'` })
      const host = f.computer('SYNC3')
      f.grant(f.user('mallory'), host, 'WD')
      return host
    },
    'a host by its full name': (f) => {
      f.user('MSOL_1', {
        description: `running on computer 'sync2.${f.name}' configured to synchronize`,
      })
      const host = f.computer('SYNC2')
      f.grant(f.user('mallory'), host, 'WD')
      return host
    },
  },
  clean: {
    'a server that nobody outside Tier Zero controls': (f) => void server(f),
    'an account that does not say where it runs': (f) => void f.user('MSOL_0a1b2c'),
    'another server': (f) => {
      server(f)
      f.grant(f.group('ServerTeam'), f.computer('WEB1'), 'GA')
    },
  },
  notAssessed: {
    'a host that was not read': (f) =>
      void f.user('MSOL_1', { description: 'running on computer GONE configured to synchronize' }),
  },
})
