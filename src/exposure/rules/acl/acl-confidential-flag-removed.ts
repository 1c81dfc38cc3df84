import { confidentialAttributes, namesOf, searchFlags as bits } from '#directory'
import { defineExposure } from '../../define.ts'

export default defineExposure({
  id: 'acl-confidential-flag-removed',
  category: 'acl',
  severity: 'high',
  title: 'An attribute that holds secrets is no longer marked confidential',
  why: "Without the mark whoever may read an object's properties reads its secrets too, such as recovery keys or local passwords, and by default nearly everybody may.",
  fix: 'Set the confidential bit again, and consider what could be read meanwhile as known.',
  attack: ['T1552'],
  refs: {
    spec: ['MS-ADTS 2.2.9', 'MS-ADTS 3.1.1.4.4'],
    purpleKnight: ['LapsSearchFlagsNonDefault'],
  },
  needs: ['ldap-schema'],
  over: 'schemaAttribute',
  reads: ['searchFlags', 'lDAPDisplayName'],

  check({ searchFlags = 0, lDAPDisplayName }) {
    if (!shipped.has(lDAPDisplayName.toLowerCase()) || (searchFlags & bits.confidential) !== 0)
      return
    return {
      says: `${lDAPDisplayName} ships as confidential and no longer is`,
      evidence: { searchFlags, set: namesOf(bits, searchFlags) },
    }
  },
})

const shipped = new Set(confidentialAttributes.map((name) => name.toLowerCase()))
