import assert from 'node:assert/strict'
import { test } from 'node:test'
import { attid, formatFileTime } from '#directory'
import { exposureTest, foundIn } from '../../testing.ts'
import rule from './pwd-unix-attributes.ts'

const os400Password = '0f1d7c3a-5b0e-4a7e-9a55-2d1f6f1b7a10'

/** Metadata of one attribute that was written so often. */
function metadata(attribute: number, version: number, at: Date): Uint8Array {
  const bytes = new Uint8Array(16 + 48)
  const view = new DataView(bytes.buffer)
  view.setUint32(0, 1, true)
  view.setUint32(8, 1, true)
  view.setUint32(16, attribute, true)
  view.setUint32(20, version, true)
  view.setBigInt64(24, BigInt(formatFileTime(at)) / 10_000_000n, true)
  return bytes
}

exposureTest(
  rule,
  {
    exposed: {
      'each of the attributes': (f) => [
        f.user('a', { userPassword: 'secret' }),
        f.user('b', { unixUserPassword: 'secret' }),
        f.user('c', { msSFU30Password: 'secret' }),
        f.user('d', { os400Password: 'secret' }),
      ],
      'one that may not be read, but was written once and never again': (f) =>
        f.user('bob', {
          replPropertyMetaData: metadata(attid.unixUserPassword, 1, f.daysAgo(100)),
        }),
    },
    clean: {
      'a userPassword that is but another name of the real one': (f) => {
        f.set(f.directoryService, { dSHeuristics: '000000001' })
        f.user('bob', {
          userPassword: 'secret',
          replPropertyMetaData: metadata(attid.userPassword, 1, f.daysAgo(100)),
        })
      },
      'metadata of other attributes': (f) =>
        f.replicated(f.user('bob'), { unicodePwd: f.daysAgo(10) }),
      'whole entries without metadata that somebody read who may read what is confidential': (
        f,
      ) => {
        f.strip('replPropertyMetaData')
        f.user('bob', { msPKIAccountCredentials: 'secret' })
      },
    },
    notAssessed: {
      'one that was written twice: the second write may have taken it away': (f) =>
        void f.user('bob', {
          replPropertyMetaData: metadata(attid.unixUserPassword, 2, f.daysAgo(100)),
        }),
      'whole entries that came without metadata and without anything confidential': (f) =>
        f.strip('replPropertyMetaData'),
      'a help desk that reads passwords of LAPS only': (f) => {
        f.strip('replPropertyMetaData')
        f.computer('WEB1', { 'ms-Mcs-AdmPwd': 'secret' })
      },
      'an attribute of another product that was not asked for': (f) => {
        const definition = { lDAPDisplayName: 'os400Password', schemaIDGUID: os400Password }
        f.object(`CN=OS400-Password,${f.schemaDn}`, ['top', 'attributeSchema'], definition)
        f.unasked('os400Password')
      },
    },
  },
  { metadata: true },
)

test('pwd-unix-attributes says of administrators what they are, and never the password', () => {
  const [found] = foundIn(rule, (f) =>
    f.addTo(f.domainAdmins, f.user('ada', { unixUserPassword: 'Tr0ub4dor' })),
  )
  assert.match(found?.says ?? '', /administrator/)
  assert.doesNotMatch(JSON.stringify(found), /Tr0ub4dor/)
})
