import { exposureTest } from '../../testing.ts'
import rule from './priv-remote-access-groups-on-dc.ts'

exposureTest(rule, {
  exposed: {
    'a nested user in Remote Desktop Users': (f) => {
      f.addTo(f.alias(555), f.group('Staff', { members: [f.user('bob')] }))
      return f.alias(555)
    },
    'a computer, everybody, and somebody of another forest': (f) => {
      f.addTo(f.alias(580), f.computer('APP1'))
      f.addTo(f.alias(562), 'S-1-5-11')
      f.addTo(f.alias(559), 'S-1-5-21-9-9-9-1104')
      return [f.alias(580), f.alias(562), f.alias(559)]
    },
  },
  clean: {
    'administrators only': (f) =>
      f.addTo(f.alias(555), f.group('T0', { members: [f.administrator] })),
    'a group with nobody in it': (f) => f.addTo(f.alias(580), f.group('Staff')),
    controllers: (f) => f.addTo(f.alias(578), 'S-1-5-9'),
    'users in groups of no such kind': (f) => f.addTo(f.alias(573), f.user('bob')),
  },
})
