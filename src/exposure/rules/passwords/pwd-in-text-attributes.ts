import { type AttributeName, isEnabled } from '#directory'
import { defineExposure } from '../../define.ts'
import { findPassword } from '../../password-text.ts'
import { enumerate } from '../../words.ts'

const texts = [
  'description',
  'info',
  'comment',
  'adminDescription',
  'physicalDeliveryOfficeName',
  'extensionAttribute1',
  'extensionAttribute2',
  'extensionAttribute3',
  'extensionAttribute4',
  'extensionAttribute5',
  'extensionAttribute6',
  'extensionAttribute7',
  'extensionAttribute8',
  'extensionAttribute9',
  'extensionAttribute10',
  'extensionAttribute11',
  'extensionAttribute12',
  'extensionAttribute13',
  'extensionAttribute14',
  'extensionAttribute15',
] as const satisfies readonly AttributeName[]

export default defineExposure({
  id: 'pwd-in-text-attributes',
  category: 'passwords',
  severity: 'high',
  title: 'Password written in a description or comment',
  why: 'Every account of the domain can read these texts, and intruders search them first.',
  fix: 'Delete the text, change the password, and look for the same password elsewhere.',
  attack: ['T1552', 'T1087.002'],
  refs: { spec: ['MS-ADA1 description', 'MS-ADA1 info'] },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount'],
  reads: ['sAMAccountName', 'userAccountControl', ...texts],

  check(row) {
    const { sAMAccountName, userAccountControl } = row
    if (!isEnabled(userAccountControl)) return
    const found = []
    for (const attribute of texts) {
      const value = row[attribute]
      // Most accounts have none of these texts.
      if (value === undefined || value.length === 0) continue
      const clue = [value]
        .flat()
        .map((text) => findPassword(text))
        .find((known) => known !== undefined)
      if (clue !== undefined) found.push({ attribute, clue })
    }
    if (found.length === 0) return
    return {
      says: `A password seems to be written in ${enumerate(found.map(({ attribute }) => attribute))} of ${sAMAccountName}`,
      // Never the text: it is the password.
      evidence: {
        found: found.map(({ attribute, clue }) => ({
          attribute,
          because:
            clue.kind === 'label'
              ? `${clue.label}: and ${clue.length} characters`
              : `${clue.length} characters that look like a password`,
        })),
      },
    }
  },
})
