import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ForestBuilder, uac } from '#directory'
import { assess } from '../../assess.ts'
import { exposureTest } from '../../testing.ts'
import rule from './deleg-rbcd-on-dc.ts'

const acts = 'msDS-AllowedToActOnBehalfOfOtherIdentity'

exposureTest(rule, {
  exposed: {
    'a computer that may act': (f) => {
      const [dc] = f.controllers
      f.set(dc!, { [acts]: `O:BAD:(A;;GA;;;${f.computer('WEB1').sid})` })
      return dc!
    },
    'on a read-only controller': (f) =>
      f.rodc('RODC1', { [acts]: `O:BAD:(A;;GA;;;${f.user('svc').sid})` }),
    'no list, which lets everybody': (f) => (
      f.set(f.controllers[0]!, { [acts]: 'O:BAD:NO_ACCESS_CONTROL' }),
      f.controllers[0]!
    ),
    'an account that only says it is a controller': (f) =>
      f.computer('ODD1', {
        userAccountControl: uac.serverTrustAccount,
        [acts]: 'O:BAD:(A;;GA;;;S-1-5-21-1-2-3-1104)',
      }),
  },
  clean: {
    'a member server': (f) =>
      void f.computer('WEB1', { [acts]: `O:BAD:(A;;GA;;;${f.user('svc').sid})` }),
    'a list of nobody': (f) => f.set(f.controllers[0]!, { [acts]: 'O:BAD:' }),
    'a list that only denies': (f) => f.set(f.controllers[0]!, { [acts]: 'O:BAD:(D;;GA;;;WD)' }),
  },
  notAssessed: {
    'a list in no known form': (f) => f.set(f.controllers[0]!, { [acts]: Buffer.from('rubbish') }),
  },
})

test('the finding names who may act', () => {
  const forest = new ForestBuilder()
  const web = forest.computer('WEB1')
  forest.set(forest.controllers[0]!, {
    [acts]: `O:BAD:(A;;GA;;;${web.sid})(A;;GA;;;S-1-5-21-1-2-3-1104)`,
  })
  const [finding] = assess(forest.build(), [rule], forest.now).findings
  assert.equal(
    finding?.objects[0]?.says,
    'WEB1$ and S-1-5-21-1-2-3-1104 may act as anyone towards DC1$',
  )
})
