import { type ObjectId, dsHeuristic, heuristic } from '#directory'
import { type Evidence, type Gap, type Hit, defineExposure } from '../../define.ts'
import { directoryService } from '../../directory-service.ts'
import type { Forest } from '../../forest.ts'
import { perForest } from '../../per-forest.ts'
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
  reads: ['sAMAccountName', 'adminCount'],
  alsoReads: [...names, 'replPropertyMetaData', 'dSHeuristics'],

  check({ id, sAMAccountName, adminCount }, forest): Hit | Gap | undefined {
    const held = names.filter((name) => counts(forest, name) && forest.snapshot.has(id, name))
    if (held.length > 0) return hit(sAMAccountName, held, adminCount, {})
    const hidden = hiddenValue(forest, id)
    if (hidden === undefined) {
      if (!mayBeHidden(forest, id)) return
      return {
        gap: 'Whether accounts have passwords for Unix could not be told: only administrators may read them, and the replication metadata that tells of them was not read.',
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
  const written = (['unixUserPassword', 'userPassword'] as const).flatMap((name) => {
    const change = counts(forest, name) ? lastChange(forest, id, name) : undefined
    return change?.originatingTime === undefined
      ? []
      : [{ name, at: change.originatingTime, version: change.version }]
  })
  return written.find(({ version }) => version === 1) ?? written[0]
}

/** userPassword is but another name of the real password where the forest says so, and nobody may read it (fUserPwdSupport). */
function counts(forest: Forest, name: (typeof names)[number]): boolean {
  return name !== 'userPassword' || !isPasswordAlias(forest)
}

const isPasswordAlias = perForest(
  (forest) =>
    heuristic(directoryService(forest)?.dSHeuristics, dsHeuristic.fUserPwdSupport) === '1',
)

/** Whether there might be a value that was not asked for or may not be read, and no metadata to tell of it. */
function mayBeHidden(forest: Forest, id: ObjectId): boolean {
  const { snapshot } = forest
  if (legacyNames.some((name) => isInSchema(forest, name) && !snapshot.wasAsked(name))) return true
  return !snapshot.has(id, 'replPropertyMetaData') && !showsConfidential(forest)
}

/** Attributes of products that only few schemas know, so that metadata of them has no number that is known. */
const legacyNames = ['msSFU30Password', 'os400Password'] as const

function isInSchema({ snapshot }: Forest, name: string): boolean {
  return snapshot.schema.attribute(name) !== undefined
}

/**
 * Whether whole entries were read by somebody who may read confidential attributes: then a password would have come. Those that
 * are often shown to a help desk, of LAPS and BitLocker, prove nothing.
 */
const showsConfidential = perForest(
  ({ snapshot }) =>
    snapshot.asked === 'all' &&
    snapshot.attributeNames.some(
      (name) => snapshot.schema.isConfidential(name) && !/^ms-?(?:mcs-admpwd|laps|fve)/i.test(name),
    ),
)
