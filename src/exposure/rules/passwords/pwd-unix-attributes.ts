import type { ObjectId } from '#directory'
import { type Evidence, type Gap, type Hit, defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { lastChange } from '../../replication.ts'
import { day, enumerate } from '../../words.ts'

const names = ['userPassword', 'unixUserPassword', 'msSFU30Password', 'os400Password'] as const

export default defineExposure({
  id: 'pwd-unix-attributes',
  category: 'passwords',
  severity: 'high',
  title: 'Password held in an attribute for Unix or other systems',
  why: 'These attributes hold a password, or a hash that is easy to guess from, and more people may read them than may read real password hashes.',
  fix: 'Delete the values, change the passwords, and let Unix machines sign in with Kerberos.',
  attack: ['T1552'],
  refs: {
    spec: ['MS-ADA3 unixUserPassword', 'MS-ADA3 userPassword', 'MS-ADTS 3.1.1.3.1.5'],
    pingcastle: ['A-UnixPwd'],
    purpleKnight: ['UserPasswordAttributeIsSet'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount'],
  reads: ['sAMAccountName', 'adminCount', 'replPropertyMetaData'],

  check({ id, sAMAccountName, adminCount }, forest): Hit | Gap | undefined {
    const held = names.filter((name) => forest.snapshot.has(id, name))
    if (held.length > 0) return hit(sAMAccountName, held, adminCount, {})
    const hidden = hiddenValue(forest, id)
    if (hidden === undefined) {
      if (!mayBeHidden(forest, id)) return
      return {
        gap: `Whether ${sAMAccountName} has a Unix password could not be told: its replication metadata was not read.`,
      }
    }
    const { name, at, version } = hidden
    if (version > 1) {
      return {
        gap: `${name} of ${sAMAccountName} was last written on ${day(at)}; whether there still is a value only administrators may see.`,
      }
    }
    return hit(sAMAccountName, [name], adminCount, { written: at.toISOString(), version })
  },
})

function hit(
  account: string,
  attributes: readonly string[],
  adminCount: number | undefined,
  more: Evidence,
): Hit {
  const past = adminCount === 1 ? ', and is or was an administrator' : ''
  return {
    says: `${account} has a password in ${enumerate(attributes)}${past}`,
    evidence: { attributes, ...more, adminCount: adminCount ?? null },
  }
}

/**
 * A value that may not be read, known by its replication metadata. What was written once and never again is still there; what was
 * written more often may have been taken away.
 */
function hiddenValue(
  forest: Forest,
  id: ObjectId,
): { name: string; at: Date; version: number } | undefined {
  for (const name of ['unixUserPassword', 'userPassword'] as const) {
    const change = lastChange(forest, id, name)
    if (change?.originatingTime === undefined) continue
    return { name, at: change.originatingTime, version: change.version }
  }
  return undefined
}

/**
 * Whether there might be a value that may not be read, and no metadata to tell of it. A file of whole entries holds no
 * metadata, but what its maker could see.
 */
function mayBeHidden({ snapshot }: Forest, id: ObjectId): boolean {
  return snapshot.asked !== 'all' && !snapshot.has(id, 'replPropertyMetaData')
}
