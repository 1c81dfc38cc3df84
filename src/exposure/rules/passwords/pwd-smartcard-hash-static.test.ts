import { uac } from '#directory'
import { exposureTest } from '../../testing.ts'
import rule from './pwd-smartcard-hash-static.ts'

const card = uac.normalAccount | uac.smartcardRequired

exposureTest(rule, {
  exposed: {
    'one whose hash is older than 91 days, whatever pwdLastSet says': (f) => {
      const user = f.user('ada', { userAccountControl: card, pwdLastSet: f.daysAgo(1) })
      f.replicated(user, { unicodePwd: f.daysAgo(92) })
      return user
    },
  },
  clean: {
    'one whose hash is new, whatever pwdLastSet says': (f) => {
      const user = f.user('ada', { userAccountControl: card, pwdLastSet: f.daysAgo(900) })
      f.replicated(user, { unicodePwd: f.daysAgo(90) })
    },
    'one without the flag': (f) => f.replicated(f.user('ada'), { unicodePwd: f.daysAgo(900) }),
    'a disabled one': (f) =>
      f.replicated(f.user('ada', { userAccountControl: card | uac.disabled }), {
        unicodePwd: f.daysAgo(900),
      }),
    'an account that is younger itself': (f) => {
      const user = f.user('ada', { userAccountControl: card, whenCreated: f.daysAgo(20) })
      f.withhold(user, 'replPropertyMetaData')
    },
  },
  notAssessed: {
    'metadata that may not be read': (f) => {
      const user = f.user('ada', { userAccountControl: card, whenCreated: f.daysAgo(900) })
      f.withhold(user, 'replPropertyMetaData')
    },
  },
})
