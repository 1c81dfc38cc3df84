import { type Domain, functionalLevel } from '#directory'
import { type Gap, type Hit, defineExposure } from '../../define.ts'
import type { Forest } from '../../forest.ts'
import { count, some } from '../../words.ts'

/** Shorter ones are found by trying all; ones shorter than `fair` are still short of what is advised. */
const least = 8
const fair = 12

export default defineExposure({
  id: 'pwd-min-length',
  category: 'passwords',
  severity: 'high',
  title: 'Password policy allows short passwords',
  why: 'Short passwords are guessed: one common word at a time over all accounts, or all combinations offline from a ticket or hash.',
  fix: 'Raise the minimum length to 12 or 14 characters and block common passwords.',
  attack: ['T1110.003', 'T1110.002', 'T1110'],
  refs: {
    spec: ['MS-ADTS 3.1.1.3.1.5.1', 'MS-SAMR 3.1.1.7.1'],
    pingcastle: ['A-MinPwdLen'],
    anssi: ['vuln2_privileged_members_password'],
  },
  // What policies in SYSVOL say is copied to the head of the domain, and holds only from then on.
  needs: ['ldap-domain'],
  over: ['domain', 'passwordSettings'],
  reads: [
    'minPwdLength',
    'msDS-Behavior-Version',
    'msDS-MinimumPasswordLength',
    'msDS-PSOAppliesTo',
  ],

  check(policy, forest): Hit | Gap | undefined {
    const { snapshot } = forest
    const {
      id,
      minPwdLength,
      'msDS-MinimumPasswordLength': ownLength,
      'msDS-PSOAppliesTo': appliesTo,
    } = policy
    const domain = snapshot.domains.find(({ head }) => head === id)
    const isDomain = domain !== undefined
    const length = isDomain ? minPwdLength : ownLength
    if (length === undefined)
      return { gap: `The minimum length of passwords in ${snapshot.name(id)} could not be read.` }
    if (length >= (isDomain ? fair : least) || (!isDomain && appliesTo.length === 0))
      return isDomain ? unseenSettings(forest, domain) : undefined
    return {
      says: `The password policy ${isDomain ? `of ${domain.name}` : snapshot.name(id)} allows ${length === 0 ? 'empty passwords' : `passwords of ${count(length, 'character')}`}`,
      evidence: isDomain
        ? { minPwdLength: length }
        : { 'msDS-MinimumPasswordLength': length, 'msDS-PSOAppliesTo': some(appliesTo) },
      severity: length < least ? 'high' : 'low',
    }
  },
})

/** Why there may be shorter lengths for some: the container of fine-grained policies, which every domain of today has, was not read. */
function unseenSettings({ snapshot }: Forest, { dn, head, name }: Domain): Gap | undefined {
  const level = snapshot.value(head, 'msDS-Behavior-Version') ?? functionalLevel.windows2008
  const container = snapshot.byDn(`CN=Password Settings Container,CN=System,${dn}`)
  if (level < functionalLevel.windows2008 || container !== undefined) return undefined
  return { gap: `The fine-grained password policies of ${name} were not read.` }
}
