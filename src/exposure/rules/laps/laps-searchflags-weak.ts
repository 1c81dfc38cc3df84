import { namesOf, searchFlags as bits } from '#directory'
import { defineExposure } from '../../define.ts'
import { enumerate } from '../../words.ts'

export default defineExposure({
  id: 'laps-searchflags-weak',
  category: 'laps',
  severity: 'critical',
  title: 'Local administrator passwords lost their protection in the schema',
  why: "The passwords are hidden only by flags of their attributes. Without them whoever reads a computer's properties reads its password, or read-only domain controllers get it.",
  fix: 'Restore the flags: 904 for all of them. Then have every stored password changed.',
  attack: ['T1552'],
  refs: { spec: ['MS-ADTS 2.2.9'], purpleKnight: ['LapsSearchFlagsNonDefault'] },
  needs: ['ldap-schema'],
  over: 'schemaAttribute',
  reads: ['searchFlags', 'lDAPDisplayName'],

  check({ searchFlags = 0, lDAPDisplayName }) {
    const needed = neededFlags(lDAPDisplayName)
    const missing = needed & ~searchFlags
    if (missing === 0) return
    return {
      says: `${lDAPDisplayName} lacks ${enumerate(namesOf(bits, missing))}`,
      evidence: { searchFlags, set: namesOf(bits, searchFlags) },
    }
  },
})

/** Flags without which the passwords in an attribute are not protected; 0 for all other attributes. */
function neededFlags(name: string): number {
  if (/^ms-.+-AdmPwd(?:History)?$/i.test(name)) return bits.confidential
  return /^msLAPS-(?:Password|Encrypted\w+)$/i.test(name)
    ? bits.confidential | bits.rodcFiltered
    : 0
}
